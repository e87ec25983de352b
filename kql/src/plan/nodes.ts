// The plan: what a query computes. All node types on one screen.
//
// Columns are ids; names exist only at the edges (Relation.columns), so renaming and shadowing cannot go wrong. A node
// defines ids and passes on those of its input; nothing here says how the work is cut into SELECTs (sql/blocks.ts does).
import type { LocalFunction } from '../functions/define.ts'
import type { Row, ScalarType, TableSource } from '../model.ts'

export type ColumnId = number

/** What is known of a column id: the name it was given (a hint for SQL aliases), its type, whether it can be null. */
export interface ColumnInfo {
  readonly name: string
  readonly type: ScalarType
  readonly nullable: boolean
}

/**
 * A constant: bool boolean; int, long, timespan and datetime bigint (100 ns ticks, datetime since 0001-01-01);
 * real number; decimal, guid and string text; dynamic JSON text.
 */
export type Value = null | boolean | number | bigint | string

export interface Col {
  readonly kind: 'col'
  readonly id: ColumnId
  readonly type: ScalarType
}
export interface Lit {
  readonly kind: 'lit'
  readonly value: Value
  readonly type: ScalarType
}
/** A scalar function, operator or aggregate, by its name in Microsoft's symbol tables; functions/ gives it its meaning. */
export interface Call {
  readonly kind: 'call'
  readonly fn: string
  readonly args: readonly Expr[]
  readonly type: ScalarType
  /** What it does in this process, where that depends on the options of the compilation. See functions/define.ts. */
  readonly local?: LocalFunction
  /** Where the query calls it, for diagnostics. */
  readonly at?: { readonly start: number; readonly length: number }
}
/** The first cell of a relation (toscalar), or with `set` all cells of its first column, for `in` and its kin. */
export interface Subquery {
  readonly kind: 'subquery'
  readonly rel: Rel
  readonly column: ColumnId
  readonly type: ScalarType
  readonly set: boolean
}
export type Expr = Col | Lit | Call | Subquery

export interface Definition {
  readonly id: ColumnId
  readonly expr: Expr
}
export interface SortKey {
  readonly id: ColumnId
  readonly desc: boolean
  readonly nullsFirst: boolean
}

export interface Scan {
  readonly kind: 'scan'
  readonly table: string
  /** Undefined: no rows anywhere. */
  readonly source: TableSource | undefined
  readonly columns: readonly { readonly id: ColumnId; readonly name: string }[]
  readonly timeColumn: string
}
export interface Values {
  readonly kind: 'values'
  readonly columns: readonly ColumnId[]
  readonly rows: readonly (readonly Value[])[]
  /** Position of the row, which orders it. */
  readonly ordinal: ColumnId
}
export interface RangeRel {
  readonly kind: 'range'
  readonly id: ColumnId
  readonly from: Expr
  readonly to: Expr
  readonly step: Expr
}
export interface Filter {
  readonly kind: 'filter'
  readonly input: Rel
  readonly predicate: Expr
}
export interface Extend {
  readonly kind: 'extend'
  readonly input: Rel
  readonly columns: readonly Definition[]
}
/** Groups by the keys; without keys one row, even over nothing. */
export interface Aggregate {
  readonly kind: 'aggregate'
  readonly input: Rel
  readonly keys: readonly Definition[]
  readonly aggregates: readonly Definition[]
}
/** For each key the row with the greatest (`desc`) or least value of `by`: arg_max(by, *) by keys. */
export interface Best {
  readonly kind: 'best'
  readonly input: Rel
  readonly keys: readonly ColumnId[]
  readonly by: ColumnId
  readonly desc: boolean
}
export interface Sort {
  readonly kind: 'sort'
  readonly input: Rel
  readonly keys: readonly SortKey[]
}
/** The first `count` rows in the order of the input; with keys, of each group of equal keys. */
export interface Limit {
  readonly kind: 'limit'
  readonly input: Rel
  readonly count: bigint
  readonly by?: readonly ColumnId[]
}
export type JoinKind = 'inner' | 'left' | 'right' | 'full' | 'leftsemi' | 'leftanti'
/** Rows are paired where all `on` pairs are equal. Semi and anti joins keep the left side's columns only. */
export interface Join {
  readonly kind: 'join'
  readonly join: JoinKind
  readonly left: Rel
  readonly right: Rel
  readonly on: readonly { readonly left: Expr; readonly right: Expr }[]
}
/** Each output column takes its values from one column of each input, or is null there. */
export interface Union {
  readonly kind: 'union'
  readonly inputs: readonly Rel[]
  readonly columns: readonly { readonly id: ColumnId; readonly from: readonly (ColumnId | undefined)[] }[]
}
/** One row per element of the arrays, in step; a row without elements stays, with nulls, unless `dropEmpty`. */
export interface Unnest {
  readonly kind: 'unnest'
  readonly input: Rel
  readonly columns: readonly Definition[]
  readonly index: ColumnId
  readonly limit: bigint | undefined
  readonly dropEmpty: boolean
}
/**
 * Calls of window functions over the order of the input, which stays; `ordinal` numbers the rows in it. With `by` each
 * group of equal keys is a sequence of its own.
 */
export interface Window {
  readonly kind: 'window'
  readonly input: Rel
  readonly columns: readonly Definition[]
  readonly by: readonly ColumnId[]
  readonly ordinal: ColumnId
}
/** An operator that SQL cannot express: rows in, rows out, which come in the order of `ordinal`. */
export interface Local {
  readonly kind: 'local'
  readonly operator: string
  readonly input: Rel
  readonly inputs: readonly ColumnId[]
  readonly columns: readonly ColumnId[]
  /** Columns that come out as they went in. Those that nobody reads need not be carried. */
  readonly passes?: readonly ColumnId[]
  /** One row comes out for each that went in, in the same order, so that what drops rows can as well stand before. */
  readonly rowwise?: true
  /** Addresses of files whose texts, a row each, are what comes in; there is no input then. */
  readonly files?: readonly string[]
  readonly ordinal: ColumnId
  readonly run: (rows: readonly Row[]) => readonly Row[]
}
/** A relation of `Plan.shared`, computed once. Its columns get ids of their own at each use. */
export interface Shared {
  readonly kind: 'shared'
  readonly index: number
  readonly columns: readonly { readonly id: ColumnId; readonly from: ColumnId }[]
  readonly ordinal: ColumnId
}
export type Rel =
  | Scan
  | Values
  | RangeRel
  | Filter
  | Extend
  | Aggregate
  | Best
  | Sort
  | Limit
  | Join
  | Union
  | Unnest
  | Window
  | Local
  | Shared

export interface NamedColumn {
  readonly name: string
  readonly id: ColumnId
  readonly type: ScalarType
}
/** A relation seen from outside: which of its ids are visible, under which names, in which order. */
export interface Relation {
  readonly rel: Rel
  readonly columns: readonly NamedColumn[]
  /** When each row arrived, for ingestion_time(); lost where rows are no longer those of one table. */
  readonly received?: ColumnId
  /** The name of the table, for union withsource= and search; lost like `received`. */
  readonly name?: string
  /** Set behind make-graph; there are no rows to read then. */
  readonly graph?: Graph
  /** Set inside partition and mv-apply: operators work on each group of equal keys by itself. */
  readonly partition?: Partition
}

/** What make-graph makes: nodes, each once, and edges; behind their columns the keys of nodes and of both ends, as texts. */
export interface Graph {
  readonly nodes: Pick<Relation, 'rel' | 'columns'>
  readonly key: ColumnId
  readonly edges: Pick<Relation, 'rel' | 'columns'>
  /** Keys of the ends of an edge, and the columns that the query has for them. */
  readonly sourceKey: ColumnId
  readonly targetKey: ColumnId
  readonly source: NamedColumn
  readonly target: NamedColumn
  /** The property of nodes that holds what the ends of edges hold, if all nodes have the same. */
  readonly idColumn: NamedColumn | undefined
  /** The property that graph-mark-components adds to nodes. */
  readonly component: { readonly name: string; readonly kind: 'weak' | 'strong' } | undefined
  /** Many graphs in one, none of which has an edge to another; keys begin with what tells them apart. */
  readonly partitioned: boolean
}

export interface Partition {
  readonly keys: readonly ColumnId[]
  /** Columns from outside, the same throughout a group, that must stay available behind every operator. */
  readonly carried: readonly NamedColumn[]
  /** Some operator may have dropped all rows of a group. */
  readonly thinned: boolean
  /** One row for each group there was at the start: its keys, then the carried columns, under new ids. */
  readonly groups?: () => {
    readonly rel: Rel
    readonly keys: readonly ColumnId[]
    readonly carried: readonly ColumnId[]
  }
}

export interface SharedRelation extends Relation {
  readonly name: string
}

export interface PlanResult extends Relation {
  readonly name: string
  readonly render?: import('../compiled.ts').Render
}

export interface Plan {
  readonly columns: readonly ColumnInfo[]
  readonly shared: readonly SharedRelation[]
  readonly results: readonly PlanResult[]
}
