// How much of an answer is sent: the limits of its profile, changed by the `set` statements of the query.
// https://learn.microsoft.com/kusto/concepts/query-limits
import type { Compiled, Row } from '@conshelf/kql'
import type { Limits, QueryProfile } from '../core/limits.ts'
import type { Truncation } from './types.ts'

export interface CapLimits {
  /** Of each result; one more is a truncation. */
  readonly rows: number
  /** Of all results together. */
  readonly bytes: number
  /** Rows of each result that the client wants at most; ending there is no truncation. */
  readonly take: number
}

type Options = Compiled['options']

export function capLimits(limits: Limits, profile: QueryProfile, options: Options, takeRows?: number): CapLimits {
  const own = limits.answers[profile]
  const { ceiling } = limits
  const lifted = options.notruncation === true || options.notruncation === 1
  const most = lifted ? ceiling : own
  return {
    rows: Math.min(numberOption(options, 'truncationmaxrecords') ?? most.rows, ceiling.rows),
    bytes: Math.min(numberOption(options, 'truncationmaxsize') ?? most.bytes, ceiling.bytes),
    take: Math.min(numberOption(options, 'query_take_max_records') ?? Infinity, takeRows ?? Infinity),
  }
}

function numberOption(options: Options, name: string): number | undefined {
  const value = options[name]
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}

/** Counts what passes. `done` says that no more rows of this result are wanted. */
export class Cap {
  readonly #limits: CapLimits
  readonly tables: { rows: number; bytes: number }[] = []
  #bytes = 0
  truncated: Truncation | undefined

  constructor(limits: CapLimits) {
    this.#limits = limits
  }

  nextTable(): void {
    this.tables.push({ rows: 0, bytes: 0 })
  }

  /** The rows of a chunk that may be sent, and whether the result ends with them. */
  pass(chunk: readonly Row[]): { readonly rows: readonly Row[]; readonly done: boolean } {
    const table = this.tables.at(-1)
    if (!table) throw new Error('no table was begun')
    const { rows: maxRows, bytes: maxBytes, take } = this.#limits
    for (const [index, row] of chunk.entries()) {
      if (table.rows >= take) return { rows: chunk.slice(0, index), done: true }
      if (table.rows >= maxRows) return this.#stop(chunk.slice(0, index), { kind: 'rows', limit: maxRows })
      const size = sizeOf(row)
      if (this.#bytes + size > maxBytes) return this.#stop(chunk.slice(0, index), { kind: 'bytes', limit: maxBytes })
      this.#bytes += size
      table.rows += 1
      table.bytes += size
    }
    return { rows: chunk, done: false }
  }

  #stop(rows: readonly Row[], truncated: Truncation) {
    this.truncated = truncated
    return { rows, done: true }
  }
}

/** About the bytes of the row as JSON; exact counting would cost as much as writing it. */
function sizeOf(row: Row): number {
  let size = 2
  for (const cell of row) size += typeof cell === 'string' ? cell.length + 3 : 8
  return size
}
