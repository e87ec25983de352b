// The collector as a process between a recorded API server and the real server, and the public queries of container insights
// over what it brings.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiServer, recordedCluster, startApiServer } from '../server/test/kubernetes/api-server.ts'
import { recordedCadvisor, recordedSummary } from '../server/test/kubernetes/kubelet.ts'
import { cleanEnv, command, type RealServer, startRealServer } from './server.ts'

const clusterId =
  '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/shops/providers/Microsoft.ContainerService/managedClusters/blue'
const folder = mkdtempSync(join(tmpdir(), 'conshelf-collect-'))
let api: ApiServer
let server: RealServer

beforeAll(async () => {
  api = await startApiServer(recordedCluster())
  server = await startRealServer()
  api.texts.set('/stats/summary', JSON.stringify(recordedSummary()))
  api.texts.set('/metrics/cadvisor', recordedCadvisor)
  writeFileSync(join(folder, 'config.yaml'), kubeconfig(api))
})
afterAll(async () => {
  await server.stop()
  await api.close()
  rmSync(folder, { recursive: true, force: true })
})

function kubeconfig({ url, ca, token }: ApiServer): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'blue',
    contexts: [{ name: 'blue', context: { cluster: 'blue', user: 'collector' } }],
    clusters: [
      { name: 'blue', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'collector', user: { token } }],
  }
  return JSON.stringify(config)
}

interface Running {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Promise<number | null>
}

function collect(args: readonly string[], url = server.url): Running {
  const own = [
    'collect',
    'kubernetes',
    '--cluster-id',
    clusterId,
    '--server',
    url,
    '--kubeconfig',
    join(folder, 'config.yaml'),
  ]
  const child = spawn(process.execPath, [command, ...own, ...args], { cwd: folder, env: cleanEnv() })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk
    })
  }
  return { child, output: () => output, ended: new Promise((resolve) => child.once('close', resolve)) }
}

/** Of the cluster: a query in the scope of its id. */
async function rows(query: string, url = server.url): Promise<unknown[][]> {
  const answer = await fetch(`${url}/v1${clusterId}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  const { tables } = JSON.parse(text) as { tables: { rows: unknown[][] }[] }
  return tables[0]?.rows ?? []
}

describe('one round of both roles', () => {
  beforeAll(async () => {
    const cluster = collect(['--role', 'cluster', '--once', '--node', 'node-a', '--exclude-namespaces', 'kube-system'])
    expect([await cluster.ended, cluster.output()]).toEqual([0, expect.not.stringContaining('Error')])
  })

  test('fills the tables of the cluster', async () => {
    const tables = [
      'KubePodInventory',
      'KubeNodeInventory',
      'KubeEvents',
      'KubeServices',
      'KubePVInventory',
      'ContainerInventory',
      'ContainerImageInventory',
      'ContainerNodeInventory',
      'Perf',
      'InsightsMetrics',
      'KubeMonAgentEvents',
    ]
    const counts = await rows(`union withsource = T ${tables.join(', ')} | summarize count() by T | order by T asc`)
    expect(Object.fromEntries(counts)).toEqual({
      ContainerImageInventory: 2,
      ContainerInventory: 6,
      ContainerNodeInventory: 2,
      InsightsMetrics: 4,
      KubeEvents: 2,
      KubeMonAgentEvents: 1,
      KubeNodeInventory: 2,
      KubePVInventory: 2,
      KubePodInventory: 7,
      KubeServices: 3,
      // Four of each node; of six containers limits, of one of them requests too.
      Perf: 8 + 6 * 2 + 2,
    })
  })

  test('rows are found by the cluster they are of, and have the columns queries read', async () => {
    expect(await rows('KubePodInventory | distinct ClusterName, _ResourceId')).toEqual([
      ['blue', clusterId.toLowerCase()],
    ])
    expect(
      await rows("KubePodInventory | where Name == 'waiting-0' | project PodStatus, isnull(PodStartTime), Computer"),
    ).toEqual([['Pending', true, '']])
    expect(
      await rows('KubePVInventory | where PVType == "csi" | project tostring(PVTypeInfo.driver), PVCapacityBytes'),
    ).toEqual([['disk.csi.azure.com', 8589934592]])
    expect(await rows('KubeMonAgentEvents | project Category, Level, Message')).toEqual([
      ['container.azm.ms/noerror', 'Info', 'No errors'],
    ])
  })
})

describe('pods that ask for it by annotation', () => {
  test('are scraped, into InsightsMetrics and PrometheusMetrics', async () => {
    const exporter = createServer((request, answer) =>
      request.url === '/stats' ? answer.end('jobs_total{queue="slow"} 7\n') : answer.writeHead(404).end(),
    )
    await once(exporter.listen(0, '127.0.0.1'), 'listening')
    const port = String((exporter.address() as AddressInfo).port)
    const annotations = {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': port,
      'prometheus.io/path': '/stats',
      'prometheus.io/scheme': 'http',
    }
    const metadata = { uid: 'exp', name: 'exporter-0', namespace: 'shop', creationTimestamp: new Date().toISOString() }
    const status = { phase: 'Running', podIP: '127.0.0.1' }
    api.change('pods', 'ADDED', { metadata: { ...metadata, annotations }, spec: { nodeName: 'node-a' }, status })
    const node = ['--role', 'node', '--once', '--node', 'node-a', '--kubelet', api.url, '--scrape']
    const collector = collect([...node, '--without', 'ContainerLogV2'])
    expect([await collector.ended, collector.output()]).toEqual([0, expect.not.stringContaining('Error')])
    exporter.close()
    api.change('pods', 'DELETED', { metadata, spec: { nodeName: 'node-a' }, status })
    expect(
      await rows(
        'InsightsMetrics | where Namespace == "prometheus" | project Name, Val, Tags = todynamic(Tags) | project Name, Val, tostring(Tags.pod_name), tostring(Tags.queue)',
      ),
    ).toEqual([['jobs_total', 7, 'exporter-0', 'slow']])
    const instance = `127.0.0.1:${port}`
    const labels = { instance, job: 'kubernetes-pods', namespace: 'shop', pod: 'exporter-0' }
    expect(
      await rows(
        'PrometheusMetrics | where Labels.pod == "exporter-0" | project Name, Value, tostring(Labels) | order by Name asc',
      ),
    ).toEqual([
      ['jobs_total', 7, JSON.stringify({ ...labels, queue: 'slow' })],
      ['up', 1, JSON.stringify(labels)],
    ])
  })
})

describe('a collector that runs on', () => {
  test('tells events as they come, once each, over a restart', async () => {
    const tables =
      'KubePodInventory,KubeNodeInventory,KubeServices,KubePVInventory,ContainerInventory,ContainerImageInventory,ContainerNodeInventory,Perf,InsightsMetrics'
    const only = ['--role', 'cluster', '--state', join(folder, 'state'), '--without', tables]
    const told = () =>
      rows('KubeEvents | where Name startswith "new-" | project Name, Count | order by Name asc, Count asc')
    const first = collect(only)
    await expect.poll(() => api.watchers('events'), { timeout: 20_000 }).toBe(1)
    api.change('events', 'ADDED', warning('new-1', 1))
    await expect.poll(told, { timeout: 20_000, interval: 500 }).toEqual([['new-1', 1]])
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    await expect.poll(() => api.watchers('events'), { timeout: 20_000 }).toBe(0)

    // What happens while no collector runs is told by the next one, which goes on where the first ended.
    api.change('events', 'MODIFIED', warning('new-1', 4))
    api.change('events', 'ADDED', warning('new-2', 1))
    const asked = api.asked.length
    const second = collect(only)
    await expect.poll(() => api.watchers('events'), { timeout: 20_000 }).toBe(1)
    expect(api.asked.slice(asked).map((url) => url.searchParams.get('watch'))).toEqual(['1'])
    const missed = [
      ['new-1', 1],
      ['new-1', 4],
      ['new-2', 1],
    ]
    await expect.poll(told, { timeout: 20_000, interval: 500 }).toEqual(missed)
    api.change('events', 'MODIFIED', warning('new-2', 2))
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    const third = collect([...only, '--once'])
    expect(await third.ended).toBe(0)
    expect(await told()).toEqual([...missed, ['new-2', 2]])
  })

  test('loses and doubles nothing while the server is killed and started again', async () => {
    const data = mkdtempSync(join(tmpdir(), 'conshelf-collect-data-'))
    let own = await startRealServer({ data })
    const { url } = own
    const logs = join(folder, 'logs')
    mkdirSync(logs)
    const log = join(logs, `web-1_shop_web-${'0f'.repeat(32)}.log`)
    writeFileSync(log, '')
    const line = (n: number) => appendFileSync(log, `2024-05-01T10:00:00.${100000000 + n}Z stdout F line ${n}\n`)
    const args = [
      '--role',
      'node',
      '--node',
      'node-a',
      '--kubelet',
      api.url,
      '--interval',
      '1',
      '--state',
      join(folder, 'node'),
    ]
    const collector = collect([...args, '--logs', logs], url)
    const measured = 'Perf | where CounterName == "memoryRssBytes" and ObjectName == "K8SNode"'
    const times = async () =>
      (await rows(`${measured} | project TimeGenerated | order by TimeGenerated asc`, url)).flat()
    await expect.poll(times, { timeout: 30_000, interval: 500 }).not.toEqual([])
    for (let n = 0; n < 50; n++) line(n)
    await own.kill()
    for (let n = 50; n < 100; n++) line(n)
    // The kubelet rotates: the file gets another name, a new one takes its place.
    renameSync(log, `${log}.20240501-100000`)
    appendFileSync(`${log}.20240501-100000`, '2024-05-01T10:00:00.300000000Z stderr P line ')
    await setTimeout(3_000)
    own = await startRealServer({ data, args: ['--listen', new URL(url).host] })
    appendFileSync(`${log}.20240501-100000`, '\n2024-05-01T10:00:00.300000001Z stderr F 100\n')
    writeFileSync(log, '')
    for (let n = 101; n < 120; n++) line(n)
    const read = () =>
      rows(
        'ContainerLogV2 | where PodName == "web-1" | project N = toint(extract("line ([0-9]+)", 1, LogMessage)) | order by N asc',
        url,
      )
    await expect.poll(read, { timeout: 60_000, interval: 500 }).toHaveLength(120)
    collector.child.kill('SIGTERM')
    expect(await collector.ended).toBe(0)
    expect((await read()).flat()).toEqual(Array.from({ length: 120 }, (_, n) => n))
    const seconds = (await times()).map((time) => Date.parse(String(time)) / 1000)
    expect(seconds.length).toBeGreaterThan(4)
    expect(seconds).toEqual(seconds.map((_, index) => (seconds[0] ?? 0) + index))

    // The next collector goes on where this one ended.
    line(120)
    const next = collect([...args, '--logs', logs, '--once'], url)
    expect(await next.ended).toBe(0)
    expect((await read()).flat()).toEqual(Array.from({ length: 121 }, (_, n) => n))
    await own.stop()
    rmSync(data, { recursive: true, force: true })
  })
})

function warning(name: string, count: number) {
  const at = new Date().toISOString()
  return {
    metadata: { uid: name, name, namespace: 'shop', creationTimestamp: at },
    involvedObject: { kind: 'Pod', namespace: 'shop', name },
    reason: 'Unhealthy',
    message: 'Liveness probe failed',
    type: 'Warning',
    source: { component: 'kubelet', host: 'node-a' },
    firstTimestamp: at,
    lastTimestamp: at,
    count,
  }
}

describe('what goes wrong', () => {
  test('a server that is not there: what could not be delivered is said', async () => {
    const { ended, output } = collect(['--role', 'cluster', '--once'], 'http://127.0.0.1:9')
    expect(await ended).toBe(1)
    expect(output()).toMatch(
      /Warning: no answer from http:\/\/127.0.0.1:9: .*\n(?:.*\n)*.*packed bytes could not be delivered/,
    )
  })

  test.each([
    [[], /say what|--role is missing/],
    [['--role', 'pod'], /--role takes cluster or node, not 'pod'/],
    [['--role', 'node', '--without', 'Heartbeat'], /'Heartbeat' is none of KubePodInventory/],
    [['--role', 'cluster', '--interval', 'soon'], /'soon' is not a number above 0/],
    [['--role', 'cluster', '--context', 'green'], /has no context 'green'; there is blue/],
  ])('%j', async (args, message) => {
    const { ended, output } = collect(args)
    expect(await ended).toBeGreaterThan(0)
    expect(output()).toMatch(message)
  })
})
