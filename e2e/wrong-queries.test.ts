// Wrong queries are wrong in the same way wherever they are asked: query API, validation, command line.
import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { underlined } from '../server/src/cli/underline.ts'
import { cleanEnv, command, type RealServer, startRealServer } from './server.ts'

interface Finding {
  readonly code: string
  readonly severity: string
  readonly start: number
  readonly length: number
  readonly line: number
  readonly pos: number
  readonly message: string
  readonly hint?: string
}

let server: RealServer
beforeAll(async () => {
  server = await startRealServer({ env: { CONSHELF_SYSLOG: 'off' } })
})
afterAll(async () => {
  await server?.stop()
})

/** Each with code and place of its errors, and what a hint or message must tell. */
test.each<[string, readonly string[], RegExp]>([
  ['Heartbeat | where', ['KS006 1:18'], /./],
  ['Heartbeat\n| summarize count( by Computer', ['KS005 2:20'], /./],
  ['Heartbeat | where Computr == "a"', ['KS142 1:19'], /Computer/],
  ['Hearbeat | take 1', ['KS204 1:1'], /Heartbeat/],
  ['Heartbeat\n| extend a = Computr\n| where Verson == "1"', ['KS142 2:14', 'KS142 3:9'], /Computer[\s\S]*Version/],
  ['Heartbeat | evaluate python(typeof(*), "x")', ['CS003 1:22'], /runs no code/],
  ['print a = hash_many(1, 2)', ['CS002 1:11'], /hash/],
  ['print hash_many(1, 2), hash_combine(1, 2)', ['CS002 1:7', 'CS002 1:24'], /hash/],
  ['externaldata(a:string)["https://example.org"]', ['CS003 1:24'], /externaldata/],
  ['Heartbeat | where strlen(1) > 2', ['KS141 1:26'], /./],
  ['Heartbeat | where foo(Computer)', ['KS211 1:19'], /./],
  ['Heartbeat | where Computer', ['KS141 1:19'], /./],
  ['Heartbeat | join kind=inner (Perf) on Computr', ['KS142 1:39'], /Computer/],
  ['workspace("nowhere").Heartbeat | take 1', ['KS208 1:11'], /nowhere/],
  ['restrict access to (Perf);\nHeartbeat | count', ['CS007 2:1'], /./],
])('%j', async (query, expected, told) => {
  const answer = await post('/v1/workspaces/default/query', { query })
  const found = (answer.error as { readonly innererror: { readonly diagnostics: readonly Finding[] } }).innererror
    .diagnostics
  expect(found.map(({ code, line, pos }) => `${code} ${line}:${pos}`)).toEqual(expected)
  expect(found.map(({ message, hint }) => `${message} ${hint}`).join('\n')).toMatch(told)
  expect((await post('/conshelf/validate', { workspace: 'default', query })).diagnostics).toEqual(found)
  expect((await post('/conshelf/explain', { workspace: 'default', query })).diagnostics).toEqual(found)
  expect(await complaints(query)).toBe(found.map((place) => underlined(query, place)).join('\n'))
})

async function post(path: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await response.json()) as Readonly<Record<string, unknown>>
}

/** What `conshelf query` writes to standard error. */
async function complaints(query: string): Promise<string> {
  const child = spawn(process.execPath, [command, 'query', query], { env: cleanEnv({ CONSHELF_URL: server.url }) })
  let text = ''
  child.stderr.on('data', (chunk) => {
    text += chunk
  })
  await new Promise((resolve) => child.once('close', resolve))
  return text
}
