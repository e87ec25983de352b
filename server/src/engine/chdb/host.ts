// The engine's process: runs what the server asks for over the socket it was started with, and dies with the server.
// It never exits by itself: leaving a process with the engine at work hangs, so its end is always SIGKILL.
import { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { QueryStatistics, RunOptions } from '../engine.ts'
import { openChannel } from './channel.ts'
import { engineError, isCrash } from './errors.ts'
import { Executor } from './executor.ts'
import type { CallOptions, FromHost, HostOptions, ToHost } from './protocol.ts'

interface Call {
  readonly abort: AbortController
  chunks?: AsyncGenerator<Uint8Array, void, void>
  statistics?: QueryStatistics
}

const die = () => process.kill(process.pid, 'SIGKILL')
process.on('uncaughtException', (error) => {
  console.error('the engine process failed:', error)
  die()
})
// What a terminal sends reaches this process too; when to stop is the server's decision.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

const heartbeat = new Int32Array(new SharedArrayBuffer(4))
setInterval(() => Atomics.add(heartbeat, 0, 1), 500)
new Worker(new URL('./watchdog.ts', import.meta.url), { workerData: heartbeat.buffer })

const executor = new Executor(JSON.parse(process.argv[2] ?? '') as HostOptions, die)
const calls = new Map<number, Call>()
const socket = new Socket({ fd: 3 })
socket.on('close', die)
socket.on('error', die)
const channel = openChannel<ToHost, FromHost>(socket, (message, body) => void receive(message, body))

async function receive(message: ToHost, body: Uint8Array): Promise<void> {
  if (message.kind === 'abort') {
    calls.get(message.id)?.abort.abort()
    return
  }
  const call: Call = calls.get(message.id) ?? { abort: new AbortController() }
  calls.set(message.id, call)
  try {
    const text = await perform(message, body, call)
    if (text !== more) finish(call, { kind: 'done', id: message.id, ...(text === undefined ? {} : { text }) })
  } catch (cause) {
    const error = engineError(cause)
    if (isCrash(error)) die()
    const { kind, message: reason } = error
    finish(call, { kind: 'failed', id: message.id, error: kind, message: reason })
  }
}

const more = Symbol('the call goes on')

async function perform(message: Exclude<ToHost, { kind: 'abort' }>, body: Uint8Array, call: Call) {
  switch (message.kind) {
    case 'query':
      call.chunks = executor.query(message.sql, runOptions(message.options, call))
      return sendNext(message.id, call)
    case 'next':
      return sendNext(message.id, call)
    case 'leave':
      await call.chunks?.return()
      return undefined
    case 'insert':
      return executor.insert(message.table, body)
    case 'command':
      return executor.command(message.sql, { ...message.options, signal: call.abort.signal })
    case 'run':
      return executor.run(message.sql)
    case 'close':
      return executor.close()
    default:
      return message satisfies never
  }
}

function runOptions({ tag, limits, statistics, looksEarly }: CallOptions, call: Call): RunOptions {
  const onStatistics = (seen: QueryStatistics) => {
    call.statistics = seen
  }
  return { tag, limits, looksEarly, signal: call.abort.signal, ...(statistics ? { onStatistics } : {}) }
}

async function sendNext(id: number, call: Call): Promise<typeof more | undefined> {
  const step = await call.chunks?.next()
  if (!step || step.done) return undefined
  channel.send({ kind: 'chunk', id }, step.value)
  return more
}

function finish(call: Call, message: Exclude<FromHost, { kind: 'chunk' }>): void {
  calls.delete(message.id)
  channel.send(call.statistics ? { ...message, statistics: call.statistics } : message)
}
