// Public queries of container insights over what the collectors of both roles bring from the recorded cluster.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiServer, recordedCluster, startApiServer } from '../server/test/kubernetes/api-server.ts'
import { recordedCadvisor, recordedSummary } from '../server/test/kubernetes/kubelet.ts'
import { cleanEnv, command, type RealServer, startRealServer } from './server.ts'

const file = fileURLToPath(new URL('../../shared/reference/container-insights-queries.jsonl', import.meta.url))
interface Query {
  readonly id: string
  readonly query: string
}
const queries = existsSync(file)
  ? readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Query)
  : []

/** Without rows, and why. */
const empty: Readonly<Record<string, string>> = {
  'aks-kube-audit-diagnostics-logs': 'diagnostic settings, not a collector',
  'aks-list-container-logs-per-namespace': 'ContainerLog, which version 2 replaced',
  'aks-billable-log-data-by-log-type': 'ContainerLog',
  'aks-billable-log-data-per-namespace': 'ContainerLog',
  'aks-container-insight-solution-billable-data': 'the usage of a server that has just started',
  'aks-doc-find-in-kubepodinventory': 'looks for a placeholder',
  'aks-doc-find-in-containerlogv2': 'looks for a placeholder',
  'aks-doc-requests-per-minute-with-custom-metrics': 'a metric of its own',
}

describe.skipIf(queries.length === 0)('public queries (where they lie beside the project)', () => {
  const id = '/subscriptions/1/resourceGroups/shops/providers/Microsoft.ContainerService/managedClusters/blue'
  const folder = mkdtempSync(join(tmpdir(), 'conshelf-queries-'))
  let api: ApiServer
  let server: RealServer

  beforeAll(async () => {
    api = await startApiServer(recordedCluster())
    api.texts.set('/metrics/cadvisor', recordedCadvisor)
    server = await startRealServer()
    const config = {
      'current-context': 'x',
      contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
      clusters: [
        {
          name: 'x',
          cluster: { server: api.url, 'certificate-authority-data': Buffer.from(api.ca).toString('base64') },
        },
      ],
      users: [{ name: 'x', user: { token: api.token } }],
    }
    writeFileSync(join(folder, 'config'), JSON.stringify(config))
    await round('cluster')
    // Processors are told from the second round on, so this one runs for some.
    const stopping = setInterval(() => api.texts.set('/stats/summary', JSON.stringify(growing())), 200)
    api.texts.set('/stats/summary', JSON.stringify(growing()))
    const node = collect('node', ['--interval', '1'])
    const measured = 'Perf | where CounterName == "cpuUsageNanoCores" and ObjectName == "K8SNode"'
    while ((await rows(measured)).length < 2) await sleep(500)
    node.child.kill('SIGTERM')
    expect(await node.ended).toBe(0)
    clearInterval(stopping)
  })
  afterAll(async () => {
    await server.stop()
    await api.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function growing() {
    const summary = recordedSummary()
    const cpu = { ...summary.node.cpu, usageCoreNanoSeconds: 5e12 + 0.5e6 * (Date.now() % 1e9) }
    return { ...summary, node: { ...summary.node, cpu } }
  }

  function collect(role: string, args: readonly string[]) {
    const own = [
      'collect',
      'kubernetes',
      '--role',
      role,
      '--cluster-id',
      id,
      '--server',
      server.url,
      '--node',
      'node-a',
    ]
    const places = ['--kubeconfig', join(folder, 'config'), '--kubelet', api.url, '--without', 'ContainerLogV2']
    const child = spawn(process.execPath, [command, ...own, ...places, ...args], { env: cleanEnv(), stdio: 'ignore' })
    return { child, ended: new Promise<number | null>((resolve) => child.once('close', resolve)) }
  }

  async function round(role: string): Promise<void> {
    expect(await collect(role, ['--once']).ended).toBe(0)
  }

  async function rows(query: string): Promise<unknown[][]> {
    const answer = await fetch(`${server.url}/v1${id}/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(text)
    const { tables } = JSON.parse(text) as { tables: { rows: unknown[][] }[] }
    return tables[0]?.rows ?? []
  }

  test.each(queries.map(({ id: name, query }) => [name, query] as const))('%s', async (name, query) => {
    // Joins on ContainerID, which ContainerLogV2 calls ContainerId: as published it binds nowhere.
    if (name === 'aks-doc-pods-by-name-and-namespace') {
      await expect(rows(query)).rejects.toThrow(/'ContainerID' must exist on both sides/)
      return
    }
    const found = await rows(query)
    if (empty[name] === undefined) expect(found.length).toBeGreaterThan(0)
    else expect([name, found.length]).toEqual([name, 0])
  })

  test('use of processors in percent of the capacity', async () => {
    const query = queries.find(({ id: name }) => name === 'aks-avg-node-cpu-usage-percentage-per-minute')?.query ?? ''
    // Half a core of four.
    for (const row of await rows(query)) expect(Number(row.at(-1))).toBeCloseTo(12.5, 0)
  })
})
