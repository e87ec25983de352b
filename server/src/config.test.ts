import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ConfigSources, readConfig } from './config.ts'

const empty = mkdtempSync(join(tmpdir(), 'conshelf-config-'))
const read = (sources: Partial<ConfigSources>) => readConfig({ flags: {}, env: {}, cwd: empty, ...sources })
const withFile = (text: string) => {
  const cwd = mkdtempSync(join(tmpdir(), 'conshelf-config-'))
  writeFileSync(join(cwd, 'conshelf.yaml'), text)
  return cwd
}

test('defaults', () => {
  expect(read({})).toEqual({
    listen: { host: '127.0.0.1', port: 8080 },
    data: join(empty, 'data'),
    demo: false,
    log: 'warn',
    syslog: { host: '127.0.0.1', port: 5514, isDefault: true },
  })
})

test('socket receivers', () => {
  const env = {
    CONSHELF_SYSLOG: '0.0.0.0:514',
    CONSHELF_SYSLOG_TLS: ':6514',
    CONSHELF_TLS: 'self-signed',
    CONSHELF_SYSLOG_WORKSPACE: 'networking',
    CONSHELF_FORWARD: '24224',
    CONSHELF_FORWARD_TLS: '0.0.0.0:24225',
    CONSHELF_FORWARD_KEY: 'k',
    CONSHELF_FORWARD_WORKSPACE: 'cluster',
  }
  expect(read({ env })).toMatchObject({
    syslog: { host: '0.0.0.0', port: 514, isDefault: false },
    syslogTls: { host: '0.0.0.0', port: 6514 },
    syslogWorkspace: 'networking',
    forward: { host: '127.0.0.1', port: 24_224 },
    forwardTls: { host: '0.0.0.0', port: 24_225 },
    forwardKey: 'k',
    forwardWorkspace: 'cluster',
  })
  expect(read({ cwd: withFile('syslog: off\n') }).syslog).toBeUndefined()
  expect(read({ flags: { 'syslog-workspace': 'w' } }).syslogWorkspace).toBe('w')
})

test('flag before environment before file', () => {
  const cwd = withFile('listen: 127.0.0.1:1\ndemo: true\nlog: info\n')
  const env = { CONSHELF_LISTEN: '127.0.0.1:2', CONSHELF_LOG: '' }
  expect(read({ cwd, env })).toMatchObject({ listen: { port: 2 }, demo: true, log: 'info' })
  expect(read({ cwd, env, flags: { listen: '3', demo: false } })).toMatchObject({ listen: { port: 3 }, demo: false })
})

test.each([
  ['8080', { host: '127.0.0.1', port: 8080 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[::1]:80', { host: '::1', port: 80 }],
])('listen %s', (listen, address) => expect(read({ flags: { listen } }).listen).toEqual(address))

test('a token opens the door', () => {
  expect(read({ flags: { listen: ':8080', token: 't' } })).toMatchObject({ listen: { host: '0.0.0.0' }, token: 't' })
  expect(read({ flags: { tls: 'a.pem, b.pem' } }).tls).toEqual({
    kind: 'files',
    cert: join(empty, 'a.pem'),
    key: join(empty, 'b.pem'),
  })
})

test('where externaldata may read', () => {
  expect(read({ env: { CONSHELF_EXTERNALDATA: 'https://x/a, /srv/lists' } }).externalData).toEqual([
    'https://x/a',
    '/srv/lists',
  ])
  expect(read({}).externalData).toBeUndefined()
})

test('targets to scrape and routes of telemetry', () => {
  const env = { CONSHELF_SCRAPE: 'http://a:9100#job=node', CONSHELF_ROUTES: 'none' }
  expect(read({ env })).toMatchObject({ scrape: [{ url: 'http://a:9100/metrics', job: 'node' }], routes: 'none' })
})

test('a database of addresses', () => {
  expect(read({ env: { CONSHELF_GEOIP: 'city.mmdb' } }).geoip).toBe(join(empty, 'city.mmdb'))
})

test.each([
  [{ flags: { scrape: 'here' } }, /^--scrape: 'here' is no http or https URL/],
  [{ flags: { listen: 'here' } }, /^--listen: 'here' is not an address/],
  [{ env: { CONSHELF_LISTEN: '127.0.0.1:70000' } }, /^CONSHELF_LISTEN: '127.0.0.1:70000' is not an address/],
  [{ env: { CONSHELF_LISTEN: '0.0.0.0:8080' } }, /^CONSHELF_LISTEN: .*set CONSHELF_TOKEN/],
  [{ flags: { demo: 'maybe' } }, /^--demo: 'maybe' is neither on nor off/],
  [{ flags: { tls: 'one.pem' } }, /^--tls: 'one.pem' is neither/],
  [{ flags: { syslog: 'here' } }, /^--syslog: 'here' is not an address/],
  [{ env: { CONSHELF_SYSLOG_TLS: ':6514' } }, /^CONSHELF_SYSLOG_TLS: TLS needs CONSHELF_TLS/],
  [{ flags: { 'forward-tls': ':24225' } }, /^--forward-tls: TLS needs CONSHELF_TLS/],
  [{ flags: { log: 'loud' } }, /^--log: 'loud' is not one of fatal/],
  [{ env: { CONSHELF_ENGINE: 'http://x:8123' } }, /^CONSHELF_ENGINE: this version knows 'embedded' only/],
  [{ flags: { config: 'none.yaml' } }, /none.yaml cannot be read$/],
  [{ cwd: withFile('listn: 5') }, /unknown setting 'listn'; known are listen/],
  [{ cwd: withFile('- a') }, /expected lines of the form/],
  [{ cwd: withFile('a: [') }, /conshelf.yaml: /],
])('%j', (sources, message) => expect(() => read(sources)).toThrow(message))

test('npm start means the demo, unless told otherwise', () => {
  const npm = { npm_lifecycle_event: 'start' }
  expect(read({ env: npm }).demo).toBe(true)
  expect(read({ env: { ...npm, CONSHELF_DEMO: 'off' } }).demo).toBe(false)
  expect(read({ env: npm, cwd: withFile('demo: off\n') }).demo).toBe(false)
  expect(read({ env: { npm_lifecycle_event: 'test' } }).demo).toBe(false)
})

test('folders to follow', () => {
  const folder = { kind: 'folder', path: 'logs', receiver: 'flow-logs' }
  const sources = [{ ...folder, path: join(empty, 'logs') }]
  expect(read({ env: { CONSHELF_SOURCES: JSON.stringify([folder]) } }).sources).toEqual(sources)
  expect(read({ cwd: withFile('sources:\n  - { kind: folder, path: /logs, receiver: flow-logs }\n') }).sources).toEqual(
    [{ ...folder, path: '/logs' }],
  )
  const refused = (text: string) => () => read({ env: { CONSHELF_SOURCES: text } })
  expect(refused('{}')).toThrow(/expected a list/)
  expect(refused('[{kind: disk}]')).toThrow(/source 1: kind is one of folder/)
  expect(refused('[{kind: folder, path: a, receiver: json}]')).toThrow(/'table'/)
  expect(refused('[{kind: folder, path: a, receiver: flow-logs, pol: 1}]')).toThrow(/pol/)
  const twice = '{kind: folder, path: a, receiver: flow-logs}'
  expect(refused(`[${twice}, ${twice}]`)).toThrow(/two sources are named 'a'/)
})
