// Rows of what a kubelet says, and where log files may be cut.
import { expect, test } from 'vitest'
import { recordedCadvisor, recordedSummary } from '../../../test/kubernetes/kubelet.ts'
import { diskRows } from './disks.ts'
import { wholeLines } from './log-lines.ts'
import { containerUsageRows, NodeCpu, networkRows, nodeUsageRows, volumeUsageRows } from './usage.ts'

const at = { cluster: { id: '/c/Blue', name: 'Blue' }, computer: 'node-a', time: '2024-05-01T10:00:00Z' }
const summary = recordedSummary(Date.parse(at.time))
const all = () => true

test('Perf of the node: its processors from one summary to the next', () => {
  const cpu = new NodeCpu()
  const counters = (seconds: number, used: number) => {
    const time = new Date(Date.parse(at.time) + seconds * 1000).toISOString()
    const node = { ...summary.node, cpu: { time, usageCoreNanoSeconds: used } }
    return Object.fromEntries(
      [...nodeUsageRows(at, { node }, cpu, 1_713_600_000)].map((row) => [row.CounterName, row.CounterValue]),
    )
  }
  const others = { memoryRssBytes: 3e9, memoryWorkingSetBytes: 4e9, restartTimeEpoch: 1_713_600_000 }
  expect(counters(0, 1e12)).toEqual(others)
  expect(counters(60, 1e12 + 30e9)).toEqual({ cpuUsageNanoCores: 500_000_000, ...others })
  // The kubelet had measured nothing new.
  expect(counters(60, 1e12 + 30e9)).toEqual({ cpuUsageNanoCores: 500_000_000, ...others })
  // It was started again and counts from zero.
  expect(counters(120, 5e9)).toEqual(others)
  expect(counters(180, 11e9)).toEqual({ cpuUsageNanoCores: 100_000_000, ...others })
})

test('Perf of containers, by the names that KubePodInventory has', () => {
  const rows = [...containerUsageRows(at, summary, (namespace) => namespace !== 'kube-system')]
  expect(rows.map((row) => [row.InstanceName, row.CounterName, row.CounterValue])).toEqual([
    ['/c/Blue/7c1e0001-0000-4000-8000-000000000001/web', 'cpuUsageNanoCores', 120_000_000],
    ['/c/Blue/7c1e0001-0000-4000-8000-000000000001/web', 'memoryRssBytes', 100_000_000],
    ['/c/Blue/7c1e0001-0000-4000-8000-000000000001/web', 'memoryWorkingSetBytes', 150_000_000],
    ['/c/Blue/7c1e0001-0000-4000-8000-000000000001/web', 'restartTimeEpoch', Date.parse('2024-05-01T09:00:00Z') / 1000],
    [
      '/c/Blue/7c1e0001-0000-4000-8000-000000000001/proxy',
      'restartTimeEpoch',
      Date.parse('2024-05-01T08:00:05Z') / 1000,
    ],
  ])
  expect(rows[0]).toMatchObject({ Computer: 'node-a', ObjectName: 'K8SContainer', _ResourceId: '/c/blue' })
})

test('InsightsMetrics of network and claimed volumes', () => {
  const rows = [...networkRows(at, summary), ...volumeUsageRows(at, summary, all)]
  expect(rows.map(({ Namespace, Name, Val }) => [Namespace, Name, Val])).toEqual([
    ['container.azm.ms/net', 'bytes_recv', 1000],
    ['container.azm.ms/net', 'bytes_sent', 2000],
    ['container.azm.ms/net', 'err_in', 1],
    ['container.azm.ms/net', 'err_out', 0],
    ['container.azm.ms/pv', 'pvUsedBytes', 1_000_000],
  ])
  expect(JSON.parse(rows[4]?.Tags ?? '')).toMatchObject({
    pvcName: 'data-web',
    pvCapacityBytes: 8_000_000,
    podName: 'web-6d4b9c7f5d-x2x9k',
  })
})

test('InsightsMetrics of disks: devices of the node alone', () => {
  const troubles: string[] = []
  const rows = [
    ...diskRows(at, `${recordedCadvisor}container_fs_reads_total{id="/" broken`, (message) => troubles.push(message)),
  ]
  expect(
    rows.map(({ Namespace, Name, Val, Tags }) => [
      Namespace,
      Name,
      Val,
      JSON.parse(Tags).name ?? JSON.parse(Tags).device,
    ]),
  ).toEqual([
    ['container.azm.ms/diskio', 'reads', 4711, 'sda'],
    ['container.azm.ms/diskio', 'writes', 815, 'sda'],
    ['container.azm.ms/diskio', 'read_bytes', 1e6, 'sda'],
    ['container.azm.ms/disk', 'used', 3e10, 'sda1'],
    ['container.azm.ms/disk', 'free', 9e10, 'sda1'],
    ['container.azm.ms/disk', 'used_percent', 25, 'sda1'],
  ])
  expect(troubles).toEqual([expect.stringMatching(/^not Prometheus' text format: /)])
})

const cri = (stream: string, tag: string, text: string) => `2024-05-01T10:00:00.1Z ${stream} ${tag} ${text}\n`
const whole = cri('stdout', 'F', 'whole')
const begun = cri('stdout', 'P', 'begun')

test.each([
  ['nothing', '', false, 0],
  ['whole lines', whole + whole, false, whole.length * 2],
  ['a line without its end', `${whole}2024-05-01T10`, false, whole.length],
  ['a line in pieces that goes on', whole + begun, false, whole.length],
  [
    'pieces with another stream between',
    begun + cri('stderr', 'F', 'x') + cri('stdout', 'F', 'end'),
    false,
    begun.length + 2 * whole.length,
  ],
  ['the last of a file', whole + begun, true, whole.length],
  ['the last pieces of a file', begun, true, begun.length],
  ['no line end at all', 'xyz', true, 3],
  ['what is no log line', 'xyz\n', false, 4],
])('cuts %s', (_name, text, isAll, length) => {
  if (_name.startsWith('pieces')) expect(wholeLines(Buffer.from(text), isAll)).toBe(text.length)
  else expect(wholeLines(Buffer.from(text), isAll)).toBe(length)
})
