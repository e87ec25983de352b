// The data port: what the server asks of the analytical engine. Adapters: chdb.ts (embedded).
// Nothing above this folder knows which engine runs. conformance.ts is the suite every adapter passes.
import type { Row } from '@conshelf/kql'

export interface QueryLimits {
  readonly maxMillis: number
  readonly maxMemoryBytes: number
}

/** What was read, as last seen while the query ran (a look each 200 ms, and with `looksEarly` one at the first rows): a lower bound. */
export interface QueryStatistics extends ResourceUse {
  readonly elapsedMillis: number
}

export interface ResourceUse {
  readonly rowsRead: number
  readonly bytesRead: number
  readonly peakMemoryBytes: number
  /** Of all threads together. */
  readonly userMillis: number
  readonly kernelMillis: number
}

export interface RunOptions {
  /** Unique name of the running query; cancelling goes by it. */
  readonly tag: string
  readonly limits: QueryLimits
  readonly signal?: AbortSignal
  /** Called once, when the query ends in any way. */
  readonly onStatistics?: (statistics: QueryStatistics) => void
  /** Statistics of short queries too, which makes them 2 to 3 ms longer. */
  readonly looksEarly?: boolean
}

export const noUse: ResourceUse = { rowsRead: 0, bytesRead: 0, peakMemoryBytes: 0, userMillis: 0, kernelMillis: 0 }

/** `closed`: the engine is closed, or went down under the call; then the next call finds it again. */
export type EngineErrorKind = 'timeout' | 'memory' | 'complexity' | 'cancelled' | 'assertion' | 'rejected' | 'closed'

/** Every failure of the engine. `rejected` is a statement it will not run: a fault of ours when a user's KQL led to it. */
export class EngineError extends Error {
  readonly kind: EngineErrorKind
  constructor(kind: EngineErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** A table of the engine; both parts are quoted by the adapter. */
export interface TableName {
  readonly database: string
  readonly table: string
}

/** What would be read of a table, by its indexes, and what there is. A mark is some thousands of rows. */
export interface TableEstimate extends TableName {
  readonly parts: number
  readonly rows: number
  readonly marks: number
  readonly all: { readonly parts: number; readonly rows: number; readonly marks: number }
}

export interface Engine {
  /**
   * Runs a SELECT read-only, under its limits, and streams the rows in chunks. Cells come as JSONCompactEachRow gives
   * them with quoted 64-bit integers and quoted denormals: 64-bit integers, decimals, NaN and infinities are strings,
   * times are ISO 8601. The text has no SETTINGS and no FORMAT clause of its own at its end.
   * Leaving the loop, or the signal, stops the work in the engine too.
   */
  query(sql: string, options: RunOptions): AsyncIterable<readonly Row[]>
  /**
   * Stores NDJSON rows: all of them, on disk when this resolves, or none. Missing fields take defaults, unknown ones are
   * an error. (Rows of several partitions are several parts: a loss of power in between can leave some of a call that
   * was not acknowledged.)
   */
  insert(table: TableName, ndjson: Uint8Array): Promise<void>
  /** What a SELECT would read. It does not run, but subqueries that give one value do: the engine plans with them. */
  estimate(sql: string, options: RunOptions): Promise<readonly TableEstimate[]>
  /** DDL and INSERT … SELECT. Limits apply to the latter; DDL that has begun comes to its end. */
  command(sql: string, options?: Partial<RunOptions>): Promise<void>
  close(): Promise<void>
}
