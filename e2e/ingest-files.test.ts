// `conshelf ingest`: formats of files, sending again, the replay of an export.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanEnv, command, type RealServer, startRealServer } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'conshelf-files-'))
const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
let server: RealServer
beforeAll(async () => {
  server = await startRealServer()
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

function conshelf(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; out: string; err: string }>()
  const env = cleanEnv({ CONSHELF_URL: server.url })
  const child = execFile(process.execPath, [command, ...args], { cwd: folder, env }, (_error, out, err) => {
    resolve({ code: child.exitCode ?? -1, out, err })
  })
  return promise
}

const rows = async (query: string): Promise<unknown[]> => {
  const { out, err } = await conshelf('query', '-o', 'json', query)
  expect(err).toBe('')
  return JSON.parse(out)
}

test('files of many pieces, sent again: nothing is there twice', async () => {
  const lines = Array.from({ length: 60_000 }, (_, n) => JSON.stringify({ N: n, Text: 'x'.repeat(100) }))
  writeFileSync(join(folder, 'many.jsonl'), lines.join('\n'))
  const args = ['ingest', 'many.jsonl', '--table', 'Many_CL'] as const
  expect(await conshelf(...args)).toEqual({ code: 0, out: 'many.jsonl: 60000 accepted, 0 rejected\n', err: '' })
  expect(await conshelf(...args)).toMatchObject({ code: 0, out: 'many.jsonl: 60000 accepted, 0 rejected\n' })
  expect(await rows('Many_CL | summarize R = count(), N = count_distinct(N)')).toEqual([{ R: 60_000, N: 60_000 }])
})

test('a folder with arrays, gzip, zstd, and lines that nobody can read', async () => {
  mkdirSync(join(folder, 'mixed/deep'), { recursive: true })
  writeFileSync(join(folder, 'mixed/a.json'), JSON.stringify([{ N: 1 }, { N: 2 }], null, 2))
  writeFileSync(join(folder, 'mixed/deep/b.jsonl.gz'), gzipSync('{"N":3}\n'))
  writeFileSync(join(folder, 'mixed/deep/c.jsonl.zst'), zstdCompressSync('{"N":4}\n'))
  writeFileSync(join(folder, 'mixed/deep/d.log'), 'no json\n{"N":5}\n{"N":\n{"N":6}\n')
  const sent = await conshelf('ingest', 'mixed', '--table', 'Mixed_CL')
  expect(sent.code).toBe(3)
  expect(sent.out).toContain('d.log: 2 accepted, 2 rejected')
  expect(await rows('Mixed_CL | summarize make_list(N), count()')).toMatchObject([{ count_: 6 }])
})

test('an export of the portal: headers with a zone, True and False, numbers, dynamic values', async () => {
  const text = [
    '\ufeff"TimeGenerated [UTC]",Category,Resource,"d_d","ok_b","at_t [UTC]","msg_s",AdditionalFields,Type',
    `"${day}T10:00:00.1234567Z",AuditEvent,KV,2.50,True,"9/25/2026, 7:45:32.123 PM","a ""quoted"", text","{""a"":{""b"":1}}",AzureDiagnostics`,
    `"${day}T11:00:00Z",AuditEvent,KV,,False,,,,AzureDiagnostics`,
  ].join('\r\n')
  writeFileSync(join(folder, 'query_data.csv'), text)
  expect(await conshelf('ingest', 'query_data.csv', '--table', 'AzureDiagnostics', '--keep-time')).toMatchObject({
    code: 0,
    err: '',
  })
  const query =
    'AzureDiagnostics | sort by TimeGenerated asc | project TimeGenerated, d_d, ok_b, at_t, msg_s, X = toint(AdditionalFields.a.b), T = strcat(gettype(d_d), gettype(ok_b), gettype(at_t))'
  expect(await rows(query)).toEqual([
    {
      TimeGenerated: `${day}T10:00:00.1234567Z`,
      d_d: 2.5,
      ok_b: true,
      at_t: '2026-09-25T19:45:32.123Z',
      msg_s: 'a "quoted", text',
      X: 1,
      T: 'realbooldatetime',
    },
    {
      TimeGenerated: `${day}T11:00:00Z`,
      d_d: null,
      ok_b: false,
      at_t: null,
      msg_s: '',
      X: null,
      T: 'realbooldatetime',
    },
  ])
})

test('an answer of the query API goes back in, with other names', async () => {
  const body = JSON.stringify({
    query: 'AzureDiagnostics | project TimeGenerated, Category, d_d, ok_b, Big = 9007199254740993',
  })
  const answer = await fetch(`${server.url}/v1/workspaces/default/query`, { method: 'POST', body })
  writeFileSync(join(folder, 'answer.json'), await answer.text())
  expect(
    await conshelf('ingest', 'answer.json', '--table', 'Back_CL', '--keep-time', '--column', 'Number=d_d'),
  ).toMatchObject({ code: 0, err: '' })
  expect(await rows('Back_CL | where Number > 1 | project TimeGenerated, Category, ok_b, B = tostring(Big)')).toEqual([
    { TimeGenerated: `${day}T10:00:00.1234567Z`, Category: 'AuditEvent', ok_b: true, B: '9007199254740993' },
  ])
})

test('a file that ends in the middle: what is whole is stored, and the fault is told', async () => {
  writeFileSync(join(folder, 'cut.json'), '[{"N":1},{"N":2},{"N"')
  const sent = await conshelf('ingest', 'cut.json', '--table', 'Cut_CL')
  expect(sent).toMatchObject({
    code: 1,
    err: expect.stringMatching(/ends inside the value.*\n.*2 records of cut\.json are stored/),
  })
  expect(await rows('Cut_CL | count')).toEqual([{ Count: 2 }])
})

test('refusals', async () => {
  writeFileSync(join(folder, 'local.csv'), '"TimeGenerated [Local Time]",Computer\n1,2\n')
  expect(await conshelf('ingest', 'local.csv', '--table', 'Heartbeat')).toMatchObject({
    code: 1,
    err: expect.stringContaining('UTC'),
  })
  expect(await conshelf('ingest', 'local.csv', '--as', 'syslog')).toMatchObject({ code: 2 })
  expect(await conshelf('ingest', 'nowhere', '--table', 'Heartbeat')).toMatchObject({ code: 1 })
})
