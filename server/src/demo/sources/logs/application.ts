// What the four services of the application write, each with its mesh sidecar: ASP.NET's console logger (a category line and an
// indented message, each a row of its own) and Envoy's access log in JSON.
import type { Pod } from '../../cluster/pods.ts'
import { random } from '../../random.ts'
import { iso, type Slot, second } from '../../time.ts'
import { chainServices, deniedSite, type OutsideCall, outsideCalls, type Request, requestsIn } from '../../traffic.ts'
import type { World } from '../../world.ts'
import { type Line, type LogLevel, runningPods } from './line.ts'

const hosting = 'Microsoft.AspNetCore.Hosting.Diagnostics'
const caller = 'SimpleChainApi.Controllers.URLCallerController'

const prefixes: Readonly<Record<string, string>> = { info: 'info', error: 'fail', warning: 'warn', critical: 'crit' }

function* logged(pod: Pod, at: number, category: string, id: number, level: LogLevel, text: string): Generator<Line> {
  yield { pod, at, level, message: `${prefixes[level] ?? 'info'}: ${category}[${id}]` }
  yield { pod, at, level: 'unknown', message: `      ${text}` }
}

export function* application(world: World, slot: Slot): Generator<Line> {
  for (const request of requestsIn(world, slot)) {
    if (request.blocked !== undefined || request.status === 403) continue
    if (request.chain) yield* chain(world, request)
    else yield* page(world, request)
  }
  yield* starts(world, slot)
}

function podFor(world: World, workload: string, request: Request, depth: number): Pod | undefined {
  const pods = runningPods(world, workload, request.at)
  return pods.length === 0 ? undefined : pods[Number.parseInt(request.trace[depth]!, 16) % pods.length]
}

function* page(world: World, request: Request): Generator<Line> {
  const pod = podFor(world, 'a0005-i/web-frontend', request, 0)
  if (pod === undefined) return
  const elapsed = (request.seconds * 1000).toFixed(4)
  yield* logged(
    pod,
    request.at,
    hosting,
    2,
    'info',
    `Request finished HTTP/1.1 GET http://web-frontend${request.path} - ${request.status} - text/html;+charset=utf-8 ${elapsed}ms`,
  )
  if (request.path === '/') yield envoyLine(pod, request, 'web-frontend', request.status)
}

function* chain(world: World, request: Request): Generator<Line> {
  const calls = outsideCalls(world, request)
  for (const [depth, workload] of chainServices.entries()) {
    const pod = podFor(world, workload, request, depth)
    if (pod === undefined) return
    const at = request.at + depth * 70
    const service = pod.workload.name
    yield* logged(
      pod,
      at,
      hosting,
      1,
      'info',
      `Request starting HTTP/1.1 GET http://${service}/URLCaller/depth/${depth + 1} - -`,
    )
    for (const call of calls) if (call.workload === workload) yield* outside(pod, call)
    const failed = request.status >= 500 && depth >= 2
    if (failed)
      yield* logged(
        pod,
        at + 44,
        caller,
        0,
        'error',
        `Call to the next service failed after 5 s, trace ${request.trace}`,
      )
    yield envoyLine(pod, request, service, failed ? 503 : 200)
    // The last service of a broken chain never answers.
    if (failed) return
  }
}

function* outside(pod: Pod, call: OutsideCall): Generator<Line> {
  if (call.allowed) {
    yield* logged(pod, call.at + 30, caller, 0, 'info', `Called https://${call.host}/ with status OK`)
    return
  }
  // Denied by the firewall, or before that by the mesh's rules.
  if (call.host !== deniedSite) return
  yield* logged(
    pod,
    call.at + 30,
    caller,
    0,
    'warning',
    `Call to https://${call.host}/ failed: the SSL connection could not be established`,
  )
}

function envoyLine(pod: Pod, request: Request, service: string, code: number): Line {
  const message = {
    start_time: iso(request.at),
    method: request.method,
    path: request.path,
    protocol: 'HTTP/1.1',
    response_code: code,
    response_flags: code === 503 ? 'UF,URX' : '-',
    bytes_received: 0,
    bytes_sent: request.sent,
    duration: Math.round(request.seconds * 1000),
    x_forwarded_for: request.client,
    user_agent: request.userAgent,
    request_id: request.trace,
    requested_server_name: `${service}.${pod.workload.namespace}.svc.cluster.local`,
    upstream_cluster: `${pod.workload.namespace}/${service}|8080|local`,
  }
  return { pod, at: request.at + 2, container: 'envoy', message, level: code >= 500 ? 'error' : 'info' }
}

/** A fresh process introduces itself; a crash leaves a last word. */
function* starts(world: World, slot: Slot): Generator<Line> {
  for (const { at, kind, pod, container, run } of world.happenings(slot)) {
    if (container?.image.image !== 'live/a0005/chain-api') continue
    if (kind === 'started') {
      const r = random(world.environment.seed, `start ${run?.id}`)
      yield* logged(
        pod,
        at + r.int(300, 900),
        'Microsoft.Hosting.Lifetime',
        14,
        'info',
        'Now listening on: http://[::]:8080',
      )
      yield* logged(
        pod,
        at + second,
        'Microsoft.Hosting.Lifetime',
        0,
        'info',
        'Application started. Press Ctrl+C to shut down.',
      )
    }
    if (kind === 'exited' && run?.reason === 'Error') {
      yield {
        pod,
        at: at - 20,
        stderr: true,
        level: 'critical',
        message: 'Unhandled exception. System.InvalidOperationException: The setting NEXT_SERVICE is empty.',
      }
      yield {
        pod,
        at: at - 19,
        stderr: true,
        message: '   at SimpleChainApi.Program.Main(String[] args) in /src/Program.cs:line 41',
      }
    }
  }
}
