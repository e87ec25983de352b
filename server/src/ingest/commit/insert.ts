// Puts rows into the engine. A block that it refuses is taken apart until only the rows at fault are left out.
import { type Engine, EngineError, type TableName } from '../../engine/engine.ts'

/** A row that the engine does not take. `row` counts within the part it came with. */
export interface RefusedRow {
  readonly row: number
  readonly reason: string
  readonly json: string
}

export interface InsertCounters {
  inserts: number
  insertedRows: number
  insertedBytes: number
  failedInserts: number
}

export interface Inserter {
  /** All of the rows, or an EngineError and none of them. */
  whole(table: TableName, ndjson: Uint8Array, rows: number): Promise<void>
  /** What can be stored of rows that could not be stored as a whole. Throws what is no fault of the rows. */
  sifted(table: TableName, ndjson: Buffer, cause: EngineError): Promise<readonly RefusedRow[]>
}

export interface InserterOptions {
  readonly engine: Pick<Engine, 'insert'>
  readonly attempts: number
  readonly counters: InsertCounters
}

/** Single rows refused one after another before the table itself is held to be at fault. */
const patience = 32

export function createInserter({ engine, attempts, counters }: InserterOptions): Inserter {
  async function once(table: TableName, ndjson: Uint8Array, rows: number): Promise<void> {
    try {
      await engine.insert(table, ndjson)
    } catch (error) {
      counters.failedInserts++
      throw error
    }
    counters.inserts++
    counters.insertedRows += rows
    counters.insertedBytes += ndjson.length
  }

  async function whole(table: TableName, ndjson: Uint8Array, rows: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(table, ndjson, rows)
      } catch (error) {
        if (attempt >= attempts || !isPassing(error)) throw error
        await new Promise((resume) => setTimeout(resume, 100 * attempt))
      }
    }
  }

  /** Halves, and halves of halves, until a row stands alone. Stored rows in between end the patience's count. */
  async function sifted(table: TableName, ndjson: Buffer, cause: EngineError): Promise<readonly RefusedRow[]> {
    const rows = linesOf(ndjson)
    const refused: RefusedRow[] = []
    let refusedInARow = 0
    const store = async (from: number, to: number, reason: EngineError): Promise<void> => {
      if (to - from === 1) {
        refused.push({ row: from, reason: reason.message, json: (rows[from] as Buffer).toString() })
        if (++refusedInARow >= patience && refused.length === refusedInARow) throw reason
        return
      }
      const middle = from + Math.ceil((to - from) / 2)
      for (const [start, end] of [
        [from, middle],
        [middle, to],
      ] as const) {
        try {
          await whole(table, Buffer.concat(rows.slice(start, end)), end - start)
          refusedInARow = 0
        } catch (error) {
          if (!isRefusal(error)) throw error
          await store(start, end, error)
        }
      }
    }
    await store(0, rows.length, cause)
    return refused
  }

  return { whole, sifted }
}

/** The statement itself is refused: rows, or the table, are at fault. */
export function isRefusal(error: unknown): error is EngineError {
  return error instanceof EngineError && error.kind === 'rejected'
}

function isPassing(error: unknown): boolean {
  return error instanceof EngineError && (error.kind === 'timeout' || error.kind === 'memory')
}

/** The rows with their line ends: inside JSON text there is none. */
function linesOf(ndjson: Buffer): readonly Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < ndjson.length; ) {
    const end = ndjson.indexOf(10, from)
    lines.push(ndjson.subarray(from, end + 1))
    from = end + 1
  }
  return lines
}
