// Calls with several result columns (series_stats, array_sort_asc of several arrays): one call, and an item of it per column.
import { className, type Expression, elements, is, items, scalarType, type TypeSymbol } from '../kusto/syntax.ts'
import type { ScalarType } from '../model.ts'
import { longLit } from './literals.ts'
import type { Expr } from './nodes.ts'

/** Columns that the binder gave a tuple-valued call, or undefined for a scalar. */
export function tupleColumns(type: TypeSymbol | null | undefined): { name: string; type: ScalarType }[] | undefined {
  if (!type || className(type) !== 'TupleSymbol') return undefined
  const columns = items<Kusto.Language.Symbols.ColumnSymbol>(Reflect.get(type, 'Columns'))
  return columns.map((c) => ({ name: c.Name ?? '', type: scalarType(c.Type) ?? 'dynamic' }))
}

const itemOf = (call: Expr, index: number, type: ScalarType): Expr => ({
  kind: 'call',
  fn: 'tuple_item',
  args: [call, longLit(index)],
  type,
})

/** A tuple-valued call where one value is wanted is its first item. */
export function firstItem(call: Expr, type: TypeSymbol | null | undefined): Expr {
  const columns = tupleColumns(type)
  return columns ? itemOf(call, 0, columns[0]?.type ?? 'dynamic') : call
}

/** `f(…)[1]`: an item by its position, or undefined where the base is no tuple. */
export function itemAt(node: Expression, base: Expr, key: Expr): Expr | undefined {
  const columns = tupleColumns(node.ResultType)
  const call = base.kind === 'call' && base.fn === 'tuple_item' ? base.args[0] : undefined
  if (!columns || !call || key.kind !== 'lit' || typeof key.value !== 'bigint') return undefined
  const index = Number(key.value)
  return columns[index] && itemOf(call, index, columns[index].type)
}

/** The expression of each column that a projected expression makes, given the expression of the first. */
export function columnExprs(node: Expression, first: Expr): readonly Expr[] {
  const columns = tupleColumns(node.ResultType)
  const call = first.kind === 'call' && first.fn === 'tuple_item' ? first.args[0] : undefined
  if (!columns || !call) return [first]
  return columns.map((c, i) => itemOf(call, i, c.type))
}

/** The names written before `=`; none for an expression without. */
export function givenNames(node: Expression): readonly string[] {
  if (is(node, 'SimpleNamedExpression')) return [node.Name?.SimpleName ?? '']
  if (!is(node, 'CompoundNamedExpression')) return []
  return elements(node.Names?.Names).map((n) => (is(n, 'NameDeclaration') ? (n.SimpleName ?? '') : ''))
}
