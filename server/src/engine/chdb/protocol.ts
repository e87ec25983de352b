// What the server and the engine's process say to each other (ToHost, FromHost), and there a handle and its thread
// (Request, Answer).
import type { EngineErrorKind, QueryLimits, QueryStatistics, TableName } from '../engine.ts'

/** Each call has its number. A query answers with one chunk, then with one for each `next`; all others answer once. */
export type ToHost =
  | { readonly kind: 'query'; readonly id: number; readonly sql: string; readonly options: CallOptions }
  | { readonly kind: 'next'; readonly id: number }
  /** The caller wants no more chunks. */
  | { readonly kind: 'leave'; readonly id: number }
  /** The caller gives up whatever the call is doing. */
  | { readonly kind: 'abort'; readonly id: number }
  /** Body: NDJSON. */
  | { readonly kind: 'insert'; readonly id: number; readonly table: TableName }
  | { readonly kind: 'command'; readonly id: number; readonly sql: string; readonly options: Partial<CallOptions> }
  | { readonly kind: 'run'; readonly id: number; readonly sql: string }
  | { readonly kind: 'close'; readonly id: number }

export interface CallOptions {
  readonly tag: string
  readonly limits: QueryLimits
  readonly statistics: boolean
  readonly looksEarly: boolean
}

export type FromHost =
  /** Body: one JSON array of rows. */
  | { readonly kind: 'chunk'; readonly id: number }
  | { readonly kind: 'done'; readonly id: number; readonly text?: string; readonly statistics?: QueryStatistics }
  | {
      readonly kind: 'failed'
      readonly id: number
      readonly error: EngineErrorKind
      readonly message: string
      readonly statistics?: QueryStatistics
    }

/** What the process is started with, as JSON in its one argument. */
export interface HostOptions {
  readonly folder: string
  readonly arguments: readonly string[]
  readonly handles: number
  readonly writers: number
}

/** `start` begins a SELECT and fetches its first chunk; `run` is for short statements whose text answer is small. */
export type Request =
  | { readonly kind: 'start'; readonly sql: string }
  | { readonly kind: 'next' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'run'; readonly sql: string }
  | { readonly kind: 'close' }

/** `chunk` carries UTF-8 text: one JSON array of rows. */
export type Answer =
  | { readonly kind: 'chunk'; readonly json: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string }

export interface ThreadData {
  readonly folder: string
  readonly arguments: readonly string[]
}
