// Disks of a node from its kubelet's GET /metrics/cadvisor: InsightsMetrics rows of file systems and of traffic by device.
// https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md
import { type InsightsMetricsRow, type Measured, metricRow } from '../../container-insights/measurements.ts'
import { samplesOf } from './samples.ts'

/** Of the whole node, which is the container `/`. */
const counters: Readonly<Record<string, string>> = {
  container_fs_reads_total: 'reads',
  container_fs_writes_total: 'writes',
  container_fs_reads_bytes_total: 'read_bytes',
  container_fs_writes_bytes_total: 'write_bytes',
}
const [used, limit] = ['container_fs_usage_bytes', 'container_fs_limit_bytes']

export function* diskRows(
  at: Measured,
  text: string,
  onTrouble: (message: string) => void,
): Generator<InsightsMetricsRow> {
  const sizes = new Map<string, { used?: number; limit?: number }>()
  for (const { name, labels, value } of samplesOf(text, isOfNode, onTrouble)) {
    const device = /^\/dev\/(?!shm$)(.+)$/.exec(labels.device ?? '')?.[1]
    if (device === undefined || labels.id !== '/') continue
    const size = sizes.get(device) ?? {}
    if (name === used) sizes.set(device, { ...size, used: value })
    else if (name === limit) sizes.set(device, { ...size, limit: value })
    else {
      const tags = { hostName: at.computer, name: device }
      yield metricRow(at, { namespace: 'container.azm.ms/diskio', name: counters[name] ?? name, value, tags })
    }
  }
  for (const [device, { used = 0, limit = 0 }] of sizes) {
    if (limit === 0) continue
    const values = { used, free: limit - used, used_percent: (100 * used) / limit }
    for (const [name, value] of Object.entries(values)) {
      yield metricRow(at, { namespace: 'container.azm.ms/disk', name, value, tags: { hostName: at.computer, device } })
    }
  }
}

/** Most lines are of containers. */
function isOfNode(line: string): boolean {
  const name = line.slice(0, line.indexOf('{'))
  return (name === used || name === limit || name in counters) && line.includes('id="/"')
}
