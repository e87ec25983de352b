// Syslog from the clients that people have: logger and rsyslog, against a server in a process of its own.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

const has = (command: string) => spawnSync(command, ['--help']).error === undefined
const unpacked = fileURLToPath(new URL('../node_modules/.cache/rsyslog', import.meta.url))

/** The system's, or the one that setup unpacked, with its libraries and modules. */
function findRsyslog():
  | { readonly program: string; readonly args: readonly string[]; readonly env: object }
  | undefined {
  if (existsSync('/usr/sbin/rsyslogd')) return { program: '/usr/sbin/rsyslogd', args: [], env: {} }
  const program = join(unpacked, 'usr', 'sbin', 'rsyslogd')
  if (!existsSync(program)) return undefined
  const [modules = ''] = globSync('{usr/,}lib/*/rsyslog', { cwd: unpacked })
  const libraries = globSync('{usr/,}lib/*-linux-*', { cwd: unpacked }).map((folder) => join(unpacked, folder))
  return { program, args: ['-M', join(unpacked, modules)], env: { LD_LIBRARY_PATH: libraries.join(':') } }
}

const rsyslog = findRsyslog()
if (!rsyslog) console.warn('There is no rsyslog (`node scripts/setup.mjs rsyslog` gets one from Debian): skipped.')

let server: RealServer
const port = (name: string, of = server): number => Number(new RegExp(`${name}\\s+\\S+:(\\d+)`).exec(of.output())?.[1])

beforeAll(async () => {
  server = await startRealServer({ args: ['--syslog', '127.0.0.1:0', '--forward', '127.0.0.1:0'] })
})
afterAll(() => server.stop())

async function ask(query: string, of = server): Promise<unknown[][]> {
  const response = await fetch(`${of.url}/v1/workspaces/default/query`, {
    method: 'POST',
    body: JSON.stringify({ query }),
  })
  const { tables } = (await response.json()) as { tables?: { rows: unknown[][] }[] }
  return tables?.[0]?.rows ?? []
}

async function eventually(query: string, good: (rows: unknown[][]) => boolean, seconds = 20): Promise<unknown[][]> {
  for (let tries = 0; ; tries++) {
    const rows = await ask(query)
    if (good(rows) || tries > seconds * 5) return rows
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

describe.skipIf(!has('logger'))('logger (skipped where util-linux is missing)', () => {
  const columns = 'project Facility, SeverityLevel, ProcessName, ProcessID, HostIP, SyslogMessage'
  const send = (tag: string, ...options: string[]) =>
    execFileSync('logger', [
      '-n',
      '127.0.0.1',
      '-t',
      tag,
      '-p',
      'local3.warning',
      '--id=4711',
      ...options,
      `the text of ${tag}`,
    ])

  test.each([
    ['udp3164', ['--udp', '--rfc3164', '-P', 'udp']],
    ['udp5424', ['--udp', '--rfc5424', '-P', 'udp']],
    ['tcp3164', ['--tcp', '--rfc3164', '-P', 'tcp']],
    ['tcp5424', ['--tcp', '--rfc5424', '-P', 'tcp']],
    ['counted', ['--tcp', '--octet-count', '--rfc5424', '-P', 'tcp']],
    ['counted3164', ['--tcp', '--octet-count', '--rfc3164', '-P', 'tcp']],
  ])('%s', async (tag, options) => {
    send(
      tag,
      ...options.map((option) => (option === 'udp' || option === 'tcp' ? String(port(`syslog-${option}`)) : option)),
    )
    const rows = await eventually(`Syslog | where ProcessName == "${tag}" | ${columns}`, (found) => found.length > 0, 2)
    expect(rows).toEqual([['local3', 'warning', tag, 4711, '127.0.0.1', `the text of ${tag}`]])
    const times = `Syslog | where ProcessName == "${tag}" | project Near = abs(EventTime - now()) < 1min and TimeGenerated == EventTime`
    expect(await ask(times)).toEqual([[true]])
    expect(await ask(`Syslog | where ProcessName == "${tag}" | summarize by Computer == HostName`)).toHaveLength(1)
  })
})

describe.skipIf(rsyslog === undefined)('rsyslog (skipped where it is missing)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'conshelf-rsyslog-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** A daemon of its own: nothing of the system's is read or written. */
  async function start(name: string, action: string): Promise<{ daemon: ChildProcess; socket: string }> {
    const socket = join(folder, `${name}.sock`)
    const config = join(folder, `${name}.conf`)
    writeFileSync(
      config,
      `global(workDirectory="${folder}" localHostname="relay-${name}")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="${socket}" CreatePath="on" UseSysTimeStamp="off")
*.* ${action}
`,
    )
    const { program = '', args = [], env = {} } = rsyslog ?? {}
    const daemon = spawn(program, [...args, '-n', '-f', config, '-i', join(folder, `${name}.pid`)], {
      stdio: 'pipe',
      env: { ...process.env, ...env },
    })
    let said = ''
    daemon.stderr?.on('data', (chunk) => {
      said += chunk
    })
    for (let tries = 0; tries < 50; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      if (daemon.exitCode !== null) throw new Error(`rsyslogd ended: ${said}`)
      if (spawnSync('logger', ['-u', socket, '-t', 'warmup', 'x']).status === 0) break
    }
    return { daemon, socket }
  }

  const forwards: readonly (readonly [string, (port: (name: string) => number) => string])[] = [
    ['udp', (port) => `action(type="omfwd" target="127.0.0.1" port="${port('syslog-udp')}" protocol="udp")`],
    ['tcp', (port) => `action(type="omfwd" target="127.0.0.1" port="${port('syslog-tcp')}" protocol="tcp")`],
    [
      'tcp5424',
      (port) =>
        `action(type="omfwd" target="127.0.0.1" port="${port('syslog-tcp')}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")`,
    ],
  ]

  test.skipIf(!has('logger')).each(forwards)('%s', async (name, action) => {
    const { daemon, socket } = await start(
      name,
      action((listener) => port(listener)),
    )
    try {
      const lines = Array.from({ length: 200 }, (_, i) => `message ${i} of ${name}`).join('\n')
      execFileSync('logger', ['-u', socket, '-t', `app-${name}`, '-p', 'daemon.err', '--id=12'], { input: lines })
      const rows = await eventually(
        `Syslog | where ProcessName == "app-${name}" | summarize Count = count(), Texts = dcount(SyslogMessage), take_any(Facility, SeverityLevel, HostName, ProcessID)`,
        (found) => Number(found[0]?.[0]) >= 200,
      )
      expect(rows).toEqual([[200, 200, 'daemon', 'err', `relay-${name}`, 12]])
      expect(await ask(`Syslog | where SyslogMessage == "message 7 of ${name}" | count`)).toEqual([[1]])
    } finally {
      daemon.kill('SIGTERM')
      if (daemon.exitCode === null) await once(daemon, 'exit')
    }
  })
})

test('each listener is in the metrics', async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  for (const name of ['syslog-tcp', 'syslog-udp', 'fluentd-forward']) {
    expect(text).toMatch(new RegExp(`^conshelf_listener_connections{receiver="${name}"} 0$`, 'm'))
    expect(text).toMatch(new RegExp(`^conshelf_listener_dropped_messages_total{receiver="${name}"} 0$`, 'm'))
  }
})

test('messages over HTTP, as from a file', async () => {
  const answer = await fetch(`${server.url}/ingest/syslog`, {
    method: 'POST',
    body: '<13>Mar  1 10:00:00 h file: one\n<13>file: two\n',
  })
  expect(await answer.json()).toEqual({ accepted: 2, rejected: 0, errors: [] })
})

test('SIGTERM writes what has been read', async () => {
  const own = await startRealServer({
    args: ['--syslog', '127.0.0.1:0'],
    data: mkdtempSync(join(tmpdir(), 'conshelf-term-')),
  })
  const socket = connect({ host: '127.0.0.1', port: port('syslog-tcp', own) })
  socket.write(Array.from({ length: 1000 }, (_, i) => `<13>app[${i}]: before the end\n`).join(''))
  await new Promise((resolve) => setTimeout(resolve, 60))
  const client = createSocket('udp4')
  await new Promise((resolve) => client.send('<13>udp: before the end', port('syslog-udp', own), '127.0.0.1', resolve))
  await new Promise((resolve) => setTimeout(resolve, 40))
  expect(await own.stop()).toBe(0)
  client.close()
  socket.destroy()
  const again = await startRealServer({ data: own.data, args: ['--syslog', 'off'] })
  expect(again.output()).not.toContain('syslog-')
  expect(await ask('Syslog | where SyslogMessage == "before the end" | count', again)).toEqual([[1001]])
  await again.stop()
  rmSync(own.data, { recursive: true, force: true })
})

describe('settings', () => {
  test('an address in use is an error for who asked for it', async () => {
    const args = ['--syslog', `127.0.0.1:${port('syslog-tcp')}`]
    await expect(startRealServer({ args })).rejects.toThrow(/syslog-tcp: 127.0.0.1:\d+ is in use by another program/)
  })

  test('and a warning for who did not', async () => {
    const first = await startRealServer()
    const second = await startRealServer()
    const warned = [first, second].filter((one) => one.output().includes('no syslog is taken'))
    expect(warned.length).toBeGreaterThan(0)
    await Promise.all([first.stop(), second.stop()])
  })

  test('a workspace that is not there', async () => {
    await expect(
      startRealServer({ args: ['--syslog', '127.0.0.1:0', '--syslog-workspace', 'nowhere'] }),
    ).rejects.toThrow(/CONSHELF_SYSLOG_WORKSPACE: there is no workspace 'nowhere'; there are default/)
  })

  test('TLS with the certificate of the server', async () => {
    const own = await startRealServer({
      args: ['--syslog', 'off', '--syslog-tls', '127.0.0.1:0', '--tls', 'self-signed'],
    })
    expect(port('syslog-tls', own)).toBeGreaterThan(0)
    await own.stop()
  })
})
