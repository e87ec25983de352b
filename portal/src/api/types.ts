// Shapes on the wire, as the portal reads them. Query API: https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format

export type ScalarType =
  | 'bool'
  | 'int'
  | 'long'
  | 'real'
  | 'decimal'
  | 'string'
  | 'datetime'
  | 'timespan'
  | 'guid'
  | 'dynamic'

/** A value as JSON brings it: decimal, datetime, timespan, guid and dynamic are texts; bigint beyond 2^53. */
export type Cell = null | boolean | number | bigint | string
export type Row = readonly Cell[]

export interface ResultColumn {
  readonly name: string
  readonly type: ScalarType
}

export interface ResultTable {
  readonly name: string
  readonly columns: readonly ResultColumn[]
  readonly rows: readonly Row[]
}

/** The `render` operator as the answer repeats it; absent and null mean the same. */
export interface RenderInfo {
  readonly visualization?: string | null
  readonly title?: string | null
  readonly xTitle?: string | null
  readonly yTitle?: string | null
  readonly kind?: string | null
  readonly accumulate?: boolean | null
  readonly xColumn?: string | null
  readonly yColumns?: string | readonly string[] | null
  readonly series?: string | readonly string[] | null
  readonly xAxis?: string | null
  readonly yAxis?: string | null
  readonly legend?: string | null
  readonly ySplit?: string | null
  readonly yMin?: number | string | null
  readonly yMax?: number | string | null
}

export interface QueryStatistics {
  /** Conditions that cannot do what they seem to; the server adds them to Azure's statistics. */
  readonly warnings?: readonly WireDiagnostic[]
  readonly query?: {
    readonly executionTime?: number
    readonly resourceUsage?: {
      readonly cpu?: { readonly totalCpu?: string }
      readonly memory?: { readonly peakPerNode?: number }
    }
    readonly inputDatasetStatistics?: { readonly rows?: { readonly total?: number; readonly scanned?: number } }
    readonly datasetStatistics?: readonly { readonly tableRowCount?: number; readonly tableSize?: number }[]
  }
}

/** What the compiler says about a query: offsets in UTF-16 units of the text that was sent, line and pos from 1. */
export interface WireDiagnostic {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly start: number
  readonly length: number
  readonly line: number
  readonly pos: number
  readonly message: string
  readonly hint?: string
}

export interface ErrorBody {
  readonly code: string
  readonly message: string
  readonly correlationId?: string
  readonly line?: number
  readonly pos?: number
  readonly token?: string
  readonly innererror?: Partial<ErrorBody>
  readonly details?: readonly ErrorBody[]
  readonly diagnostics?: readonly WireDiagnostic[]
}

export interface QueryAnswer {
  readonly tables: readonly ResultTable[]
  readonly render?: RenderInfo
  readonly statistics?: QueryStatistics
  /** Present beside rows when a limit cut them (PartialError). */
  readonly error?: ErrorBody
}

export interface SchemaColumn {
  readonly name: string
  readonly type: ScalarType
  readonly doc?: string
}

export interface SchemaTable {
  readonly name: string
  readonly timeColumn: string
  /** Whether rows of it are stored. */
  readonly populated: boolean
  readonly columns: readonly SchemaColumn[]
}

export interface SchemaFunction {
  readonly name: string
  /** As declared, without parentheses: `n:long = 5, s:string`. */
  readonly parameters: string
  readonly body: string
}

/** What a query in a workspace may name. */
export interface WorkspaceSchema {
  readonly version: string
  readonly tables: readonly SchemaTable[]
  readonly functions: readonly SchemaFunction[]
}

export interface Workspace {
  /** The customer id, a GUID. */
  readonly id: string
  readonly name: string
  /** ARM id. */
  readonly resourceId: string
}

/** A resource that stored rows name in `_ResourceId`. */
export interface LoggedResource {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly resourceGroup: string
  readonly rows: number
  readonly lastSeen?: string
  readonly tables: readonly string[]
}

/** A query that a content pack ships. */
export interface ExampleQuery {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly topic: string
  /** The demo workspace that holds its rows. */
  readonly workspace?: string
  readonly query: string
}

export interface About {
  readonly product: string
  readonly version: string
  readonly authentication: 'none' | 'token'
  readonly authenticated: boolean
  readonly demo: { readonly state: 'off' | 'loading' | 'live' | 'failed'; readonly message?: string }
}

interface ExplainedPlace {
  /** Both from 1. */
  readonly line: number
  readonly pos: number
  /** What stands there in the query. */
  readonly text: string
}

export interface ExplainedStep extends ExplainedPlace {
  /** How many steps it lies within, as those on the right side of a join do. */
  readonly depth: number
  readonly plan: readonly string[]
  readonly sql: readonly string[]
  readonly columns: readonly ResultColumn[]
}

export interface ExplainedStatement extends ExplainedPlace {
  /** Given by let. */
  readonly name?: string
  readonly steps: readonly ExplainedStep[]
}

interface Extent {
  readonly rows: number
  readonly parts: number
  readonly marks: number
}

export interface ExplainedRead {
  readonly table: string
  readonly columns: readonly string[]
  /** By the engine's indexes; absent where it reads no rows. */
  readonly estimate?: Extent & { readonly all: Extent }
}

/** How the server would answer a query. */
export interface Explanation {
  readonly diagnostics: readonly WireDiagnostic[]
  readonly statements: readonly ExplainedStatement[]
  readonly reads: readonly ExplainedRead[]
  /** Work before the final queries, in order. */
  readonly stages: readonly {
    readonly kind: string
    readonly table: string
    readonly operator?: string
    readonly sql: string
  }[]
  readonly results: readonly { readonly name: string; readonly sql: string }[]
  /** Texts to be read: the plan as it was built, and after the rewrites. */
  readonly plan: string
  readonly rewritten: string
}
