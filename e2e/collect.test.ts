// The collector as a process between a recorded API server and the real server, and the public queries of container insights
// over what it brings.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiServer, recordedCluster, startApiServer } from '../server/test/kubernetes/api-server.ts'
import { cleanEnv, command, type RealServer, startRealServer } from './server.ts'

const clusterId =
  '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/shops/providers/Microsoft.ContainerService/managedClusters/blue'
const folder = mkdtempSync(join(tmpdir(), 'conshelf-collect-'))
let api: ApiServer
let server: RealServer

beforeAll(async () => {
  api = await startApiServer(recordedCluster())
  server = await startRealServer()
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

async function rows(query: string): Promise<unknown[][]> {
  const [workspace] = (await (await fetch(`${server.url}/conshelf/workspaces`)).json()).workspaces
  const answer = await fetch(`${server.url}/v1/workspaces/${workspace.id}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const body = await answer.json()
  if (!answer.ok) throw new Error(JSON.stringify(body))
  return body.tables[0].rows
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

describe('a collector that runs on', () => {
  test('tells events as they come, once, over a restart of its own and of the server', async () => {
    const state = join(folder, 'state')
    const only = [
      '--role',
      'cluster',
      '--state',
      state,
      '--without',
      'KubePodInventory,KubeNodeInventory,KubeServices,KubePVInventory,ContainerInventory,ContainerImageInventory,ContainerNodeInventory,Perf,InsightsMetrics',
    ]
    const event = (index: number, count = 1) => {
      const at = new Date().toISOString()
      return {
        metadata: { uid: `new-${index}`, name: `e-${index}`, namespace: 'shop', creationTimestamp: at },
        involvedObject: { kind: 'Pod', namespace: 'shop', name: `new-${index}` },
        reason: 'Unhealthy',
        message: 'Liveness probe failed',
        type: 'Warning',
        source: { component: 'kubelet', host: 'node-a' },
        firstTimestamp: at,
        lastTimestamp: at,
        count,
      }
    }
    const told = () =>
      rows('KubeEvents | where Name startswith "new-" | project Name, Count | order by Name asc, Count asc')
    const first = collect(only)
    await expect.poll(() => api.watchers('events'), { timeout: 20_000 }).toBe(1)
    api.change('events', 'ADDED', event(1))
    await expect.poll(told, { timeout: 20_000, interval: 500 }).toEqual([['new-1', 1]])

    const data = mkdtempSync(join(tmpdir(), 'conshelf-collect-data-'))
    api.change('events', 'MODIFIED', event(1, 4))
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(await told()).toEqual([
      ['new-1', 1],
      ['new-1', 4],
    ])

    // What happens while no collector runs is told by the next one.
    api.change('events', 'ADDED', event(2))
    const listed = api.asked.length
    const second = collect(only)
    await expect.poll(() => api.watchers('events'), { timeout: 20_000 }).toBe(1)
    expect(api.asked.slice(listed).map((url) => url.searchParams.get('watch'))).toEqual(['1'])
    api.change('events', 'ADDED', event(3))
    await expect.poll(told, { timeout: 20_000, interval: 500 }).toContainEqual(['new-3', 1])
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    rmSync(data, { recursive: true, force: true })
  })
})

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
