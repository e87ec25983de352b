// The ingress controller's log: one access line for each request that reached the cluster, in nginx's upstream format.
import { due, hour, iso, minute, type Slot } from '../../time.ts'
import { requestsIn } from '../../traffic.ts'
import type { World } from '../../world.ts'
import { type Line, runningPods } from './line.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function nginxTime(at: number): string {
  const text = iso(at)
  return `${text.slice(8, 10)}/${months[Number(text.slice(5, 7)) - 1]}/${text.slice(0, 4)}:${text.slice(11, 19)} +0000`
}

export function* ingress(world: World, slot: Slot): Generator<Line> {
  for (const request of requestsIn(world, slot)) {
    if (request.blocked !== undefined) continue
    const pods = runningPods(world, 'ingress-nginx/ingress-nginx-controller', request.at)
    if (pods.length === 0) continue
    const pod = pods[Number.parseInt(request.trace[4]!, 16) % pods.length]!
    const upstream = world.podsOf('a0005-i/web-frontend', request.at)[0]
    // A refusal is the controller's own answer: there is no upstream.
    const target =
      request.status === 403 || upstream === undefined
        ? '[] - - - -'
        : `[a0005-i-web-frontend-8080] [] ${upstream.ip}:8080 ${request.sent} ${request.seconds.toFixed(3)} ${request.status}`
    const message = `10.240.5.4 - - [${nginxTime(request.at)}] "GET ${request.path} HTTP/1.1" ${request.status} ${request.sent} "-" "${request.userAgent}" ${request.received} ${request.seconds.toFixed(3)} ${target} ${request.trace}`
    yield { pod, at: request.at + 1, message, level: 'info' }
  }
  const reload = due(slot, 6 * hour, 17 * minute)
  if (reload === undefined) return
  for (const pod of runningPods(world, 'ingress-nginx/ingress-nginx-controller', reload)) {
    yield {
      pod,
      at: reload,
      stderr: true,
      level: 'info',
      message: `I${iso(reload).slice(5, 7)}${iso(reload).slice(8, 10)} ${iso(reload).slice(11, 23)}000       7 controller.go:210] "Backend successfully reloaded"`,
    }
  }
}
