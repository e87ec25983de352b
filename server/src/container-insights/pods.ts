// Rows that describe pods and their containers.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/kubepodinventory
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerinventory
import { type ClusterColumns, containerInstance, type SourceColumns, type Timed } from './cluster.ts'

/** Columns of KubePodInventory that are the same for all containers of a pod. */
export interface PodColumns {
  /** Empty until the pod has a node. */
  readonly Computer: string
  readonly Name: string
  readonly Namespace: string
  readonly PodUid: string
  readonly PodLabel: string
  readonly PodStatus: string
  readonly PodIp: string
  readonly PodCreationTimeStamp: string
  readonly PodStartTime?: string
  readonly PodRestartCount: number
  readonly ServiceName: string
  readonly ControllerKind: string
  readonly ControllerName: string
}

/** A container of a pod, as its status tells. */
export interface ContainerFacts {
  readonly podUid: string
  readonly name: string
  /** Without the runtime in front; empty before the first start. */
  readonly id: string
  readonly status: string
  readonly reason: string
  readonly restarts: number
  /** Of the process that runs. */
  readonly startedAt?: string
  readonly last?: LastState
}

/** How the process before this one ended. */
export interface LastState {
  readonly state: string
  readonly reason: string
  readonly startedAt: string
  readonly finishedAt: string
}

export interface ContainerColumns {
  readonly InstanceName: string
  readonly ContainerName: string
  readonly ContainerID: string
  readonly ContainerStatus: string
  readonly ContainerStatusReason: string
  readonly ContainerRestartCount: number
  /** JSON text; an empty object when there was no process before. */
  readonly ContainerLastStatus: string
  readonly ContainerCreationTimeStamp?: string
  readonly ContainerStartTime?: string
}

/** A pod without containers yet has one row without theirs. */
export type KubePodInventoryRow = Timed & ClusterColumns & PodColumns & Partial<ContainerColumns>

export function containerColumns(container: ContainerFacts): ContainerColumns {
  const instance = containerInstance(container.podUid, container.name)
  const { startedAt } = container
  return {
    InstanceName: instance,
    ContainerName: instance,
    ContainerID: container.id,
    ContainerStatus: container.status,
    ContainerStatusReason: container.reason,
    ContainerRestartCount: container.restarts,
    ContainerLastStatus: lastStatus(container.last),
    ...(startedAt === undefined ? {} : { ContainerCreationTimeStamp: startedAt, ContainerStartTime: startedAt }),
  }
}

function lastStatus(last: LastState | undefined): string {
  if (last === undefined) return '{}'
  const { state: lastState, reason, startedAt, finishedAt } = last
  return JSON.stringify({ lastState, reason, startedAt, finishedAt })
}

export interface ImageColumns {
  readonly ImageID: string
  readonly Repository: string
  readonly Image: string
  readonly ImageTag: string
}

export interface ContainerInventoryRow extends Timed, SourceColumns, ImageColumns {
  readonly Computer: string
  readonly ContainerID: string
  readonly Name: string
  readonly ContainerHostname: string
  readonly ContainerState: 'Running' | 'Waiting' | 'Terminated' | 'Failed'
  readonly Ports: string
  readonly ExitCode: number
  readonly EnvironmentVar: string
  readonly Command: string
  readonly CreatedTime: string
  readonly StartedTime?: string
  readonly FinishedTime?: string
}

export interface ContainerPlace {
  readonly container: string
  readonly pod: string
  readonly namespace: string
  readonly podUid: string
  readonly restarts: number
}

/** The name that Docker's runtime gave containers of Kubernetes; ContainerInventory has kept it. */
export function runtimeName({ container, pod, namespace, podUid, restarts }: ContainerPlace): string {
  return `k8s_${container}_${pod}_${namespace}_${podUid}_${restarts}`
}

/** A failed process is told from one that ended well. */
export function containerState(
  status: 'running' | 'waiting' | 'terminated',
  exitCode: number,
): ContainerInventoryRow['ContainerState'] {
  if (status === 'running') return 'Running'
  if (status === 'waiting') return 'Waiting'
  return exitCode === 0 ? 'Terminated' : 'Failed'
}

export interface ContainerImageInventoryRow extends Timed, SourceColumns, ImageColumns {
  readonly Computer: string
  readonly ImageSize: string
  readonly VirtualSize: string
  readonly Running: number
  readonly Stopped: number
  readonly Failed: number
  readonly Paused: number
  readonly TotalContainer: number
}

export function imageSize(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)}MB`
}
