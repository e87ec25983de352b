// Starts the engine's process and matches its answers to the calls. Used by chdb.ts.
import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Channel, openChannel } from './channel.ts'
import type { FromHost, HostOptions, ToHost } from './protocol.ts'

type WithoutId<M> = M extends { readonly id: number } ? Omit<M, 'id'> : never
type FollowUp = Extract<ToHost, { kind: 'next' | 'leave' | 'abort' }>['kind']
export type HostCall = WithoutId<Exclude<ToHost, { kind: FollowUp }>>

export interface HostAnswer {
  readonly message: FromHost
  readonly body: Uint8Array
}

export interface Conversation {
  /** The answer to what was sent last; a failure when the process is gone. */
  answer(): Promise<HostAnswer>
  send(kind: FollowUp): void
}

const script = fileURLToPath(new URL('./host.ts', import.meta.url))
/**
 * The engine allocates with the C library, whose defaults keep what a large answer took: an arena for each of many threads,
 * and ever larger blocks held back. https://man7.org/linux/man-pages/man3/mallopt.3.html
 */
const allocation = {
  MALLOC_ARENA_MAX: String(Math.max(4, availableParallelism())),
  MALLOC_MMAP_THRESHOLD_: String(2 * 1024 * 1024),
}
const longestComplaint = 4_000
const nothing = new Uint8Array()

export class HostProcess {
  readonly #child: ChildProcess
  readonly #socket: Socket
  readonly #channel: Channel<ToHost>
  readonly #waiting = new Map<number, (answer: HostAnswer) => void>()
  readonly #gone: Promise<unknown>
  #complaints = ''
  #ending: string | undefined
  #calls = 0

  constructor(options: HostOptions) {
    this.#child = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      // Nothing of this process' environment changes what the engine does. A call of the engine occupies a pool thread.
      env: { TZ: 'UTC', UV_THREADPOOL_SIZE: String(options.handles + options.writers + 4), ...allocation },
    })
    this.#gone = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => resolve(this.#end(`went down (${signal ?? `exit code ${code}`})`)))
      this.#child.once('error', (error) => resolve(this.#end(`did not start: ${error.message}`)))
    })
    this.#child.stderr?.on('data', (text) => {
      this.#complaints = (this.#complaints + text).slice(-longestComplaint)
    })
    this.#socket = this.#child.stdio[3] as Socket
    this.#socket.on('error', () => undefined)
    this.#channel = openChannel<FromHost, ToHost>(this.#socket, (message, body) => this.#settle(message, body))
    this.#holdOpen(false)
  }

  get ended(): boolean {
    return this.#ending !== undefined
  }

  /** What the process wrote to its standard error, the last of it. */
  get complaints(): string {
    return this.#complaints
  }

  begin(call: HostCall, body?: Uint8Array): Conversation {
    const id = ++this.#calls
    let answer = this.#expect(id)
    this.#channel.send({ ...call, id } as ToHost, body)
    return {
      answer: () => answer,
      send: (kind) => {
        if (kind !== 'abort') answer = this.#expect(id)
        this.#channel.send({ kind, id })
      },
    }
  }

  async kill(): Promise<void> {
    this.#child.ref()
    this.#child.kill('SIGKILL')
    await this.#gone
  }

  #expect(id: number): Promise<HostAnswer> {
    if (this.#ending !== undefined) return Promise.resolve({ message: gone(id, this.#ending), body: nothing })
    this.#holdOpen(true)
    return new Promise((resolve) => this.#waiting.set(id, resolve))
  }

  #settle(message: FromHost, body: Uint8Array): void {
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (this.#waiting.size === 0) this.#holdOpen(false)
    waiting?.({ message, body })
  }

  #end(how: string): void {
    this.#ending ??= how
    for (const id of [...this.#waiting.keys()]) this.#settle(gone(id, how), nothing)
  }

  /** An idle engine does not keep this process alive, a waited-for answer does. */
  #holdOpen(hold: boolean): void {
    if (hold) {
      this.#child.ref()
      this.#socket.ref()
    } else {
      this.#child.unref()
      this.#socket.unref()
      // Typed as a plain stream, but a socket too.
      if (this.#child.stderr instanceof Socket) this.#child.stderr.unref()
    }
  }
}

function gone(id: number, how: string): FromHost {
  return { kind: 'failed', id, error: 'closed', message: `the engine's process ${how}` }
}
