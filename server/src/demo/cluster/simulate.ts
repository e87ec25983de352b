// Plays the incidents that touch pods, in order of time: rollouts, reboots, crashes. The result is every pod with its container
// runs; the same incidents give the same pods. world.ts keeps one simulation and extends it script by script.
import type { Environment, Node } from '../environment.ts'
import { nodeAddress } from '../environment.ts'
import { type Random, random } from '../random.ts'
import { day, minute, second } from '../time.ts'
import type { Incident, IncidentOf } from '../timeline.ts'
import { type ImagePath, imageOf } from './images.ts'
import type { ContainerRun, Pod, PodContainer } from './pods.ts'
import { type Workload, workloadKey } from './workload.ts'
import { workloadOf, workloads } from './workloads.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type ContainerDraft = Omit<PodContainer, 'runs'> & { readonly runs: Writable<ContainerRun>[] }
type PodDraft = Omit<Writable<Pod>, 'containers'> & { readonly containers: readonly ContainerDraft[] }

export interface Simulation {
  readonly environment: Environment
  readonly random: Random
  /** Every pod there ever was, by workload, oldest first. */
  readonly pods: Map<string, PodDraft[]>
  /** Hash in the name of a deployment's current ReplicaSet. */
  readonly revisions: Map<string, string>
  /** Tags that rollouts replaced, by workload. */
  readonly tags: Map<string, string>
}

const usesNodeAddress = /^(kube-proxy|azure-npm|cloud-node-manager|csi-|ama-metrics-node)/

/** The cluster as it stood before the first incident: built eleven days earlier. */
export function startSimulation(environment: Environment, epoch: number): Simulation {
  const simulation: Simulation = {
    environment,
    random: random(environment.seed, 'pods'),
    pods: new Map(),
    revisions: new Map(),
    tags: new Map(),
  }
  let at = epoch - 11 * day
  for (const workload of workloads) {
    const nodes = environment.nodes.filter((node) => workload.kind === 'DaemonSet' || node.pool.name === workload.pool)
    const count = workload.kind === 'DaemonSet' ? nodes.length : workload.replicas
    simulation.revisions.set(workloadKey(workload), simulation.random.suffix(10))
    for (let replica = 0; replica < count; replica++) {
      addPod(simulation, workload, nodes[replica % nodes.length]!, at)
      at += simulation.random.int(5, 90) * second
    }
  }
  return simulation
}

export function play(simulation: Simulation, incident: Incident): void {
  switch (incident.kind) {
    case 'rollout':
      rollOut(simulation, incident)
      return
    case 'reboot':
      reboot(simulation, incident)
      return
    case 'crash':
      crash(simulation, incident)
      return
    case 'crash-loop':
      crashLoop(simulation, incident)
      return
    case 'admin-session':
    case 'attack':
    case 'image-push':
    case 'image-import':
    case 'quarantine-skipped':
    case 'certificate-import':
      return
    default:
      incident satisfies never
  }
}

function living(simulation: Simulation, key: string, at: number): readonly PodDraft[] {
  return (simulation.pods.get(key) ?? []).filter((pod) => pod.createdAt <= at && at < pod.deletedAt)
}

function addPod(simulation: Simulation, workload: Workload, node: Node, createdAt: number): PodDraft {
  const { random: r, environment } = simulation
  const key = workloadKey(workload)
  const controller =
    workload.kind === 'Deployment' ? `${workload.name}-${simulation.revisions.get(key) ?? ''}` : workload.name
  const startedAt = createdAt + r.int(1200, 4200)
  const running = workload.kind === 'Job' ? startedAt + r.int(900, 2500) : Number.POSITIVE_INFINITY
  const tag = simulation.tags.get(key)
  const pod: PodDraft = {
    workload,
    name: `${controller}-${r.suffix(5)}`,
    uid: r.guid(),
    ip: usesNodeAddress.test(workload.name) ? node.ip : freeAddress(simulation, node, createdAt),
    node,
    controller,
    createdAt,
    readyAt: startedAt + r.int(2000, 9000),
    deletedAt: Number.POSITIVE_INFINITY,
    containers: workload.containers.map((spec) => ({
      spec,
      image: imageOf(environment, tag === undefined ? spec.image : withTag(spec.image, tag)),
      earlierRestarts: 0,
      runs: [{ id: r.hex(64), startedAt, endedAt: running, exitCode: 0, reason: 'Completed' }],
    })),
  }
  const list = simulation.pods.get(key)
  if (list === undefined) simulation.pods.set(key, [pod])
  else list.push(pod)
  return pod
}

/** A rollout changes the image of the service, not of its sidecar. */
function withTag(image: ImagePath, tag: string): ImagePath {
  return image.includes('/chain-api:') ? (image.replace(/:[^:]+$/, `:${tag}`) as ImagePath) : image
}

function freeAddress(simulation: Simulation, node: Node, at: number): string {
  const taken = new Set<string>()
  for (const pods of simulation.pods.values())
    for (const pod of pods) if (pod.node === node && at < pod.deletedAt + minute) taken.add(pod.ip)
  for (let index = 1; index <= 30; index++) {
    const address = nodeAddress(node.pool, node.index, index)
    if (!taken.has(address)) return address
  }
  throw new Error(`Node ${node.name} of the demo has more than thirty pods`)
}

function removePod(pod: PodDraft, deletedAt: number): void {
  pod.deletedAt = deletedAt
  for (const container of pod.containers) endRun(container, deletedAt - 2 * second, 0, 'Completed')
}

function endRun(container: ContainerDraft, at: number, exitCode: number, reason: ContainerRun['reason']): void {
  const run = container.runs.at(-1)
  if (run === undefined || run.endedAt <= at) return
  run.endedAt = at
  run.exitCode = exitCode
  run.reason = reason
}

function startRun(simulation: Simulation, container: ContainerDraft, startedAt: number): void {
  const endedAt = Number.POSITIVE_INFINITY
  container.runs.push({ id: simulation.random.hex(64), startedAt, endedAt, exitCode: 0, reason: 'Completed' })
}

function rollOut(simulation: Simulation, incident: IncidentOf<'rollout'>): void {
  const workload = workloadOf(incident.workload)
  const old = living(simulation, incident.workload, incident.at)
  const nodes = simulation.environment.nodes.filter((node) => node.pool.name === workload.pool)
  simulation.revisions.set(incident.workload, simulation.random.suffix(10))
  simulation.tags.set(incident.workload, incident.tag)
  let at = incident.at + 400
  for (const [index, pod] of old.entries()) {
    const created = addPod(simulation, workload, nodes[index % nodes.length]!, at)
    at = created.readyAt + second
    removePod(pod, at + 31 * second)
  }
}

function reboot(simulation: Simulation, incident: IncidentOf<'reboot'>): void {
  const node = simulation.environment.nodes[incident.node]!
  const there = [...simulation.pods.values()].flat().filter((pod) => pod.node === node && incident.at < pod.deletedAt)
  let at = incident.at + 3 * second
  for (const pod of there) {
    if (pod.workload.kind === 'DaemonSet') restartAfterReboot(simulation, pod, incident)
    if (pod.workload.kind !== 'Deployment') continue
    removePod(pod, at + 31 * second)
    addPod(simulation, pod.workload, otherNode(simulation, node, at), at)
    at += 2 * second
  }
}

function restartAfterReboot(simulation: Simulation, pod: PodDraft, incident: IncidentOf<'reboot'>): void {
  for (const container of pod.containers) {
    endRun(container, incident.downAt, 143, 'Error')
    startRun(simulation, container, incident.upAt + simulation.random.int(4000, 14_000))
  }
}

/** The emptiest other node of the pool. */
function otherNode(simulation: Simulation, node: Node, at: number): Node {
  const all = [...simulation.pods.values()].flat()
  const load = (candidate: Node): number => all.filter((pod) => pod.node === candidate && at < pod.deletedAt).length
  const others = simulation.environment.nodes.filter((other) => other.pool === node.pool && other !== node)
  return others.toSorted((one, other) => load(one) - load(other))[0]!
}

function crash(simulation: Simulation, incident: IncidentOf<'crash'>): void {
  const container = living(simulation, incident.workload, incident.at)[0]?.containers[0]
  if (container === undefined) return
  endRun(container, incident.at, incident.exitCode, incident.reason)
  startRun(simulation, container, incident.at + 2 * second)
}

function crashLoop(simulation: Simulation, incident: IncidentOf<'crash-loop'>): void {
  const container = living(simulation, incident.workload, incident.at).at(-1)?.containers[0]
  if (container === undefined) return
  // The kubelet doubles the pause up to five minutes.
  let pause = 10 * second
  let at = incident.at
  while (at < incident.until) {
    endRun(container, at, 139, 'Error')
    startRun(simulation, container, at + pause)
    at += pause + simulation.random.int(4, 9) * second
    pause = Math.min(pause * 2, 5 * minute)
  }
}
