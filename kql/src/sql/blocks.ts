// Plan -> SELECT blocks, as few as legal: each node joins the block below it unless SQL's order of clauses forbids it.
import type {
  ColumnId,
  Definition,
  Expr,
  Join,
  Local,
  RangeRel,
  Rel,
  Scan,
  Shared,
  SortKey,
  Union,
  Unnest,
  Values,
  Window,
} from '../plan/nodes.ts'

export type From =
  | { readonly kind: 'scan'; readonly scan: Scan }
  | { readonly kind: 'values'; readonly values: Values }
  | { readonly kind: 'range'; readonly range: RangeRel }
  | { readonly kind: 'shared'; readonly shared: Shared }
  | { readonly kind: 'local'; readonly local: Local; readonly input: Block }
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'join'; readonly join: Join; readonly left: Block; readonly right: Block }
  | { readonly kind: 'union'; readonly union: Union; readonly blocks: readonly Block[] }
  | { readonly kind: 'unnest'; readonly unnest: Unnest; readonly input: Block }

/** One SELECT. Clauses refer to column ids; which columns it gives out is decided by whoever reads it. */
export interface Block {
  readonly from: From
  /** Columns computed here, in the order in which they may build on each other. */
  readonly definitions: readonly Definition[]
  readonly where: readonly Expr[]
  readonly group?: {
    readonly keys: readonly Definition[]
    readonly aggregates: readonly Definition[]
    /** So many definitions come before the group; the others see its columns only. */
    readonly before: number
  }
  readonly having: readonly Expr[]
  /** Window calls, all over one order of the rows. */
  readonly windows?: {
    readonly columns: readonly Definition[]
    readonly by: readonly ColumnId[]
    readonly over: readonly SortKey[]
    readonly ordinal: ColumnId
  }
  readonly order: readonly SortKey[]
  readonly limit?: bigint
  readonly limitBy?: { readonly count: bigint; readonly keys: readonly ColumnId[] }
  /** Keep, for each key, the row with the extreme value. */
  readonly best?: { readonly keys: readonly ColumnId[]; readonly by: ColumnId; readonly desc: boolean }
}

export const emptyBlock = (from: From, order: readonly SortKey[] = []): Block => ({
  from,
  definitions: [],
  where: [],
  having: [],
  order,
})

/** A block around another one. An order without a limit moves outwards; with one it is needed on both sides. */
export function wrap(block: Block): Block {
  const cut = block.limit !== undefined || block.limitBy !== undefined
  const inner = cut ? block : { ...block, order: [] }
  return emptyBlock({ kind: 'block', block: inner }, block.best ? [] : block.order)
}

const limited = (b: Block): boolean => b.limit !== undefined || b.limitBy !== undefined || b.best !== undefined
const grouped = (b: Block): boolean => b.group !== undefined
const windowed = (b: Block): boolean => b.windows !== undefined

const ascending = (id: ColumnId): SortKey => ({ id, desc: false, nullsFirst: true })

function filterBlock(block: Block, predicate: Expr): Block {
  const conditions = conjuncts(predicate)
  if (limited(block) || windowed(block)) return filterBlock(wrap(block), predicate)
  if (grouped(block)) return { ...block, having: [...block.having, ...conditions] }
  return { ...block, where: [...block.where, ...conditions] }
}

export function conjuncts(predicate: Expr): Expr[] {
  return predicate.kind === 'call' && predicate.fn === 'And' ? predicate.args.flatMap(conjuncts) : [predicate]
}

function sortBlock(block: Block, keys: readonly SortKey[]): Block {
  const open = limited(block) ? wrap(block) : block
  return { ...open, order: keys }
}

function limitBlock(block: Block, count: bigint, by: readonly ColumnId[] | undefined): Block {
  if (by) {
    const open = limited(block) || grouped(block) || windowed(block) ? wrap(block) : block
    return { ...open, limitBy: { count, keys: by } }
  }
  if (block.best || block.limitBy) return { ...wrap(block), limit: count }
  const least = block.limit !== undefined && block.limit < count ? block.limit : count
  return { ...block, limit: least }
}

function aggregateBlock(block: Block, rel: Extract<Rel, { kind: 'aggregate' }>): Block {
  const ordered = block.order.length > 0 && rel.aggregates.some((a) => keepsOrder(a.expr))
  const open = limited(block) || grouped(block) || windowed(block) || ordered ? closed(block) : { ...block, order: [] }
  return { ...open, group: { keys: rel.keys, aggregates: rel.aggregates, before: open.definitions.length } }
}

/** Wrapped for a reader that has no order of its own but sees the rows in the order of the input. */
function closed(block: Block): Block {
  return emptyBlock({ kind: 'block', block })
}

const orderKeeping = /^(make_list|makelist|make_list_with_nulls|make_list_if|make_bag|take_any|any|hll|buildschema)/
const keepsOrder = (expr: Expr): boolean => expr.kind === 'call' && orderKeeping.test(expr.fn)

function windowBlock(block: Block, rel: Window): Block {
  const open = limited(block) || windowed(block) || grouped(block) ? wrap(block) : block
  const windows = { columns: rel.columns, by: rel.by, over: open.order, ordinal: rel.ordinal }
  return { ...open, windows, order: [ascending(rel.ordinal)] }
}

function unnestBlock(rel: Unnest): Block {
  const input = blockOf(rel.input)
  const order = input.order.length > 0 ? [...input.order, ascending(rel.index)] : []
  const cut = input.limit !== undefined || input.limitBy !== undefined
  const inner = cut ? input : { ...input, order: [] }
  return emptyBlock({ kind: 'unnest', unnest: rel, input: inner }, order)
}

/** The block of a relation. */
export function blockOf(rel: Rel): Block {
  switch (rel.kind) {
    case 'scan':
      return emptyBlock({ kind: 'scan', scan: rel })
    case 'values':
      return emptyBlock({ kind: 'values', values: rel }, rel.rows.length > 1 ? [ascending(rel.ordinal)] : [])
    case 'range':
      return emptyBlock({ kind: 'range', range: rel }, [])
    case 'shared':
      return emptyBlock({ kind: 'shared', shared: rel }, [ascending(rel.ordinal)])
    case 'filter':
      return filterBlock(blockOf(rel.input), rel.predicate)
    case 'extend': {
      const block = blockOf(rel.input)
      return { ...block, definitions: [...block.definitions, ...rel.columns] }
    }
    case 'aggregate':
      return aggregateBlock(blockOf(rel.input), rel)
    case 'best': {
      const block = blockOf(rel.input)
      const open = limited(block) || grouped(block) || windowed(block) ? closed({ ...block }) : { ...block, order: [] }
      return { ...open, best: { keys: rel.keys, by: rel.by, desc: rel.desc } }
    }
    case 'sort':
      return sortBlock(blockOf(rel.input), rel.keys)
    case 'limit':
      return limitBlock(blockOf(rel.input), rel.count, rel.by)
    case 'join':
      return emptyBlock({ kind: 'join', join: rel, left: blockOf(rel.left), right: blockOf(rel.right) })
    case 'union':
      return emptyBlock({ kind: 'union', union: rel, blocks: rel.inputs.map(blockOf) })
    case 'unnest':
      return unnestBlock(rel)
    case 'window':
      return windowBlock(blockOf(rel.input), rel)
    case 'local':
      return emptyBlock({ kind: 'local', local: rel, input: blockOf(rel.input) }, [ascending(rel.ordinal)])
    default:
      return rel satisfies never
  }
}
