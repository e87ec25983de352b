// Pods and containers of the demo cluster over time: what a pod is, and questions about one of them.
// simulate.ts makes them; inventories, logs, counters, events and audit records describe them.
import type { Node } from '../environment.ts'
import type { Image } from './images.ts'
import type { ContainerSpec, Workload } from './workload.ts'

/** One process of a container, from start to end. */
export interface ContainerRun {
  readonly id: string
  readonly startedAt: number
  /** Infinity while it runs. */
  readonly endedAt: number
  readonly exitCode: number
  readonly reason: 'Completed' | 'OOMKilled' | 'Error'
}

export interface PodContainer {
  readonly spec: ContainerSpec
  readonly image: Image
  /** Restarts before the first run that is known. */
  readonly earlierRestarts: number
  readonly runs: readonly ContainerRun[]
}

export interface Pod {
  readonly workload: Workload
  readonly name: string
  readonly uid: string
  readonly ip: string
  readonly node: Node
  /** ReplicaSet, DaemonSet or Job that owns it. */
  readonly controller: string
  readonly createdAt: number
  readonly readyAt: number
  readonly deletedAt: number
  readonly containers: readonly PodContainer[]
}

export interface ContainerState {
  readonly run: ContainerRun | undefined
  readonly previous: ContainerRun | undefined
  readonly restarts: number
  readonly status: 'running' | 'waiting' | 'terminated'
  readonly reason: '' | 'ContainerCreating' | 'CrashLoopBackOff' | ContainerRun['reason']
}

export function stateOf(pod: Pod, container: PodContainer, time: number): ContainerState {
  let index = container.runs.length - 1
  while (index >= 0 && container.runs[index]!.startedAt > time) index--
  const run = container.runs[index]
  const previous = container.runs[index - 1]
  const restarts = container.earlierRestarts + Math.max(index, 0)
  if (run === undefined) return { run, previous, restarts, status: 'waiting', reason: 'ContainerCreating' }
  if (run.endedAt > time) return { run, previous, restarts, status: 'running', reason: '' }
  if (pod.workload.kind === 'Job') return { run, previous, restarts, status: 'terminated', reason: run.reason }
  return { run, previous: run, restarts, status: 'waiting', reason: 'CrashLoopBackOff' }
}

export function isRunning(pod: Pod, container: PodContainer, time: number): boolean {
  return stateOf(pod, container, time).status === 'running'
}

export function podPhase(pod: Pod, time: number): 'Pending' | 'Running' | 'Succeeded' {
  const states = pod.containers.map((container) => stateOf(pod, container, time))
  if (states.some((state) => state.run === undefined)) return 'Pending'
  return states.every((state) => state.status === 'terminated') ? 'Succeeded' : 'Running'
}

export function containerNamed(pod: Pod, name: string): PodContainer {
  const container = pod.containers.find((candidate) => candidate.spec.name === name)
  if (container === undefined) throw new Error(`Pod ${pod.name} has no container ${name}`)
  return container
}
