// Folders that a server follows: files that grow, are written anew, cut, renamed or broken; the server killed in between.
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ask, startWithSources, until } from './sources.ts'

const root = mkdtempSync(join(tmpdir(), 'conshelf-sources-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const resource =
  '/SUBSCRIPTIONS/0A0B0C0D-1111-2222-3333-444455556666/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV'

function source(name: string, more: Readonly<Record<string, unknown>> = {}) {
  const path = join(root, name)
  mkdirSync(path, { recursive: true })
  return { kind: 'folder', name, path, receiver: 'json', table: `${name}_CL`, pollSeconds: 0.2, ...more }
}

const start = (data: string, ...sources: readonly unknown[]) => startWithSources(join(root, data), sources)

const line = (n: number) => `${JSON.stringify({ TimeGenerated: `${day}T10:00:00Z`, N: n, Text: `line ${n}` })}\n`
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => line(from + i)).join('')

test('resource logs in their folders, flow logs that are written anew', async () => {
  const storage = source('storage', { receiver: 'azure-diagnostics', table: undefined, mode: 'resource' })
  const at = (container: string, hour: string) =>
    join(storage.path, container, `resourceId=${resource}/y=2026/m=03/d=01/h=${hour}/m=00/PT1H.json`)
  const audit = (n: number) =>
    `${JSON.stringify({ time: `${day}T10:00:00Z`, resourceId: resource, category: 'AuditEvent', operationName: `Op${n}` })}\n`
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true })
    appendFileSync(path, text)
  }
  const flow = (n: number) => ({
    time: `${day}T10:00:00Z`,
    category: 'FlowLogFlowEvent',
    flowRecords: {
      flows: [
        {
          aclID: 'a',
          flowGroups: [
            {
              rule: 'r',
              flowTuples: [`${Date.parse(`${day}T10:00:00Z`) + n},10.0.0.6,10.0.0.7,${n},443,6,O,E,NX,3,767,2,1580`],
            },
          ],
        },
      ],
    },
  })
  const flowFile = at('insights-logs-flowlogflowevent', '10')
  write(at('insights-logs-auditevent', '10'), audit(1) + audit(2) + audit(3).slice(0, 30))
  write(flowFile, JSON.stringify({ records: [flow(1), flow(2)] }, null, 2))
  const server = await start('a', storage)
  await until(server, 'AZKVAuditLogs | count', [[2]])
  await until(server, 'NTANetAnalytics | summarize make_list(SrcPort)', [['[1,2]']])
  write(at('insights-logs-auditevent', '10'), audit(3).slice(30))
  write(at('insights-logs-auditevent', '11'), audit(4))
  writeFileSync(flowFile, JSON.stringify({ records: [flow(1), flow(2), flow(3)] }, null, 2))
  await until(server, 'AZKVAuditLogs | summarize by OperationName | sort by OperationName asc', [
    ['Op1'],
    ['Op2'],
    ['Op3'],
    ['Op4'],
  ])
  await until(server, 'NTANetAnalytics | sort by SrcPort asc | summarize make_list(SrcPort)', [['[1,2,3]']])
  expect(await ask(server, 'AZKVAuditLogs | count')).toEqual([[4]])
  await server.stop()
})

test('bad lines, a file that is cut, a file that is renamed', async () => {
  const logs = source('Lines')
  const file = join(logs.path, 'app.log')
  writeFileSync(file, `{"broken\nnot json\n${lines(0, 3)}{"also": broken}\n${lines(3, 5)}`)
  const server = await start('b', logs)
  await until(server, 'Lines_CL | count', [[5]])
  await until(server, 'ConshelfIngestionErrors_CL | count', [[3]])
  renameSync(file, `${file}.1`)
  writeFileSync(file, lines(5, 7))
  await until(server, 'Lines_CL | count', [[7]])
  writeFileSync(file, lines(7, 8))
  await until(server, 'Lines_CL | summarize count(), dcount(N)', [[8, 8]])
  await server.stop()
})

test('killed in the middle of a file again and again: no line is lost, none is there twice', async () => {
  const logs = source('Killed')
  const file = join(logs.path, 'big.log')
  const all = 120_000
  writeFileSync(file, lines(0, all / 2))
  for (let round = 0; round < 4; round++) {
    const server = await start('c', logs)
    await new Promise((resume) => setTimeout(resume, 100 + round * 150))
    await server.kill()
    if (round === 1) appendFileSync(file, lines(all / 2, all))
  }
  const server = await start('c', logs)
  await until(server, 'Killed_CL | summarize count(), count_distinct(N)', [[all, all]])
  await server.stop()
})

test('a source that cannot be', async () => {
  await expect(start('d', source('Other', { receiver: 'nonsense' }))).rejects.toThrow(
    /CONSHELF_SOURCES: source 1: 'receiver'/,
  )
  await expect(start('d', source('Other', { workspace: 'nowhere' }))).rejects.toThrow(
    /needs a workspace, one of default/,
  )
})
