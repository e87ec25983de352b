import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { decode, encode } from '@msgpack/msgpack'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfSignedPair } from '../api/self-signed.ts'
import type { Workspace } from '../catalog/types.ts'
import { createLog } from '../core/log.ts'
import { receivers } from './receivers/index.ts'
import { listenToSyslog } from './sockets/syslog-sockets.ts'
import { openSockets, type SocketSettings, type Sockets } from './sockets.ts'
import { type Bench, now, openBench } from './testing.ts'
import { type Ingest, Overloaded } from './types.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const log = createLog('silent')
const free = { host: '127.0.0.1', port: 0 }
const opened: Sockets[] = []
afterAll(() => Promise.all(opened.map((sockets) => sockets.close())))

async function open(settings: SocketSettings, ingest: Pick<Ingest, 'acceptRecords'> = bench.ingest): Promise<Sockets> {
  const sockets = await openSockets({ ingest, receiver: receivers.syslog, log, warn: () => {}, settings })
  opened.push(sockets)
  return sockets
}

async function openSyslog(more: Partial<SocketSettings> = {}): Promise<{ at: Workspace; sockets: Sockets }> {
  const at = await bench.workspace()
  return { at, sockets: await open({ syslog: { workspace: at, address: free, isOptional: false }, ...more }) }
}

const portOf = (sockets: Sockets, name: string): number => sockets.listening[name]?.port ?? 0

async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Says it and waits until the other side has heard all. */
async function say(socket: Socket, bytes: string | Uint8Array): Promise<void> {
  socket.resume()
  socket.end(bytes)
  await once(socket, 'end')
}

async function eventually<T>(look: () => Promise<T>, good: (found: T) => boolean, seconds = 10): Promise<T> {
  for (let tries = 0; ; tries++) {
    const found = await look().catch(() => undefined as T)
    if (good(found) || tries > seconds * 20) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('syslog', () => {
  test('over TCP, both framings mixed: all is stored when the end is answered', async () => {
    const { at, sockets } = await openSyslog()
    const socket = await dial(portOf(sockets, 'syslog-tcp'))
    const counted = '<13>h app: counted\nwith lines'
    for (const part of [
      `${counted.length} ${counted.slice(0, 9)}`,
      counted.slice(9),
      '<14>one\n<1',
      '5>two\n<13>no end',
    ]) {
      socket.write(part)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await say(socket, '')
    expect(await bench.rowsOf(at, 'Syslog', 'SeverityLevel, SyslogMessage, HostIP', 'ORDER BY SyslogMessage')).toEqual([
      ['notice', 'h app: counted\nwith lines', '127.0.0.1'],
      ['notice', 'no end', '127.0.0.1'],
      ['info', 'one', '127.0.0.1'],
      ['debug', 'two', '127.0.0.1'],
    ])
  })

  test('over UDP, within two seconds, IPv4 and IPv6', async () => {
    const { at, sockets } = await openSyslog()
    const client = createSocket('udp4')
    for (let i = 0; i < 100; i++)
      client.send(`<13>Mar  1 10:00:00 h app[${i}]: datagram`, portOf(sockets, 'syslog-udp'), '127.0.0.1')
    expect(
      await eventually(
        () => bench.countOf(at, 'Syslog'),
        (count) => count === 100,
        2,
      ),
    ).toBe(100)
    client.close()
    const port = expect.any(Number)
    expect(sockets.metrics()).toEqual([
      { name: 'syslog-tcp', connections: 0, dropped: 0, host: '127.0.0.1', port },
      { name: 'syslog-udp', connections: 0, dropped: 0, host: expect.any(String), port },
    ])
    expect(bench.ingest.metrics().receivers['syslog-udp']).toMatchObject({
      accepted: 100,
      rejected: 0,
      bytes: 90 * 39 + 10 * 38,
    })
  })

  test('over TLS', async () => {
    const tls = selfSignedPair(mkdtempSync(join(tmpdir(), 'conshelf-tls-')), ['localhost'], now)
    const at = await bench.workspace()
    const sockets = await open({ syslog: { workspace: at, tlsAddress: free, isOptional: false }, tls })
    const plain = await dial(portOf(sockets, 'syslog-tls'))
    plain.end('<13>not TLS\n')
    const socket = connectTls({ host: '127.0.0.1', port: portOf(sockets, 'syslog-tls'), rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    await say(socket, '<13>a: secret\n')
    expect(await bench.rowsOf(at, 'Syslog', 'SyslogMessage')).toEqual([['secret']])
  })

  test('security events, and what is refused with its reason', async () => {
    const { at, sockets } = await openSyslog()
    const port = portOf(sockets, 'syslog-tcp')
    await say(await dial(port), '<13>Mar  1 10:00:00 fw CEF:0|A|B|1|2|n|5|src=1.2.3.4 spt=80 x=y\n')
    expect(
      await bench.rowsOf(at, 'CommonSecurityLog', 'DeviceVendor, SourceIP, SourcePort, AdditionalExtensions'),
    ).toEqual([['A', '1.2.3.4', 80, 'x=y']])
    await say(await dial(port), `<13>${'x'.repeat(300_000)}\n<13>good\n300 <13>cut`)
    expect(await bench.rowsOf(at, 'Syslog', 'SyslogMessage')).toEqual([['good']])
    const errors = await bench.rowsOf(
      at,
      'ConshelfIngestionErrors_CL',
      'Receiver, Reason, length(RawRecord)',
      'ORDER BY Reason',
    )
    expect(errors).toEqual([
      ['syslog-tcp', 'the connection ended after 7 of the 300 bytes of the message', '7'],
      ['syslog-tcp', 'the message has 300004 bytes, 262144 are taken', '32768'],
    ])
  })

  test('a line of 100 MB is not gathered', async () => {
    const { at, sockets } = await openSyslog()
    const socket = await dial(portOf(sockets, 'syslog-tcp'))
    const before = process.memoryUsage().rss
    socket.write('<13>')
    const megabyte = Buffer.alloc(1_048_576, 'x')
    for (let i = 0; i < 100; i++) if (!socket.write(megabyte)) await once(socket, 'drain')
    await say(socket, '\n<13>good\n')
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1_048_576)
    expect(await bench.rowsOf(at, 'Syslog', 'SyslogMessage')).toEqual([['good']])
  })

  test('at a stop all that was read is written, and connections end', async () => {
    const { at, sockets } = await openSyslog()
    const socket = await dial(portOf(sockets, 'syslog-tcp'))
    const idle = await dial(portOf(sockets, 'syslog-tcp'))
    socket.write(Array.from({ length: 5000 }, (_, i) => `<13>app[${i}]: m\n`).join(''))
    await eventually(
      async () => bench.ingest.metrics().receivers['syslog-tcp']?.requests ?? 0,
      () => true,
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    const ended = once(idle.resume(), 'end')
    await sockets.close()
    await ended
    expect(await bench.countOf(at, 'Syslog')).toBe(5000)
  })

  test('while the pipeline is full TCP senders wait, datagrams are dropped, and memory is bounded', async () => {
    const at = await bench.workspace()
    let isFull = true
    const ingest: Pick<Ingest, 'acceptRecords'> = {
      acceptRecords: async (request) => {
        if (isFull) throw new Overloaded(2)
        return bench.ingest.acceptRecords(request)
      },
    }
    const queue = { heldBytes: 2_000_000, batchBytes: 200_000, batchMillis: 10, retryMillis: 20 }
    const parts = { ingest, receiver: receivers.syslog, workspace: at, collector: '', log, queue }
    const listeners = await listenToSyslog(parts, free)
    const port = listeners[0]?.address.port ?? 0
    const socket = await dial(port)
    const line = `<13>app: ${'m'.repeat(991)}\n`
    // More than socket buffers hold.
    const sent = say(socket, line.repeat(20_000))
    const client = createSocket('udp4')
    for (let i = 0; i < 3000; i++) client.send(line, port, '127.0.0.1')
    await eventually(
      async () => listeners[1]?.metrics().dropped ?? 0,
      (dropped) => dropped > 0,
    )
    expect(socket.writableLength).toBeGreaterThan(0)
    isFull = false
    await sent
    await Promise.all(listeners.map((listener) => listener.close()))
    client.close()
    const dropped = listeners[1]?.metrics().dropped ?? 0
    expect(dropped).toBeGreaterThan(0)
    const count = await bench.countOf(at, 'Syslog')
    expect(count).toBeGreaterThan(20_000)
    expect(count).toBeLessThanOrEqual(23_000 - dropped)
  })

  test('an address in use', async () => {
    const { at, sockets } = await openSyslog()
    const address = { host: '127.0.0.1', port: portOf(sockets, 'syslog-tcp') }
    await expect(open({ syslog: { workspace: at, address, isOptional: false } })).rejects.toThrow(
      /is in use by another/,
    )
    expect((await open({ syslog: { workspace: at, address, isOptional: true } })).listening).toEqual({})
  })
})

describe('forward protocol', () => {
  async function openForward(key?: string): Promise<{ at: Workspace; port: number; sockets: Sockets }> {
    const at = await bench.workspace()
    const sockets = await open({ forward: { workspace: at, address: free, ...(key !== undefined && { key }) } })
    return { at, port: portOf(sockets, 'fluentd-forward'), sockets }
  }
  const answer = async (socket: Socket): Promise<unknown> => decode(((await once(socket, 'data')) as [Buffer])[0])
  const seconds = now / 1000

  test('a chunk is acknowledged when it is stored, and stored once', async () => {
    const { at, port } = await openForward()
    const socket = await dial(port)
    const message = encode([
      'app.web',
      [
        [seconds, { a: 1 }],
        [seconds, { a: 2 }],
      ],
      { chunk: 'c-1', size: 2 },
    ])
    for (let i = 0; i < 2; i++) {
      socket.write(message)
      expect(await answer(socket)).toEqual({ ack: 'c-1' })
      expect(await bench.countOf(at, 'app_web_CL')).toBe(2)
    }
    const other = await dial(port)
    other.write(message)
    expect(await answer(other)).toEqual({ ack: 'c-1' })
    expect(await bench.countOf(at, 'app_web_CL')).toBe(2)
    for (const one of [socket, other]) await say(one, '')
  })

  test('over TLS', async () => {
    const tls = selfSignedPair(mkdtempSync(join(tmpdir(), 'conshelf-tls-')), ['localhost'], now)
    const at = await bench.workspace()
    const sockets = await open({ forward: { workspace: at, tlsAddress: free }, tls })
    const port = portOf(sockets, 'fluentd-forward-tls')
    const message = (text: string) => encode(['app.tls', [[seconds, { text }]], { chunk: text }])
    const plain = await dial(port)
    plain.end(message('not TLS'))
    const socket = connectTls({ host: 'localhost', port, ca: tls.cert })
    await once(socket, 'secureConnect')
    socket.write(message('secret'))
    expect(await answer(socket)).toEqual({ ack: 'secret' })
    expect(await bench.rowsOf(at, 'app_tls_CL', 'text')).toEqual([['secret']])
    expect(bench.ingest.metrics().receivers['fluentd-forward-tls']).toMatchObject({ accepted: 1, rejected: 0 })
    socket.end()
  })

  test('without chunk all is stored when the end is answered', async () => {
    const { at, port } = await openForward()
    const messages = Array.from({ length: 300 }, (_, i) => encode(['m', seconds, { i, text: `t${i}` }]))
    await say(await dial(port), Buffer.concat([...messages, encode(null)]))
    expect(await bench.rowsOf(at, 'm_CL', 'count(), uniqExact(i)')).toEqual([['300', '300']])
  })

  test('the shared key', async () => {
    const { at, port } = await openForward('secret')
    const ping = async (key: string): Promise<{ socket: Socket; pong: unknown }> => {
      const socket = await dial(port)
      const [kind, { nonce }] = (await answer(socket)) as [string, { nonce: Uint8Array }]
      expect(kind).toBe('HELO')
      const hash = createHash('sha512').update('salt').update('client').update(nonce).update(key).digest('hex')
      socket.write(encode(['PING', 'client', 'salt', hash, '', '']))
      return { socket, pong: await answer(socket) }
    }
    const good = await ping('secret')
    expect(good.pong).toMatchObject(['PONG', true, '', expect.any(String), expect.stringMatching(/^[0-9a-f]{128}$/)])
    await say(good.socket, encode(['k', seconds, { a: 1 }]))
    expect(await bench.countOf(at, 'k_CL')).toBe(1)
    expect((await ping('wrong')).pong).toMatchObject(['PONG', false, 'shared_key mismatch', expect.any(String), ''])
    const rude = await dial(port)
    rude.resume()
    rude.end(encode(['k', seconds, { a: 2 }]))
    await once(rude, 'close')
    expect(await bench.countOf(at, 'k_CL')).toBe(1)
  })

  test('containers, and what is refused', async () => {
    const { at, port } = await openForward()
    const kubernetes = { pod_name: 'p', namespace_name: 'n', container_name: 'c', host: 'h' }
    const bad = Buffer.from('93a174', 'hex')
    await say(await dial(port), encode(['kube', [[seconds, { log: 'line\n', stream: 'stdout', kubernetes }]]]))
    await say(await dial(port), bad)
    await say(await dial(port), Buffer.from('c1c1', 'hex')).catch(() => {})
    await say(await dial(port), encode(['good', seconds, { a: 1 }]))
    const columns = 'PodName, PodNamespace, ContainerName, Computer, LogSource, LogMessage'
    expect(await bench.rowsOf(at, 'ContainerLogV2', columns)).toEqual([['p', 'n', 'c', 'h', 'stdout', '"line"']])
    expect(await bench.countOf(at, 'good_CL')).toBe(1)
    const reasons = () => bench.rowsOf(at, 'ConshelfIngestionErrors_CL', 'Reason', 'ORDER BY Reason')
    expect(await eventually(reasons, (found) => found?.length === 2)).toEqual([
      ['the bytes are no MessagePack: 0xc1 is no type'],
      ['the connection ended after 3 bytes of a message'],
    ])
  })
})

/** Numbers in [0, 1), the same every time. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function mutated(bytes: Uint8Array, next: () => number): Buffer {
  const out = Buffer.from(bytes)
  for (let i = 0; i < 1 + next() * 6; i++) out[Math.floor(next() * out.length)] = Math.floor(next() * 256)
  const cut = next() < 0.3 ? Math.floor(next() * out.length) : out.length
  return next() < 0.2 ? Buffer.concat([out.subarray(cut), out]) : out.subarray(0, cut)
}

describe('mutated messages do no harm', () => {
  const texts = [
    '<165>1 2026-03-01T11:59:58.003+02:00 web-1 shop 8710 ID47 [a@1 k="v\\"]"] \ufeffmessage\n',
    '<34>Mar  1 02:14:15 h CRON[1]:  (root) CMD\n',
    '43 <34>Mar  1 02:14:15 h su: counted\nand more\n',
    '<134>Mar  1 11:00:00 fw CEF:0|A|W \\| G|1|100|n \\\\|10|src=10.0.0.1 spt=1232 msg=a\\=b cs1Label=R cs1=x start=1772359200123\n',
    '<13>Mar  1 11:00:00 h LEEF:2.0|A|G|2|41|x5E|src=10.0.0.1^usrName=Jo^sev=5\n',
  ].map((text) => Buffer.from(text))
  const record = {
    log: 'x\n',
    stream: 'stdout',
    n: [1, -5, 2.5, null, true],
    kubernetes: { pod_name: 'p', labels: { a: 'b' } },
  }
  const entries = new Uint8Array(Buffer.concat([encode([1, record]), encode([2, { a: 1 }])]))
  const packs = [
    encode(['t', 1, record, { chunk: 'c' }]),
    encode(['t', [[1, record]], { size: 1 }]),
    encode(['t', entries, { size: 2 }]),
  ]

  test.each([1, 2, 3])('seed %i', async (seed) => {
    const faults: unknown[] = []
    const note = (error: unknown) => faults.push(error)
    process.on('unhandledRejection', note)
    const next = random(seed)
    const { at, sockets } = await openSyslog({ forward: { workspace: await bench.workspace(), address: free } })
    const pick = (from: readonly Uint8Array[]) => mutated(from[Math.floor(next() * from.length)] as Uint8Array, next)
    const client = createSocket('udp4')
    for (let round = 0; round < 15; round++) {
      const bytes = Buffer.concat(Array.from({ length: 40 }, () => pick(texts)))
      await say(await dial(portOf(sockets, 'syslog-tcp')), bytes)
      client.send(pick(texts), portOf(sockets, 'syslog-udp'), '127.0.0.1')
      const forward = await dial(portOf(sockets, 'fluentd-forward'))
      forward.resume()
      forward.end(Buffer.concat(Array.from({ length: 5 }, () => pick(packs))))
      await once(forward, 'close')
    }
    await say(await dial(portOf(sockets, 'syslog-tcp')), '<13>app: the last one\n')
    client.close()
    expect(await bench.rowsOf(at, 'Syslog', 'count()', "WHERE SyslogMessage = 'the last one'")).toEqual([['1']])
    expect(faults).toEqual([])
    process.off('unhandledRejection', note)
  })
})
