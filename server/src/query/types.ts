// What the query service takes and gives. Surfaces, rules, the portal and the command line meet here.
import type { Column, Compiled, CompileResult, Diagnostic, Render, Row, SubsetName } from '@conshelf/kql'
import type { Principal } from '../access/principal.ts'
import type { Workspace } from '../catalog/types.ts'
import { ServerError } from '../core/errors.ts'
import type { QueryProfile } from '../core/limits.ts'
import type { TimeRange } from '../core/time-range.ts'
import type { QueryStatistics } from '../engine/engine.ts'
import type { MeasuredExplanation } from './explain.ts'

/** Who sent the query and from where, for the audit. */
export interface Client {
  /** `x-ms-app` or what stands for it. */
  readonly app: string
  /** A GUID; the correlation id of errors and of LAQueryLogs. */
  readonly requestId: string
  /** Path the request was sent to. */
  readonly target: string
}

export interface QueryText {
  readonly text: string
  /** Whose rights decide what it may name. */
  readonly principal: Principal
  /** The addressed one first; tables are the union over all. Empty: only literal tables can be read. */
  readonly workspaces: readonly Workspace[]
  readonly timeRange?: TimeRange
  /** Lower-case ARM ids: only rows of these resources or of what is below them. */
  readonly resourceScope?: readonly string[]
  /** A range of a column that the client names, on top of `timeRange`. */
  readonly scopeRange?: TimeRange & { readonly column: string }
  /** What `now()` answers, in ticks; absent: the time of arrival. */
  readonly now?: bigint
  /** What the query is for, where less than the whole language is allowed. */
  readonly subset?: SubsetName
  /** Rows that are past the time of queries and still kept are read too. */
  readonly reach?: 'queried' | 'kept' | 'all'
  /** Tables without the rows that they show of others. */
  readonly ownRows?: boolean
  /** See CompileOptions. */
  readonly carry?: Readonly<Record<string, string>>
  /** Values for `declare query_parameters`, as KQL literals write them (strings without quotes). */
  readonly parameters?: Readonly<Record<string, string>>
}

export interface QueryRequest extends QueryText {
  readonly profile: QueryProfile
  readonly client: Client
  /** How long the client waits; bounded by the profile. */
  readonly maxMillis?: number
  /** Rows of each result beyond which the answer ends quietly. */
  readonly takeRows?: number
  /** What `set` statements could say too, by names in lower case; those of the query go first. */
  readonly options?: Compiled['options']
  readonly signal?: AbortSignal
  /** What was read by a query that takes less than a fifth of a second is wanted too. */
  readonly statistics?: boolean
}

/** A query whose rows are to be stored. */
export interface FillRequest extends QueryText {
  readonly into: { readonly database: string; readonly table: string }
  /** Names of the columns that are stored. */
  readonly columns: ReadonlySet<string>
  /** TimeGenerated of the rows, ISO 8601. */
  readonly time: string
  readonly most: number
  readonly maxMillis: number
  readonly signal?: AbortSignal
}

export interface AnswerStatistics extends QueryStatistics {
  /** One for each result. */
  readonly tables: readonly { readonly rows: number; readonly bytes: number }[]
}

/** Why an answer ended before its last row. */
export interface Truncation {
  readonly kind: 'rows' | 'bytes'
  readonly limit: number
}

export interface ResultHead {
  readonly name: string
  readonly columns: readonly Column[]
  readonly sorted: boolean
  readonly render?: Render
}

/** An answer as it is produced: for each result its head, then rows; at last one `end`. */
export type AnswerPart =
  | (ResultHead & {
      readonly kind: 'table'
      /** Of all results, this one among them. */
      readonly heads: readonly ResultHead[]
    })
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | {
      readonly kind: 'end'
      readonly statistics: AnswerStatistics
      readonly truncated?: Truncation
      /** Where rows of stored tables were read. */
      readonly reads?: Compiled['reads']
      /** What the compiler doubts of the query, if anything. */
      readonly warnings?: readonly Diagnostic[]
    }

export type QueryExplanation =
  | { readonly ok: true; readonly explanation: MeasuredExplanation }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

export interface QueryService {
  /**
   * Runs a query. Leaving the loop ends the work in the engine. Throws InvalidQuery, or a ServerError (accessDenied, throttled,
   * queryTimeout, queryCancelled, queryTooExpensive, localRowsExceeded, assertionFailed, stopping, internal), perhaps after some rows.
   */
  run(request: QueryRequest): AsyncGenerator<AnswerPart, void, undefined>
  /** Stores the rows of a query in a table, past the limits of answers. Throws InvalidQuery or EngineError, perhaps after some rows. */
  fill(request: FillRequest): Promise<void>
  /** Compiles without running: diagnostics, or what would run. */
  compile(query: QueryText): CompileResult
  /** Every intermediate form of the same compilation, and what it would read. */
  explain(query: QueryText): Promise<QueryExplanation>
  readonly load: { readonly running: number; readonly queued: number }
  /** Takes no more queries, waits for those running as long as `graceMillis`, then stops them. */
  close(graceMillis?: number): Promise<void>
}

/** The compiler's refusal. */
export class InvalidQuery extends ServerError {
  readonly text: string
  readonly diagnostics: readonly Diagnostic[]
  constructor(text: string, diagnostics: readonly Diagnostic[]) {
    super('invalidQuery')
    this.text = text
    this.diagnostics = diagnostics
  }
}
