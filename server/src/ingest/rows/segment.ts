// The rows of one request for one table, as the bytes that the engine takes. Filled by encode.ts, stored by commit/.
import type { TablePlan } from './plan.ts'

/** Told of every byte that is held, so that someone can say stop. */
export type Reserve = (bytes: number) => void

/** Whole rows. */
export interface Piece {
  readonly bytes: Buffer
  readonly rows: number
}

const firstBuffer = 8_192
const largestBuffer = 1_048_576

export class Segment {
  plan: TablePlan
  /** Bytes of the rows' own fields, as _BilledSize has them. */
  billedBytes = 0
  /** Index in the request of each row. */
  readonly indexes: number[] = []
  readonly #reserve: Reserve
  readonly #full: Piece[] = []
  #rowsInFull = 0
  #buffer: Buffer = Buffer.alloc(0)
  #used = 0
  #nextSize = firstBuffer

  constructor(plan: TablePlan, reserve: Reserve) {
    this.plan = plan
    this.#reserve = reserve
  }

  get rows(): number {
    return this.indexes.length
  }

  /**
   * One row: the JSON object of its fields, and what to put in place of its closing brace. `tail` gets the number of
   * bytes of the object.
   */
  write(index: number, json: string, tail: (size: number) => string): void {
    // A UTF-16 unit takes at most three bytes of UTF-8; the tail is short and plain.
    const most = json.length * 3 + 2_048
    if (this.#buffer.length - this.#used < most) this.#extend(most)
    const size = this.#buffer.write(json, this.#used, 'utf8')
    this.#used += size - 1
    this.#used += this.#buffer.write(tail(size), this.#used, 'latin1')
    this.indexes.push(index)
    this.billedBytes += size
  }

  pieces(): readonly Piece[] {
    return [...this.#full, ...this.#lastPiece()]
  }

  #lastPiece(): Piece[] {
    return this.#used === 0
      ? []
      : [{ bytes: this.#buffer.subarray(0, this.#used), rows: this.indexes.length - this.#rowsInFull }]
  }

  #extend(least: number): void {
    const size = Math.max(least, this.#nextSize)
    this.#reserve(size)
    this.#full.push(...this.#lastPiece())
    this.#rowsInFull = this.indexes.length
    this.#buffer = Buffer.allocUnsafeSlow(size)
    this.#used = 0
    this.#nextSize = Math.min(this.#nextSize * 4, largestBuffer)
  }
}
