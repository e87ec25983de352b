// What a kubelet measures (GET /stats/summary) as rows: Perf of its node and containers, InsightsMetrics of network and volumes.
// https://kubernetes.io/docs/reference/instrumentation/node-metrics/ ; the shapes are those of k8s.io/kubelet's stats/v1alpha1.
import { containerInstance } from '../../container-insights/cluster.ts'
import {
  type InsightsMetricsRow,
  type Measured,
  type Metric,
  metricRow,
  type PerfRow,
  perfRow,
} from '../../container-insights/measurements.ts'

interface Cpu {
  readonly time?: string
  readonly usageNanoCores?: number
  readonly usageCoreNanoSeconds?: number
}
interface Memory {
  readonly workingSetBytes?: number
  readonly rssBytes?: number
}
interface NetworkInterface {
  readonly name?: string
  readonly rxBytes?: number
  readonly txBytes?: number
  readonly rxErrors?: number
  readonly txErrors?: number
}
interface PodStats {
  readonly podRef?: { readonly name?: string; readonly namespace?: string; readonly uid?: string }
  readonly containers?: readonly {
    readonly name?: string
    readonly startTime?: string
    readonly cpu?: Cpu
    readonly memory?: Memory
  }[]
  readonly volume?: readonly {
    readonly name?: string
    readonly usedBytes?: number
    readonly capacityBytes?: number
    readonly pvcRef?: { readonly name?: string; readonly namespace?: string }
  }[]
}
export interface Summary {
  readonly node?: {
    readonly nodeName?: string
    readonly cpu?: Cpu
    readonly memory?: Memory
    readonly network?: { readonly interfaces?: readonly NetworkInterface[] }
  }
  readonly pods?: readonly PodStats[]
}

/** The use of a node's processors between two summaries, which is steadier than the kubelet's own window. */
export class NodeCpu {
  #last: { readonly seconds: number; readonly used: number; readonly rate?: number } | undefined

  /** Billionths of cores; undefined for the first summary and after a restart of the kubelet. */
  next({ time, usageCoreNanoSeconds: used }: Cpu): number | undefined {
    const seconds = Date.parse(time ?? '') / 1000
    if (used === undefined || Number.isNaN(seconds)) return undefined
    const last = this.#last
    const rate = last && seconds > last.seconds ? (used - last.used) / (seconds - last.seconds) : undefined
    // The kubelet measures on its own schedule: a summary may repeat the one before.
    if (last && seconds === last.seconds) return last.rate
    this.#last = { seconds, used, ...(rate !== undefined && rate >= 0 && { rate }) }
    return this.#last.rate
  }
}

type Counters = readonly (readonly [string, number | undefined])[]

/** `bootedAt`: seconds since 1970. */
export function* nodeUsageRows(at: Measured, summary: Summary, cpu: NodeCpu, bootedAt: number): Generator<PerfRow> {
  const { node } = summary
  const counters: Counters = [
    ['cpuUsageNanoCores', cpu.next(node?.cpu ?? {})],
    ['memoryRssBytes', node?.memory?.rssBytes],
    ['memoryWorkingSetBytes', node?.memory?.workingSetBytes],
    ['restartTimeEpoch', bootedAt],
  ]
  for (const [counter, value] of counters) {
    if (value !== undefined) yield perfRow(at, 'K8SNode', at.computer, counter, value)
  }
}

export type IsWanted = (namespace: string) => boolean

export function* containerUsageRows(at: Measured, { pods = [] }: Summary, isWanted: IsWanted): Generator<PerfRow> {
  for (const { podRef, containers = [] } of pods) {
    if (podRef?.uid === undefined || !isWanted(podRef.namespace ?? '')) continue
    for (const { name, startTime, cpu, memory } of containers) {
      if (name === undefined) continue
      const startedAt = Date.parse(startTime ?? '')
      const counters: Counters = [
        ['cpuUsageNanoCores', cpu?.usageNanoCores],
        ['memoryRssBytes', memory?.rssBytes],
        ['memoryWorkingSetBytes', memory?.workingSetBytes],
        ['restartTimeEpoch', Number.isNaN(startedAt) ? undefined : Math.floor(startedAt / 1000)],
      ]
      const instance = containerInstance(podRef.uid, name)
      for (const [counter, value] of counters) {
        if (value !== undefined) yield perfRow(at, 'K8SContainer', instance, counter, value)
      }
    }
  }
}

export function* networkRows(at: Measured, { node }: Summary): Generator<InsightsMetricsRow> {
  for (const { name, rxBytes, txBytes, rxErrors, txErrors } of node?.network?.interfaces ?? []) {
    if (name === undefined || name === 'lo') continue
    const values: Counters = [
      ['bytes_recv', rxBytes],
      ['bytes_sent', txBytes],
      ['err_in', rxErrors],
      ['err_out', txErrors],
    ]
    for (const [metric, value] of values) {
      if (value === undefined) continue
      const tags = { hostName: at.computer, interface: name }
      yield metricRow(at, { namespace: 'container.azm.ms/net', name: metric, value, tags })
    }
  }
}

/** Volumes that pods have claimed. */
export function* volumeUsageRows(
  at: Measured,
  { pods = [] }: Summary,
  isWanted: IsWanted,
): Generator<InsightsMetricsRow> {
  for (const { podRef, volume = [] } of pods) {
    if (!isWanted(podRef?.namespace ?? '')) continue
    for (const { name, usedBytes, capacityBytes, pvcRef } of volume) {
      if (pvcRef?.name === undefined || usedBytes === undefined) continue
      const metric: Metric = {
        namespace: 'container.azm.ms/pv',
        name: 'pvUsedBytes',
        value: usedBytes,
        tags: {
          podUid: podRef?.uid,
          podName: podRef?.name,
          pvcName: pvcRef.name,
          pvcNamespace: pvcRef.namespace,
          volumeName: name,
          pvCapacityBytes: capacityBytes,
        },
      }
      yield metricRow(at, metric)
    }
  }
}
