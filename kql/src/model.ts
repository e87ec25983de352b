// The vocabulary that the compiler shares with its users: types, schemas, rows.

/** KQL's scalar types. https://learn.microsoft.com/kusto/query/scalar-data-types/ */
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

export interface Column {
  readonly name: string
  readonly type: ScalarType
  readonly doc?: string
  /**
   * Answers when a query names it, and is not among a table's columns otherwise: `_ItemId`, and documented columns of a
   * growing table that no row has brought yet.
   */
  readonly hidden?: true
}

/** A place inside a JSON column that the engine keeps as a column of its own. An empty path is `tostring(column)`. */
export interface PromotedPath {
  readonly column: string
  readonly path: readonly string[]
  /** Name of the materialized column in the engine. */
  readonly stored: string
  readonly type: ScalarType
}

/** Where the engine keeps (part of) a table: one place for each workspace that holds rows of it. */
export interface TableSource {
  readonly database: string
  readonly table: string
  /** Columns that exist in the engine; those of the schema that are missing here read as null (string: empty). */
  readonly columns: ReadonlySet<string>
  readonly promoted: readonly PromotedPath[]
  /**
   * Columns with a token index over their lower case, and the column beside each that holds the texts with signs beyond
   * ASCII, those of them that are no letters or digits replaced by U+0001; it is empty for all other rows.
   */
  readonly wide?: ReadonlyMap<string, string>
  /** How long before the present rows can be read, in ticks: by queries, and by what reads all that is kept. Absent: for ever. */
  readonly retention?: { readonly queried: bigint; readonly kept: bigint }
  /** The times that the table is about, in ticks, where it is a part of another: start inclusive, end exclusive. */
  readonly times?: { readonly start: bigint; readonly end: bigint }
}

export interface TableSchema {
  readonly name: string
  readonly columns: readonly Column[]
  /** The column that time ranges apply to. */
  readonly timeColumn: string
  readonly plan: 'analytics' | 'basic' | 'auxiliary'
  /** Empty: the table has no rows anywhere yet. */
  readonly sources: readonly TableSource[]
  /** KQL over other tables of the catalog whose rows belong to this table too (ContainerLog over ContainerLogV2). */
  readonly view?: string
}

export interface FunctionSchema {
  readonly name: string
  /** As declared, without parentheses: `n:long = 5, s:string`. */
  readonly parameters: string
  readonly body: string
}

/** A column of a declared table. */
export interface ColumnPlace {
  readonly table: string
  readonly type: ScalarType
}

/** What a query may name. Lookups are lazy, so that a query binds only the tables it mentions. */
export interface Catalog {
  /** Changes whenever a lookup could answer differently; keys the caches of bound symbols. */
  readonly version: string
  table(name: string): TableSchema | undefined
  function(name: string): FunctionSchema | undefined
  /** Names of the tables that wildcards, `search *` and `union *` range over: those that hold rows. */
  tableNames(): readonly string[]
  /** Every name that can be bound, for suggestions in errors. */
  allNames(): readonly string[]
  /** Declared tables with a column of this name, whether they hold rows or not. Absent: wildcards reach none but those above. */
  tablesWith?(column: string): readonly ColumnPlace[]
  /** Only rows of these resources can be read through it: the catalog behind `resource("/subscriptions/…")`. Lower-case ARM ids. */
  readonly resourceScope?: readonly string[]
  /** The catalog behind `workspace("x")` or `resource("x")`; undefined when unknown or not permitted. */
  workspace(name: string): Catalog | undefined
}

/**
 * A cell as the engine's answer is decoded: bool boolean; int, real number; long and timespan (100 ns ticks) number,
 * or bigint beyond 2^53; decimal its digits; datetime `2024-05-01T10:00:00.1234567Z`; guid lower-case text;
 * dynamic JSON text; string string. Null only for types other than string.
 */
export type Cell = null | boolean | number | bigint | string
export type Row = readonly Cell[]

/** Where an address is, for geo_info_from_ip_address. What is not known is missing. */
export interface Place {
  readonly country?: string
  readonly state?: string
  readonly city?: string
  readonly latitude?: number
  readonly longitude?: number
}
