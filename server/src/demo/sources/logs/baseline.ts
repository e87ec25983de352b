// The cluster's baseline: kured, Falco, the two placeholder agents and Flux.
import { type Pod, stateOf } from '../../cluster/pods.ts'
import { random } from '../../random.ts'
import { due, hour, iso, isoSeconds, minute, type Slot, second } from '../../time.ts'
import type { World } from '../../world.ts'
import { type Line, runningPods, speaker } from './line.ts'

export function* baseline(world: World, slot: Slot): Generator<Line> {
  yield* kured(world, slot)
  yield* falco(world, slot)
  yield* placeholders(world, slot)
  yield* flux(world, slot)
}

function kuredLine(pod: Pod, at: number, text: string, level: 'info' | 'warning' = 'info'): Line {
  return { pod, at, stderr: true, level, message: `time="${isoSeconds(at)}" level=${level} msg="${text}"` }
}

/** kured looks for the file that asks for a reboot once an hour, on each node at another minute. */
function* kured(world: World, slot: Slot): Generator<Line> {
  for (const pod of runningPods(world, 'cluster-baseline-settings/kured', slot.start)) {
    const at = due(slot, hour, world.environment.nodes.indexOf(pod.node) * 8 * minute + 3 * minute)
    if (at === undefined) continue
    yield kuredLine(pod, at, world.asksForReboot(pod.node, at) ? 'Reboot required' : 'Reboot not required')
  }
  for (const reboot of world.during('reboot', slot)) yield* drain(world, slot, reboot.node, reboot.at)
  for (const { at, kind, pod } of world.happenings(slot)) {
    if (kind !== 'started' || pod.workload.name !== 'kured') continue
    yield kuredLine(pod, at + 40, 'Kubernetes Reboot Daemon: 1.14.0')
    yield kuredLine(pod, at + 42, `Node ID: ${pod.node.name}`)
    yield kuredLine(pod, at + 45, 'Reboot schedule: --------------- between 00:00 and 23:59 UTC')
    yield kuredLine(pod, at + 900, 'Holding lock')
    yield kuredLine(pod, at + 905, `Uncordoning node ${pod.node.name}`)
    yield kuredLine(pod, at + 1400, 'Releasing lock')
  }
}

function* drain(world: World, slot: Slot, node: number, at: number): Generator<Line> {
  if (at < slot.start || at >= slot.end) return
  const { name } = world.environment.nodes[node]!
  const pod = runningPods(world, 'cluster-baseline-settings/kured', at).find(
    (candidate) => candidate.node.name === name,
  )
  if (pod === undefined) return
  yield kuredLine(pod, at, 'Reboot required')
  yield kuredLine(pod, at + 200, `Acquired reboot lock`)
  yield kuredLine(pod, at + 400, `Draining node ${name}`)
  yield kuredLine(
    pod,
    at + 9 * second,
    `Running command: [/usr/bin/nsenter -m/proc/1/ns/mnt -- /bin/systemctl reboot] for node: ${name}`,
    'warning',
  )
}

interface FalcoRule {
  readonly priority: 'Notice' | 'Warning' | 'Informational'
  readonly text: string
  readonly process: string
}
const falcoNoise: readonly FalcoRule[] = [
  { priority: 'Notice', text: 'Unexpected connection to K8s API server from container', process: 'kustomize-contr' },
  { priority: 'Informational', text: 'Privileged container started', process: 'kured' },
  { priority: 'Warning', text: 'Sensitive file opened for reading by non-trusted program', process: 'ama-logs' },
  { priority: 'Notice', text: 'Packet socket was created in a container', process: 'azure-npm' },
]

function falcoText(at: number, rule: FalcoRule, about: Pod, command: string): string {
  const container = about.containers[0]!
  const time = `${iso(at).slice(11, 23)}${String(at % 1000).padStart(3, '0')}271`
  const origin = `container_id=${(stateOf(about, container, at).run?.id ?? '').slice(0, 12)} container_name=${container.spec.name} k8s_ns=${about.workload.namespace} k8s_pod_name=${about.name}`
  return `${time}: ${rule.priority} ${rule.text} (user=root user_uid=0 process=${rule.process} command=${command} ${origin})`
}

/** Falco writes plain text: some noise, and a shell whenever the administrator opens one. */
function* falco(world: World, slot: Slot): Generator<Line> {
  const r = random(world.environment.seed, 'falco', slot.start)
  if (r.chance(0.045)) {
    const pod = r.pick(world.podsOf('falco-system/falco', slot.start))
    const near = world.pods(slot.start).filter((candidate) => candidate.node === pod.node)
    const rule = r.pick(falcoNoise)
    const at = r.int(slot.start, slot.end - 1)
    yield { pod, at, message: falcoText(at, rule, r.pick(near), rule.process), level: 'unknown' }
  }
  for (const session of world.during('admin-session', slot)) {
    const at = session.at + 215 * second
    const target = world.podsOf('a0005-i/web-frontend', session.at)[0]
    if (session.purpose !== 'inspection' || target === undefined || at < slot.start || at >= slot.end) continue
    const pod = world.podsOf('falco-system/falco', at).find((candidate) => candidate.node === target.node)
    const rule: FalcoRule = {
      priority: 'Notice',
      text: 'A shell was opened in a container with an attached terminal',
      process: 'sh',
    }
    if (pod !== undefined) yield { pod, at, message: falcoText(at, rule, target, 'sh'), level: 'unknown' }
  }
}

/** They stand where an antivirus and a file watcher would: a line every four minutes. */
function* placeholders(world: World, slot: Slot): Generator<Line> {
  for (const [name, text] of [
    ['dummy-av', 'Placeholder for an antivirus agent'],
    ['dummy-fim', 'Placeholder for a file integrity agent'],
  ] as const) {
    for (const pod of runningPods(world, `cluster-baseline-settings/${name}`, slot.start)) {
      const at = due(slot, 4 * minute, world.environment.nodes.indexOf(pod.node) * 31 * second)
      if (at !== undefined) yield { pod, at, message: text }
    }
  }
}

/** Flux compares the repository with the cluster every five minutes. */
function* flux(world: World, slot: Slot): Generator<Line> {
  for (const [index, [name, kind, text]] of fluxControllers.entries()) {
    const at = due(slot, 5 * minute, 46 * second + index * 2 * second)
    const pod = speaker(world, `flux-system/${name}`, slot.start)
    if (at === undefined || pod === undefined) continue
    const object = {
      controller: kind.toLowerCase(),
      controllerKind: kind,
      [kind]: { name: 'flux-system', namespace: 'flux-system' },
    }
    yield { pod, at, stderr: true, level: 'info', message: { level: 'info', ts: iso(at), msg: text, ...object } }
  }
}

const fluxControllers = [
  ['source-controller', 'GitRepository', "no changes since last reconcilation: observed revision 'main@sha1:41d0c3f9'"],
  ['kustomize-controller', 'Kustomization', 'Reconciliation finished in 1.4s, next run in 5m0s'],
] as const
