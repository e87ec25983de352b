// The forward protocol's promise: a chunk that was acknowledged is there once, whatever happens to the server after that.
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeMultiStream, encode } from '@msgpack/msgpack'
import { expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

const rowsPerChunk = 40
const senders = 4

interface Tally {
  readonly acknowledged: Set<string>
  readonly unanswered: Set<string>
}

const start = (data: string) => startRealServer({ data, args: ['--syslog', 'off', '--forward', '127.0.0.1:0'] })
const portOf = (server: RealServer) => Number(/fluentd-forward\s+\S+:(\d+)/.exec(server.output())?.[1])

function message(chunk: string): Uint8Array {
  const seconds = Math.floor(Date.now() / 1000)
  const entries = Array.from({ length: rowsPerChunk }, (_, Row) => [seconds, { Chunk: chunk, Row }])
  return encode(['kill.nine', entries, { chunk, size: rowsPerChunk }])
}

/** Sends one chunk after the other, each when the one before is acknowledged, until the connection ends. */
async function sendAll(socket: Socket, chunks: Iterable<string>, tally: Tally): Promise<void> {
  const answers = decodeMultiStream(socket as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  try {
    for (const chunk of chunks) {
      tally.unanswered.add(chunk)
      socket.write(message(chunk))
      const { value } = await answers.next()
      if (value === undefined) return
      expect(value).toEqual({ ack: chunk })
      tally.unanswered.delete(chunk)
      tally.acknowledged.add(chunk)
    }
  } catch {
    // The server was killed.
  } finally {
    socket.destroy()
  }
}

function dial(server: RealServer): Socket {
  const socket = connect({ host: '127.0.0.1', port: portOf(server) })
  socket.on('error', () => {})
  return socket
}

function* endless(name: string): Generator<string> {
  for (let n = 0; ; n++) yield `${name}-${n}`
}

async function stored(server: RealServer): Promise<Map<string, readonly number[]>> {
  const query = 'kill_nine_CL | summarize Rows = count(), Distinct = dcount(Row) by Chunk'
  const response = await fetch(`${server.url}/v1/workspaces/default/query`, {
    method: 'POST',
    body: JSON.stringify({ query }),
  })
  const { tables } = (await response.json()) as { tables: { rows: [string, number, number][] }[] }
  return new Map(tables[0]?.rows.map(([chunk, ...counts]) => [chunk, counts]))
}

test('acknowledged chunks outlive kill -9, and what is repeated is there once', async () => {
  const data = mkdtempSync(join(tmpdir(), 'conshelf-forward-'))
  const tally: Tally = { acknowledged: new Set(), unanswered: new Set() }
  let server = await start(data)
  for (let round = 1; round <= 5; round++) {
    const running = Array.from({ length: senders }, (_, i) => sendAll(dial(server), endless(`${round}-${i}`), tally))
    await new Promise((resolve) => setTimeout(resolve, 300 + ((round * 137) % 500)))
    await server.kill()
    await Promise.all(running)
    server = await start(data)
    const found = await stored(server)
    for (const chunk of tally.acknowledged)
      expect([chunk, found.get(chunk)]).toEqual([chunk, [rowsPerChunk, rowsPerChunk]])
    await sendAll(dial(server), [...tally.unanswered], tally)
    expect(tally.unanswered.size).toBe(0)
  }
  const found = await stored(server)
  expect(found.size).toBe(tally.acknowledged.size)
  expect(found.size).toBeGreaterThan(senders * 5)
  for (const [chunk, counts] of found) expect([chunk, counts]).toEqual([chunk, [rowsPerChunk, rowsPerChunk]])
  await server.stop()
  rmSync(data, { recursive: true, force: true })
})
