// The command line as a process: what it prints, and how it exits.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cleanEnv, command, type RealServer, startRealServer } from './server.ts'

interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const folder = mkdtempSync(join(tmpdir(), 'conshelf-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function conshelf(args: readonly string[], env: Readonly<Record<string, string>> = {}, input = ''): Promise<Outcome> {
  const child = spawn(process.execPath, [command, ...args], { cwd: folder, env: cleanEnv(env) })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  child.stdin.end(input)
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })))
}

describe('without a server', () => {
  test('help, version, completion', async () => {
    expect(await conshelf(['help'])).toMatchObject({ code: 0, out: expect.stringContaining('serve') })
    expect(await conshelf(['query', '--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--timespan') })
    expect((await conshelf(['version'])).out).toMatch(/^conshelf \d+\.\d+\.\d+ \(node 2\d\./)
    const script = await conshelf(['completion', 'bash'])
    expect(script).toMatchObject({ code: 0, out: expect.stringContaining('complete -o default -F _conshelf conshelf') })
  })

  test.each([
    [['nothing'], 2, /there is no command 'nothing'/],
    [['query', '--nonsense', 'T'], 2, /Unknown option '--nonsense'/],
    [['query', '-o', 'xml', 'T'], 2, /-o takes table, json, csv, ndjson/],
    [['query', '--server', 'http://127.0.0.1:9', 'T', '-w', 'x'], 1, /no answer from http:\/\/127.0.0.1:9/],
    [['query', '--data', 'none.jsonl', 'T'], 1, /there is no none.jsonl/],
    [['serve', '--listen', 'here'], 1, /--listen: 'here' is not an address/],
    [['serve', '--listen', '0.0.0.0:0'], 1, /CONSHELF_TOKEN/],
    [['ingest', 'a.json'], 2, /either --table or --as/],
  ])('%j', async (args, code, err) =>
    expect(await conshelf(args)).toMatchObject({ code, err: expect.stringMatching(err) }),
  )

  test('explain prints each step, what is read, and the SQL, or underlines', async () => {
    const good = await conshelf(['explain', 'Heartbeat | where Computer == "x" | count'])
    expect(good).toMatchObject({ code: 0, err: '' })
    expect(good.out).toMatch(/^1:1 {5}Heartbeat\n {10}plan {5}scan workspace\.Heartbeat\n/)
    expect(good.out).toMatch(/\n1:13 {4}\| where Computer == "x"\n.*\n {10}sql {6}WHERE `Computer` = 'x'\n/)
    expect(good.out).toMatch(/-- reads\n {2}Heartbeat\n {4}Computer\n/)
    expect(good.out).toMatch(/-- result PrimaryResult \(Count:long\)\nSELECT/)
    expect(await conshelf(['explain', 'Heartbeat\n| where Computr == 1'])).toEqual({
      code: 1,
      out: '',
      err: expect.stringContaining('2 | | where Computr == 1\n  |         ^^^^^^^\n  = '),
    })
  })

  test('explain for a use that takes less of the language', async () => {
    const counted = await conshelf([
      'explain',
      'Heartbeat | summarize max(Computer)',
      '--for',
      'search-job',
      '-o',
      'json',
    ])
    expect(JSON.parse(counted.out)).toMatchObject({ diagnostics: [{ code: 'CS007', line: 1, pos: 13 }] })
    expect(counted).toMatchObject({ code: 1, err: expect.stringContaining('CS007') })
    expect(await conshelf(['explain', 'Heartbeat', '--for', 'fun'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--for takes transformation, .*resource-graph, not 'fun'/),
    })
  })

  test('plain files are tables: JSON lines, gzip, JSON, CSV', async () => {
    writeFileSync(
      join(folder, 'access.jsonl'),
      '{"t":"2024-05-01T10:00:00.1234567Z","status":200,"req":{"a":1.0,"n":null}}\n{"t":"2024-05-01T10:00:01Z","status":500,"big":9007199254740993}\n',
    )
    writeFileSync(join(folder, 'hosts.json.gz'), gzipSync('[{"host":"a","tags":["x","y"]},{"host":"b","tags":["z"]}]'))
    writeFileSync(join(folder, 'people-1.csv'), 'name,age\nAda,36\n"Bob, B",40\n')
    const query = (text: string) =>
      conshelf(['query', '--data', 'access.jsonl', 'hosts.json.gz', 'people-1.csv', '-o', 'ndjson', text])
    expect(await query('access | project t, status, req, big')).toEqual({
      code: 0,
      err: '',
      out: '{"t":"2024-05-01T10:00:00.1234567Z","status":200,"req":{"a":1.0,"n":null},"big":null}\n{"t":"2024-05-01T10:00:01Z","status":500,"req":null,"big":9007199254740993}\n',
    })
    expect((await query('hosts | mv-expand tags | summarize n = count() by host | top 1 by n')).out).toBe(
      '{"host":"a","n":2}\n',
    )
    expect((await query("people_1 | where age > 38 | project ['name']")).out).toBe('{"name":"Bob, B"}\n')
    expect(await query('peple_1')).toMatchObject({ code: 1, err: expect.stringContaining('people_1') })
  })
})

describe('with a server', () => {
  let server: RealServer
  beforeAll(async () => {
    server = await startRealServer()
  })
  afterAll(async () => {
    await server.stop()
  })
  const asked = (...args: readonly string[]) => conshelf(['query', ...args], { CONSHELF_URL: server.url })

  test('ingest a file, then query it in every format', async () => {
    writeFileSync(
      join(folder, 'beats.jsonl'),
      '{"Computer":"a","Version":"1"}\n{"Computer":"b","Version":"2"}\n{"Computr":"c"}\n',
    )
    const sent = await conshelf(['ingest', 'beats.jsonl', '--table', 'Heartbeat', '--server', server.url])
    expect(sent).toMatchObject({
      code: 3,
      out: 'beats.jsonl: 2 accepted, 1 rejected\n',
      err: expect.stringMatching(/record 2: .*Computr/),
    })
    const text = 'Heartbeat | project Computer, N = toint(Version) | order by Computer asc'
    expect((await asked(text)).out).toBe('Computer  N\n────────  ─\na         1\nb         2\n')
    expect((await asked('-o', 'csv', text)).out).toBe('Computer,N\r\na,1\r\nb,2\r\n')
    expect((await asked('-o', 'json', text)).out).toBe('[\n  {"Computer":"a","N":1},\n  {"Computer":"b","N":2}\n]\n')
    expect(
      (await conshelf(['query', '-o', 'ndjson', '-f', '-'], { CONSHELF_URL: server.url }, 'Heartbeat | count')).out,
    ).toBe('{"Count":2}\n')
  })

  test('explain tells what would be read', async () => {
    const args = [
      'explain',
      '-w',
      'default',
      'Heartbeat | where Computer == "a" | project Version',
      '--server',
      server.url,
    ]
    expect(await conshelf(args)).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(
        /-- reads\n {2}Heartbeat: about 2 of 2 rows, 1 of 1 parts, 1 of \d marks\n {4}Computer, TimeGenerated, Version\n/,
      ),
    })
  })

  test('warnings are underlined beside the answer', async () => {
    expect(await asked('-o', 'csv', 'Heartbeat | where tolower(Computer) == "A" | count')).toEqual({
      code: 0,
      out: 'Count\r\n0\r\n',
      err: expect.stringMatching(/^CS012: .*\n1 \| .*\n {2}\| {19}\^{24}\n.*=~/),
    })
  })

  test('errors underline the place and fail; a partial answer fails too', async () => {
    expect(await asked('Heartbeat | where X == 1')).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^KS142: .*\n1 \| Heartbeat \| where X == 1\n {2}\| {19}\^\n/),
    })
    expect(await asked('-o', 'csv', 'set truncationmaxrecords=1; range x from 1 to 3 step 1')).toEqual({
      code: 3,
      out: 'x\r\n1\r\n',
      err: expect.stringContaining('E_QUERY_RESULT_SET_TOO_LARGE'),
    })
    expect(await asked('-w', 'nowhere', 'print 1')).toMatchObject({ code: 1, err: expect.stringContaining('nowhere') })
    expect(await asked('--timespan', 'x', 'print 1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('timespan'),
    })
  })

  test('a data folder that a server has is not opened a second time', async () => {
    const second = await conshelf(['query', '--data', server.data, 'Heartbeat | count'])
    expect(second).toMatchObject({ code: 1, err: expect.stringMatching(/in use|holds|has/) })
  })

  test('demo status', async () => {
    expect((await conshelf(['demo', 'status', '--server', server.url])).out).toBe('demo: off\nworkspaces: default\n')
  })
})

test('a data folder is queried without its server', async () => {
  const server = await startRealServer({ data: join(folder, 'data') })
  writeFileSync(join(folder, 'one.jsonl'), '{"Computer":"a"}\n')
  await conshelf(['ingest', 'one.jsonl', '--table', 'Heartbeat', '--server', server.url])
  expect(await server.stop()).toBe(0)
  expect(await conshelf(['query', '--data', 'data', '-o', 'csv', 'Heartbeat | project Computer'])).toMatchObject({
    code: 0,
    out: 'Computer\r\na\r\n',
  })
  expect(readFileSync(join(folder, 'data', 'engine', 'format.json'), 'utf8')).toContain('format')
})

describe('tokens and clients', () => {
  let guarded: RealServer
  beforeAll(async () => {
    guarded = await startRealServer({ args: ['--token', 'owner', '--syslog', 'off'] })
  })
  afterAll(async () => {
    expect(await guarded.stop()).toBe(0)
  })
  const by = (token: string, ...args: string[]) => conshelf(args, { CONSHELF_URL: guarded.url, CONSHELF_TOKEN: token })

  test('a token queries as its roles permit, until it is revoked', async () => {
    const made = await by(
      'owner',
      'token',
      'create',
      'ann',
      '--role',
      'Reader',
      '--scope',
      'default',
      '--expires',
      'P1D',
    )
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^cst_[\w-]{43}\n$/) })
    const secret = made.out.trim()
    expect(await by(secret, 'query', 'print X = 5', '-o', 'csv')).toMatchObject({ code: 0, out: 'X\r\n5\r\n' })
    expect(await by(secret, 'token', 'list')).toMatchObject({
      code: 1,
      err: expect.stringContaining('roleAssignments'),
    })
    const id = /id (\S+),/.exec(made.err)?.[1] ?? ''
    expect((await by('owner', 'token', 'list')).out).toMatch(new RegExp(`^${id} +ann `, 'm'))
    expect(await by('owner', 'token', 'revoke', id)).toMatchObject({ code: 0 })
    expect(await by(secret, 'query', 'print 5')).toMatchObject({ code: 1, err: expect.stringContaining('invalid') })
  })

  test('a client, as Azure’s credentials read it', async () => {
    expect((await by('owner', 'client', 'create', 'dashboard')).out).toMatch(
      /^AZURE_CLIENT_ID=[\da-f-]{36}\nAZURE_CLIENT_SECRET=csc_[\w-]{43}\n$/,
    )
  })

  test.each([
    [['token'], 'say create, list or revoke'],
    [['token', 'create'], 'a name is missing'],
    [['token', 'create', 'x', '--scope', '/'], 'a scope without a role'],
    [['token', 'create', 'x', '--expires', 'soon'], 'neither a duration'],
  ])('%j', async (args, reason) =>
    expect(await by('owner', ...args)).toMatchObject({ code: 2, err: expect.stringContaining(reason) }),
  )

  test('a role that is none', async () =>
    expect(await by('owner', 'token', 'create', 'x', '--role', 'King')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Log Analytics Reader'),
    }))
})
