// What a listener has read and what is not on disk yet: written in small batches, held until it is, bounded.
import type { Log } from '../../core/log.ts'
import { Overloaded } from '../types.ts'

export interface QueueLimits {
  /** Bytes of messages that may be held; beyond it is full. */
  readonly heldBytes: number
  /** So much is written at once. */
  readonly batchBytes: number
  /** How long messages wait for company. */
  readonly batchMillis: number
  /** After a failure of the engine; doubled up to `longestRetryMillis`. */
  readonly retryMillis: number
  readonly longestRetryMillis: number
  /** How long a stop waits for an engine that fails. */
  readonly closeMillis: number
}

export const defaultQueueLimits: QueueLimits = {
  heldBytes: 16 * 1_048_576,
  batchBytes: 1_048_576,
  batchMillis: 100,
  retryMillis: 250,
  longestRetryMillis: 5_000,
  closeMillis: 10_000,
}

export interface QueueParts<T> {
  readonly name: string
  /** Stores the items, which came in so many bytes; called again with the same ones when it fails. */
  readonly store: (items: readonly T[], bytes: number) => Promise<unknown>
  readonly log: Log
  readonly limits?: Partial<QueueLimits>
}

export class RecordQueue<T> {
  readonly #parts: QueueParts<T>
  readonly #limits: QueueLimits
  readonly #writing = new Set<Promise<void>>()
  readonly #waiting: (() => void)[] = []
  #items: T[] = []
  #bytes = 0
  #held = 0
  #timer: NodeJS.Timeout | undefined
  /** Aborted when a stop has waited long enough. */
  readonly #giveUp = new AbortController()

  constructor(parts: QueueParts<T>) {
    this.#parts = parts
    this.#limits = { ...defaultQueueLimits, ...parts.limits }
  }

  get isFull(): boolean {
    return this.#held >= this.#limits.heldBytes
  }

  /** Takes the item however full it is: ask `isFull` before. */
  add(item: T, bytes: number): void {
    const size = bytes + itemBytes
    this.#items.push(item)
    this.#bytes += size
    this.#held += size
    if (this.#bytes >= this.#limits.batchBytes) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), this.#limits.batchMillis)
  }

  /** Resolves when it is no longer full. */
  room(): Promise<void> {
    return this.isFull ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve()
  }

  /** Resolves when everything that has been added is on disk. */
  async written(): Promise<void> {
    this.#flush()
    await Promise.all(this.#writing)
  }

  /** Writes the rest. An engine that goes on failing loses it, and the log says how much. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.#giveUp.abort(), this.#limits.closeMillis)
    await this.written()
    clearTimeout(timer)
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#items.length === 0) return
    const [items, bytes] = [this.#items, this.#bytes]
    this.#items = []
    this.#bytes = 0
    const writing = this.#write(items, bytes - items.length * itemBytes).finally(() => {
      this.#writing.delete(writing)
      this.#held -= bytes
      if (!this.isFull) for (const resolve of this.#waiting.splice(0)) resolve()
    })
    this.#writing.add(writing)
  }

  async #write(items: readonly T[], bytes: number): Promise<void> {
    const { name, store, log } = this.#parts
    for (let pause = this.#limits.retryMillis; ; pause = Math.min(pause * 2, this.#limits.longestRetryMillis)) {
      try {
        await store(items, bytes)
        return
      } catch (error) {
        if (this.#giveUp.signal.aborted) {
          log.error({ err: error }, `${name}: ${items.length} messages were lost, as they could not be written`)
          return
        }
        if (error instanceof Overloaded) pause = this.#limits.retryMillis
        else log.warn({ err: error }, `${name}: ${items.length} messages could not be written yet`)
      }
      await this.#pause(pause)
    }
  }

  #pause(millis: number): Promise<void> {
    const { signal } = this.#giveUp
    return new Promise((resolve) => {
      const timer = setTimeout(done, millis)
      function done(): void {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      if (signal.aborted) done()
      else signal.addEventListener('abort', done)
    })
  }
}

/** What an item takes beside its bytes. */
const itemBytes = 200
