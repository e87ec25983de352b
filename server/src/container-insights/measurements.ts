// Rows that measure: counters of nodes and containers (Perf), and everything else (InsightsMetrics).
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/perf
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/insightsmetrics
import { type Cluster, type SourceColumns, sourceColumns, type Timed } from './cluster.ts'

export interface PerfRow extends Timed, SourceColumns {
  readonly Computer: string
  readonly ObjectName: 'K8SNode' | 'K8SContainer'
  readonly CounterName: string
  readonly InstanceName: string
  readonly CounterValue: number
}

export interface Measured {
  readonly cluster: Cluster
  /** TimeGenerated. */
  readonly time: string
  readonly computer: string
}

/** `instance` is a node's name or containerInstance(). */
export function perfRow(
  { cluster, time, computer }: Measured,
  object: PerfRow['ObjectName'],
  instance: string,
  counter: string,
  value: number,
): PerfRow {
  return {
    TimeGenerated: time,
    Computer: computer,
    ObjectName: object,
    CounterName: counter,
    InstanceName: `${cluster.id}/${instance}`,
    CounterValue: value,
    ...sourceColumns(cluster),
  }
}

export interface InsightsMetricsRow extends Timed, SourceColumns {
  readonly Computer: string
  readonly Origin: 'container.azm.ms'
  readonly Namespace: string
  readonly Name: string
  readonly Val: number
  /** JSON text. */
  readonly Tags: string
}

export interface Metric {
  /** `prometheus`, or `container.azm.ms/…` for what the agent measures itself. */
  readonly namespace: string
  readonly name: string
  readonly value: number
  readonly tags: Readonly<Record<string, string | number | undefined>>
}

export function metricRow({ cluster, time, computer }: Measured, metric: Metric): InsightsMetricsRow {
  const tags = {
    'container.azm.ms/clusterId': cluster.id,
    'container.azm.ms/clusterName': cluster.name,
    ...metric.tags,
  }
  return {
    TimeGenerated: time,
    Computer: computer,
    Origin: 'container.azm.ms',
    Namespace: metric.namespace,
    Name: metric.name,
    Val: metric.value,
    Tags: JSON.stringify(tags),
    ...sourceColumns(cluster),
  }
}
