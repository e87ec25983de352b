// Group commit: requests that wait for a table share its inserts, and each is answered after those that hold its rows.

import type { Clock } from '../../core/clock.ts'
import type { TableName } from '../../engine/engine.ts'
import type { IngestLimits } from '../limits.ts'
import { type Inserter, isRefusal, type RefusedRow } from './insert.ts'

/** Rows of one request in one block: pieces of whole NDJSON lines. */
export interface Part {
  readonly pieces: readonly Buffer[]
  readonly rows: number
  readonly bytes: number
}

interface Waiting {
  readonly part: Part
  readonly resolve: (refused: readonly RefusedRow[]) => void
  readonly reject: (error: unknown) => void
}

export interface GroupCommit {
  /** Resolves when the rows are on disk, with those that the engine refused. */
  store(table: TableName, part: Part): Promise<readonly RefusedRow[]>
  /** Writes at once what waits. */
  flush(): Promise<void>
}

type Rhythm = Pick<
  IngestLimits,
  'blockBytes' | 'eagerBytes' | 'besideBytes' | 'blockMillis' | 'quickMillis' | 'quickBlocks'
>

export function createGroupCommit(inserter: Inserter, clock: Clock, rhythm: Rhythm): GroupCommit {
  const queues = new Map<string, TableQueue>()
  return {
    store(table, part) {
      const key = `${table.database}.${table.table}`
      let queue = queues.get(key)
      if (!queue) {
        queue = new TableQueue(table, inserter, clock, rhythm)
        queues.set(key, queue)
      }
      return queue.add(part)
    },
    async flush() {
      await Promise.all([...queues.values()].map((queue) => queue.flush()))
    },
  }
}

/** Inserts of one table that run at the same time, when the rows are many. */
const parallelInserts = 2

class TableQueue {
  readonly #table: TableName
  readonly #inserter: Inserter
  readonly #clock: Clock
  readonly #rhythm: Rhythm
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #timer: NodeJS.Timeout | undefined
  #lastBlock: number
  #quickLeft: number
  readonly #running = new Set<Promise<void>>()

  constructor(table: TableName, inserter: Inserter, clock: Clock, rhythm: Rhythm) {
    this.#table = table
    this.#inserter = inserter
    this.#clock = clock
    this.#rhythm = rhythm
    this.#lastBlock = clock.now()
    this.#quickLeft = rhythm.quickBlocks
  }

  add(part: Part): Promise<readonly RefusedRow[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly RefusedRow[]>()
    this.#waiting.push({ part, resolve, reject })
    this.#waitingBytes += part.bytes
    this.#schedule()
    return promise
  }

  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#running.size > 0) {
      if (this.#waiting.length > 0) this.#start()
      await Promise.all(this.#running)
    }
  }

  #schedule(): void {
    if (this.#waiting.length === 0) return
    const { blockBytes, eagerBytes, besideBytes } = this.#rhythm
    const running = this.#running.size
    const isWorthAnInsert = this.#waitingBytes >= Math.min(blockBytes, running === 0 ? eagerBytes : besideBytes)
    // While inserts run, the next block grows; their end schedules again.
    if (isWorthAnInsert && running < parallelInserts) this.#start()
    else if (running === 0) this.#timer ??= setTimeout(() => this.#start(), this.#delay())
  }

  /** Few blocks go quickly; a table that gets many small requests writes one block each half second: parts cost merges. */
  #delay(): number {
    const { blockMillis, quickMillis, quickBlocks } = this.#rhythm
    const since = Math.max(0, this.#clock.now() - this.#lastBlock)
    this.#quickLeft = Math.min(quickBlocks, this.#quickLeft + Math.floor(since / blockMillis))
    if (this.#quickLeft > 0) {
      this.#quickLeft--
      return quickMillis
    }
    return Math.max(quickMillis, blockMillis - since)
  }

  #start(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#lastBlock = this.#clock.now()
    const block = this.#takeBlock()
    const run = this.#write(block).finally(() => {
      this.#running.delete(run)
      this.#schedule()
    })
    this.#running.add(run)
    this.#schedule()
  }

  #takeBlock(): readonly Waiting[] {
    let bytes = 0
    let count = 0
    while (count < this.#waiting.length && bytes < this.#rhythm.blockBytes) {
      bytes += (this.#waiting[count] as Waiting).part.bytes
      count++
    }
    this.#waitingBytes -= bytes
    return this.#waiting.splice(0, count)
  }

  async #write(block: readonly Waiting[]): Promise<void> {
    try {
      const rows = block.reduce((total, { part }) => total + part.rows, 0)
      await this.#inserter.whole(this.#table, Buffer.concat(block.flatMap(({ part }) => part.pieces)), rows)
      for (const waiting of block) waiting.resolve([])
    } catch (error) {
      if (isRefusal(error)) return this.#apart(block, error)
      for (const waiting of block) waiting.reject(error)
    }
  }

  /** A refused block: each request by itself, so that none pays for another; the one at fault row by row. */
  async #apart(block: readonly Waiting[], cause: unknown): Promise<void> {
    for (const { part, resolve, reject } of block) {
      const ndjson = Buffer.concat(part.pieces)
      try {
        if (block.length === 1) throw cause
        await this.#inserter.whole(this.#table, ndjson, part.rows)
        resolve([])
      } catch (error) {
        const refused = isRefusal(error) ? this.#inserter.sifted(this.#table, ndjson, error) : Promise.reject(error)
        await refused.then(resolve, reject)
      }
    }
  }
}
