// The data port: what the server asks of the analytical engine. Adapters: chdb.ts (embedded).
// Nothing above this folder knows which engine runs. conformance.ts is the suite every adapter passes.
import type { Row } from '@conshelf/kql'

export interface QueryLimits {
  readonly maxMillis: number
  readonly maxMemoryBytes: number
}

export interface QueryStatistics {
  readonly elapsedMillis: number
  readonly rowsRead: number
  readonly bytesRead: number
}

export interface RunOptions {
  /** Unique name of the running query; cancelling goes by it. */
  readonly tag: string
  readonly limits: QueryLimits
  readonly signal?: AbortSignal
  readonly onStatistics?: (statistics: QueryStatistics) => void
}

export type EngineErrorKind = 'timeout' | 'memory' | 'cancelled' | 'rejected' | 'closed'

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

export interface Engine {
  /**
   * Runs a SELECT read-only, under its limits, and streams the rows in chunks. Cells come as JSONCompactEachRow gives
   * them with quoted 64-bit integers and quoted denormals: 64-bit integers, NaN and infinities are strings.
   * Leaving the loop, or the signal, stops the work in the engine too.
   */
  query(sql: string, options: RunOptions): AsyncIterable<readonly Row[]>
  /** Stores NDJSON rows as one atomic block: when this resolves, all of them are on disk. Missing fields take defaults. */
  insert(table: TableName, ndjson: Uint8Array): Promise<void>
  /** DDL and INSERT … SELECT. */
  command(sql: string, options?: Partial<RunOptions>): Promise<void>
  close(): Promise<void>
}
