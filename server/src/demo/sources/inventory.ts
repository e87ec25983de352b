// Inventories of container insights that count pods, containers and images, in the shape of the agent's tables.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/kubepodinventory
import type { Image } from '../cluster/images.ts'
import { type ContainerState, type Pod, type PodContainer, podPhase, stateOf } from '../cluster/pods.ts'
import { dueThinned, iso7, isoSeconds, minute, type Slot } from '../time.ts'
import type { World } from '../world.ts'
import { clusterRow, containerRow, tableSource, type WireRecord } from './source.ts'

function* pods(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, minute, 10 * minute)
  if (at === undefined) return
  const base = { TimeGenerated: isoSeconds(at), ...clusterRow(world.environment) }
  for (const pod of world.pods(at)) {
    const common = { ...base, ...podColumns(pod, at) }
    for (const container of pod.containers) yield { ...common, ...containerColumns(pod, container, at) }
  }
}

function podColumns(pod: Pod, at: number): WireRecord {
  const { workload } = pod
  const restarts = pod.containers.reduce((sum, container) => sum + stateOf(pod, container, at).restarts, 0)
  return {
    Computer: pod.node.name,
    Name: pod.name,
    Namespace: workload.namespace,
    PodUid: pod.uid,
    PodLabel: JSON.stringify([workload.labels]),
    PodStatus: podPhase(pod, at),
    PodIp: pod.ip,
    PodCreationTimeStamp: isoSeconds(pod.createdAt),
    PodStartTime: isoSeconds(pod.createdAt + 1000),
    PodRestartCount: restarts,
    ServiceName: workload.service ?? '',
    ControllerKind: workload.kind === 'Deployment' ? 'ReplicaSet' : workload.kind,
    ControllerName: pod.controller,
  }
}

function containerColumns(pod: Pod, container: PodContainer, at: number): WireRecord {
  const state = stateOf(pod, container, at)
  const started = state.status === 'running' ? { ContainerStartTime: isoSeconds(state.run!.startedAt) } : {}
  return {
    InstanceName: `${pod.uid}/${container.spec.name}`,
    ContainerName: `${pod.uid}/${container.spec.name}`,
    ContainerID: state.run?.id ?? '',
    ContainerStatus: state.status,
    ContainerStatusReason: state.reason,
    ContainerRestartCount: state.restarts,
    ContainerLastStatus: JSON.stringify(lastStatus(state)),
    ContainerCreationTimeStamp: isoSeconds(pod.createdAt),
    ...started,
  }
}

/** How the process before this one ended; an empty object for the first. */
function lastStatus(state: ContainerState): WireRecord {
  const { previous } = state
  if (previous === undefined || !Number.isFinite(previous.endedAt)) return {}
  return {
    lastState: 'terminated',
    reason: previous.reason,
    startedAt: isoSeconds(previous.startedAt),
    finishedAt: isoSeconds(previous.endedAt),
    containerID: previous.id,
    exitCode: previous.exitCode,
  }
}

function imageColumns(image: Image): WireRecord {
  return { ImageID: image.id, Repository: image.repository, Image: image.image, ImageTag: image.tag }
}

function* containers(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, 5 * minute, 60 * minute)
  if (at === undefined) return
  for (const pod of world.pods(at)) {
    for (const container of pod.containers) {
      const state = stateOf(pod, container, at)
      if (state.run !== undefined) yield containerRecord(world, pod, container, state, at)
    }
  }
}

const states = { running: 'Running', waiting: 'Waiting', terminated: 'Terminated' } as const

function containerRecord(
  world: World,
  pod: Pod,
  container: PodContainer,
  state: ContainerState,
  at: number,
): WireRecord {
  const run = state.run!
  const { spec } = container
  const ended = run.endedAt <= at
  const variables = ['KUBERNETES_PORT=tcp://192.168.0.1:443', `HOSTNAME=${pod.name}`, `NODE_NAME=${pod.node.name}`]
  return {
    TimeGenerated: isoSeconds(at),
    Computer: pod.node.name,
    ContainerID: run.id,
    Name: `k8s_${spec.name}_${pod.name}_${pod.workload.namespace}_${pod.uid}_${state.restarts}`,
    ContainerHostname: pod.name,
    ...imageColumns(container.image),
    ContainerState: ended && run.exitCode !== 0 ? 'Failed' : states[state.status],
    Ports: JSON.stringify((spec.ports ?? []).map((port) => ({ containerPort: port, protocol: 'TCP' }))),
    ExitCode: ended ? run.exitCode : 0,
    EnvironmentVar: JSON.stringify(variables),
    Command: spec.command ?? '',
    CreatedTime: isoSeconds(run.startedAt - 500),
    StartedTime: isoSeconds(run.startedAt),
    ...(ended ? { FinishedTime: isoSeconds(run.endedAt) } : {}),
    ...containerRow(world.environment),
  }
}

function* images(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, 30 * minute, 60 * minute)
  if (at === undefined) return
  const all = world.pods(at)
  for (const node of world.environment.nodes) {
    const byImage = new Map<Image, { running: number; stopped: number }>()
    for (const pod of all) {
      if (pod.node !== node) continue
      for (const container of pod.containers) {
        const count = byImage.get(container.image) ?? { running: 0, stopped: 0 }
        if (stateOf(pod, container, at).status === 'running') count.running++
        else count.stopped++
        byImage.set(container.image, count)
      }
    }
    for (const [image, { running, stopped }] of byImage) {
      yield {
        TimeGenerated: iso7(at),
        Computer: node.name,
        ...imageColumns(image),
        ImageSize: `${(image.bytes / 1_000_000).toFixed(1)}MB`,
        VirtualSize: `${((image.bytes * 2.4) / 1_000_000).toFixed(1)}MB`,
        Running: running,
        Stopped: stopped,
        Failed: 0,
        Paused: 0,
        TotalContainer: running + stopped,
        ...containerRow(world.environment),
      }
    }
  }
}

export const inventorySources = [
  tableSource('cluster', 'KubePodInventory', pods),
  tableSource('cluster', 'ContainerInventory', containers),
  tableSource('cluster', 'ContainerImageInventory', images),
]
