// Inventories of container insights that count pods, containers and images, in the shape of the agent's tables.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/kubepodinventory
import { wrappedLabels } from '../../container-insights/cluster.ts'
import {
  type ContainerColumns,
  type ContainerImageInventoryRow,
  type ContainerInventoryRow,
  containerColumns,
  containerState,
  type ImageColumns,
  imageSize,
  type LastState,
  type PodColumns,
  runtimeName,
} from '../../container-insights/pods.ts'
import type { Image } from '../cluster/images.ts'
import { type ContainerState, type Pod, type PodContainer, podPhase, stateOf } from '../cluster/pods.ts'
import { dueThinned, iso7, isoSeconds, minute, type Slot } from '../time.ts'
import type { World } from '../world.ts'
import { clusterRow, containerRow, tableSource, type WireRecord, wire } from './source.ts'

function* pods(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, minute, 10 * minute)
  if (at === undefined) return
  const base = { TimeGenerated: isoSeconds(at), ...clusterRow(world.environment) }
  for (const pod of world.pods(at)) {
    const common = { ...base, ...podColumns(pod, at) }
    for (const container of pod.containers) yield { ...common, ...columnsOf(pod, container, at) }
  }
}

function podColumns(pod: Pod, at: number): PodColumns {
  const { workload } = pod
  const restarts = pod.containers.reduce((sum, container) => sum + stateOf(pod, container, at).restarts, 0)
  return {
    Computer: pod.node.name,
    Name: pod.name,
    Namespace: workload.namespace,
    PodUid: pod.uid,
    PodLabel: wrappedLabels(workload.labels),
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

function columnsOf(pod: Pod, container: PodContainer, at: number): ContainerColumns {
  const state = stateOf(pod, container, at)
  const last = lastState(state)
  return containerColumns({
    podUid: pod.uid,
    name: container.spec.name,
    id: state.run?.id ?? '',
    status: state.status,
    reason: state.reason,
    restarts: state.restarts,
    ...(state.status === 'running' && { startedAt: isoSeconds(state.run!.startedAt) }),
    ...(last && { last }),
  })
}

function lastState({ previous }: ContainerState): LastState | undefined {
  if (previous === undefined || !Number.isFinite(previous.endedAt)) return undefined
  const { reason, startedAt, endedAt } = previous
  return { state: 'terminated', reason, startedAt: isoSeconds(startedAt), finishedAt: isoSeconds(endedAt) }
}

function imageColumns(image: Image): ImageColumns {
  return { ImageID: image.id, Repository: image.repository, Image: image.image, ImageTag: image.tag }
}

function* containers(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, 5 * minute, 60 * minute)
  if (at === undefined) return
  for (const pod of world.pods(at)) {
    for (const container of pod.containers) {
      const state = stateOf(pod, container, at)
      if (state.run !== undefined) yield wire(containerRecord(world, pod, container, state, at))
    }
  }
}

function containerRecord(
  world: World,
  pod: Pod,
  container: PodContainer,
  state: ContainerState,
  at: number,
): ContainerInventoryRow {
  const run = state.run!
  const { spec } = container
  const ended = run.endedAt <= at
  const variables = ['KUBERNETES_PORT=tcp://192.168.0.1:443', `HOSTNAME=${pod.name}`, `NODE_NAME=${pod.node.name}`]
  return {
    TimeGenerated: isoSeconds(at),
    Computer: pod.node.name,
    ContainerID: run.id,
    Name: runtimeName({
      container: spec.name,
      pod: pod.name,
      namespace: pod.workload.namespace,
      podUid: pod.uid,
      restarts: state.restarts,
    }),
    ContainerHostname: pod.name,
    ...imageColumns(container.image),
    ContainerState: ended && run.exitCode !== 0 ? 'Failed' : containerState(state.status, 0),
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
      const row: ContainerImageInventoryRow = {
        TimeGenerated: iso7(at),
        Computer: node.name,
        ...imageColumns(image),
        ImageSize: imageSize(image.bytes),
        VirtualSize: imageSize(image.bytes * 2.4),
        Running: running,
        Stopped: stopped,
        Failed: 0,
        Paused: 0,
        TotalContainer: running + stopped,
        ...containerRow(world.environment),
      }
      yield wire(row)
    }
  }
}

export const inventorySources = [
  tableSource('cluster', 'KubePodInventory', pods),
  tableSource('cluster', 'ContainerInventory', containers),
  tableSource('cluster', 'ContainerImageInventory', images),
]
