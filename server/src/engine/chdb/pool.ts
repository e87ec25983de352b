// A pool of things that serve one caller at a time: made on demand, up to a number; callers beyond it queue.
import { EngineError } from '../engine.ts'

export interface PoolOptions<T> {
  readonly size: number
  readonly make: () => T
  /** Must bear items that are in use: closing the pool takes those too. */
  readonly destroy: (item: T) => Promise<void>
}

interface Waiter<T> {
  readonly resolve: (item: T) => void
  readonly reject: (error: unknown) => void
}

export class Pool<T> {
  readonly #options: PoolOptions<T>
  readonly #idle: T[] = []
  readonly #used = new Set<T>()
  readonly #leaving = new Set<Promise<void>>()
  readonly #waiting: Waiter<T>[] = []
  #closed = false

  constructor(options: PoolOptions<T>) {
    this.#options = options
  }

  /** Waits its turn; a signal that fires meanwhile gives up the place. */
  async acquire(signal?: AbortSignal): Promise<T> {
    if (this.#closed) throw closed()
    if (signal?.aborted) throw cancelled()
    if (this.#used.size < this.#options.size) return this.#take()
    return this.#queue(signal)
  }

  release(item: T): void {
    if (!this.#used.delete(item)) return
    this.#idle.push(item)
    this.#admit()
  }

  /** For an item that is not fit for another caller. Its place is free at once. */
  discard(item: T): void {
    if (!this.#used.delete(item)) return
    this.#destroy(item)
    this.#admit()
  }

  /** Turns waiting callers away and destroys every item, also those in use. */
  async close(): Promise<void> {
    this.#closed = true
    for (const waiter of this.#waiting.splice(0)) waiter.reject(closed())
    for (const item of [...this.#idle.splice(0), ...this.#used]) this.#destroy(item)
    this.#used.clear()
    while (this.#leaving.size > 0) await Promise.all(this.#leaving)
  }

  #take(): T {
    const item = this.#idle.pop() ?? this.#options.make()
    this.#used.add(item)
    return item
  }

  #queue(signal: AbortSignal | undefined): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const waiter: Waiter<T> = { resolve, reject }
    const onAbort = () => {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
      reject(cancelled())
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#waiting.push(waiter)
    return promise.finally(() => signal?.removeEventListener('abort', onAbort))
  }

  #admit(): void {
    const waiter = this.#waiting.shift()
    if (!waiter) return
    try {
      waiter.resolve(this.#take())
    } catch (error) {
      waiter.reject(error)
    }
  }

  #destroy(item: T): void {
    const gone = this.#options.destroy(item).finally(() => this.#leaving.delete(gone))
    this.#leaving.add(gone)
  }
}

const closed = () => new EngineError('closed', 'the engine is closed')
const cancelled = () => new EngineError('cancelled', 'cancelled while waiting for the engine')
