// Metrics of annotated pods, from exporters that answer, answer nonsense, or do not.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { InsightsMetricsRow } from '../../container-insights/measurements.ts'
import { type Pod, podKind } from './pods.ts'
import { type PrometheusRow, scrapedRows } from './scrape.ts'

const at = { cluster: { id: '/c/Blue', name: 'Blue' }, computer: 'node-a', time: '2024-05-01T10:00:00Z' }

function pod(name: string, annotations: Readonly<Record<string, string>>, phase = 'Running'): Pod {
  const metadata = { uid: name, name, namespace: 'shop', creationTimestamp: at.time, annotations }
  const kept = podKind({ environment: true }).keep({ metadata, spec: {}, status: { phase, podIP: '127.0.0.1' } })
  if (kept === undefined) throw new Error('no pod')
  return kept
}

test('reads who asks for it, tells who cannot be read', async () => {
  const asked: string[] = []
  const server = createServer((request, answer) => {
    asked.push(request.url ?? '')
    if (request.url === '/broken') answer.end('<html>\nup 1\n')
    else if (request.url === '/refused') answer.writeHead(503).end('starting')
    else
      answer.end(
        '# TYPE jobs gauge\njobs{queue="a b",pod="x",le="+Inf"} 3 1714557600000\nratio NaN\nkured_reboot_required{node="node-a"} 1',
      )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const port = String((server.address() as AddressInfo).port)
  const scrape = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': port }
  const pods = [
    pod('plain', {}),
    pod('good', scrape),
    pod('broken', { ...scrape, 'prometheus.io/path': 'broken' }),
    pod('refused', { ...scrape, 'prometheus.io/path': '/refused' }),
    pod('nowhere', { ...scrape, 'prometheus.io/port': '1' }),
    pod('senseless', { ...scrape, 'prometheus.io/port': 'http' }),
    pod('over', scrape, 'Succeeded'),
  ]
  const troubles: string[] = []
  const rows: InsightsMetricsRow[] = []
  const prometheus: PrometheusRow[] = []
  for await (const some of scrapedRows(at, pods, AbortSignal.timeout(10_000), (message) => troubles.push(message))) {
    rows.push(...some.insights)
    prometheus.push(...some.prometheus)
  }
  server.close()
  expect(asked.sort()).toEqual(['/broken', '/metrics', '/refused'])
  expect(rows.map(({ Namespace, Name, Val }) => [Namespace, Name, Val])).toEqual([
    ['prometheus', 'jobs', 3],
    ['prometheus', 'kured_reboot_required', 1],
    ['prometheus', 'up', 1],
  ])
  expect(JSON.parse(rows[0]?.Tags ?? '')).toEqual({
    'container.azm.ms/clusterId': '/c/Blue',
    'container.azm.ms/clusterName': 'Blue',
    address: '127.0.0.1',
    scrapeUrl: `http://127.0.0.1:${port}/metrics`,
    pod_name: 'good',
    namespace: 'shop',
    queue: 'a b',
    pod: 'x',
    le: '+Inf',
  })
  const labels = (pod: string, at = port) => ({
    instance: `127.0.0.1:${at}`,
    job: 'kubernetes-pods',
    namespace: 'shop',
    pod,
  })
  const row = { TimeGenerated: at.time, _ResourceId: '/c/Blue' }
  const ups = prometheus.filter(({ Name, Labels }) => Name === 'up' && Labels.pod !== 'broken')
  expect(ups.map(({ Labels, Value }) => [Labels, Value])).toEqual([
    [labels('good'), 1],
    [labels('refused'), 0],
    [labels('nowhere', '1'), 0],
  ])
  const own = { exported_pod: 'x', ...labels('good'), le: '+Inf', queue: 'a b' }
  expect(prometheus.find(({ Name }) => Name === 'jobs')).toEqual({ ...row, Name: 'jobs', Labels: own, Value: 3 })
  expect(troubles.sort()).toEqual([
    expect.stringMatching(/^shop\/broken: .*not Prometheus' text format/),
    expect.stringMatching(/^shop\/nowhere: .*ECONNREFUSED/),
    expect.stringMatching(/^shop\/refused: .*answered 503: starting/),
    'shop/senseless: http://127.0.0.1:http/metrics: the annotations make no URL',
  ])
})
