// mv-expand. https://learn.microsoft.com/kusto/query/mv-expand-operator
import { subsets } from '../kusto/subsets.ts'
import {
  columnsOf,
  type Expression,
  elements,
  is,
  type Node,
  parametersOf,
  type SyntaxElement,
  scalarType,
  word,
} from '../kusto/syntax.ts'
import type { ScalarType } from '../model.ts'
import type { Environment, Lowering } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import { stringLit } from '../plan/literals.ts'
import type { ColumnId, Definition, Expr, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { extended, operator, scopeOf } from './define.ts'
import { replaceColumns } from './project.ts'
import { countOf } from './sort.ts'

type Item = Node<'MvExpandExpression'> | Node<'MvApplyExpression'>

/** What mv-expand and mv-apply have in common in their syntax. */
interface ExpandSyntax {
  readonly Parameters: Parameters<typeof parametersOf>[0]['Parameters']
  readonly Expressions: Parameters<typeof elements>[0]
  readonly RowLimitClause: Node<'MvExpandRowLimitClause'> | Node<'MvApplyRowLimitClause'> | null
}

export interface Expanded {
  readonly rel: Rel
  /** The expanded columns, the index of the element last if the query names it. */
  readonly added: readonly NamedColumn[]
  /** Position of the element in its array. */
  readonly index: ColumnId
}

/** `a.b["c"]` is called a_b_c. */
function pathName(node: SyntaxElement): string {
  if (is(node, 'NameReference')) return node.SimpleName ?? ''
  if (is(node, 'PathExpression'))
    return [pathName(node.Expression!), pathName(node.Selector!)].filter((n) => n !== '').join('_')
  if (is(node, 'ElementExpression'))
    return [pathName(node.Expression!), pathName(node.Selector!)].filter((n) => n !== '').join('_')
  if (is(node, 'BracketedExpression') && node.Expression?.IsLiteral) return word(node.Expression)
  return ''
}

/** The name of an expanded column: given, that of the expanded column or path, or Column1 and so on. */
function nameOf(source: Expression, at: number, taken: ReadonlySet<string>, bound: readonly string[]): string {
  if (is(source, 'SimpleNamedExpression')) return source.Name?.SimpleName ?? ''
  if (is(source, 'NameReference')) return source.SimpleName ?? ''
  const name = pathName(source)
  if (name !== '' && bound.includes(name) && !taken.has(name)) return name
  return bound.find((n) => !taken.has(n)) ?? (name || `Column${at + 1}`)
}

function typeOf(item: Item): ScalarType {
  const wanted = item.ToTypeOf?.TypeOf
  const symbol = wanted
    ? elements(is(wanted, 'TypeOfLiteralExpression') ? wanted.Types : null)[0]?.ReferencedSymbol
    : undefined
  return scalarType(symbol as never) ?? 'dynamic'
}

export function expand(
  node: ExpandSyntax,
  bound: readonly string[],
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
  usualLimit?: bigint,
): Expanded {
  const parameters = parametersOf(node)
  const bags = word(parameters.get('bagexpansion') ?? parameters.get('kind')) || 'bag'
  if (bags !== 'bag' && bags !== 'array') unsupported(parameters.values().next().value!, `bag expansion '${bags}'`)
  const indexName = word(parameters.get('with_itemindex'))
  const unnested: Definition[] = []
  const typed: Definition[] = []
  const added: NamedColumn[] = []
  const taken = new Set([...input.columns.map((c) => c.name), indexName])
  elements<Item>(node.Expressions).forEach((item, i) => {
    const source = item.Expression!
    const name = nameOf(source, i, new Set([...taken, ...added.map((a) => a.name)]), bound)
    const expr = convert(ctx.expr(source, scopeOf(input, env)), 'dynamic')
    const array: Expr = { kind: 'call', fn: 'expand_items', args: [expr, stringLit(bags)], type: 'dynamic' }
    const id = ctx.newColumn(name, 'dynamic')
    unnested.push({ id, expr: array })
    const type = typeOf(item)
    if (type === 'dynamic') {
      added.push({ name, id, type })
      return
    }
    const typedId = ctx.newColumn(name, type)
    typed.push({ id: typedId, expr: convert({ kind: 'col', id, type: 'dynamic' }, type) })
    added.push({ name, id: typedId, type })
  })
  const index = ctx.newColumn(indexName || 'item_index', 'long', false)
  if (indexName) added.push({ name: indexName, id: index, type: 'long' })
  const limit = node.RowLimitClause ? countOf(node.RowLimitClause.RowLimit!, env, ctx) : usualLimit
  const rel: Rel = { kind: 'unnest', input: input.rel, columns: unnested, index, limit, dropEmpty: false }
  return { rel: extended(rel, typed), added, index }
}

export const mvExpand = operator('MvExpandOperator', (node, input, env, ctx) => {
  const bound = columnsOf(node.ResultType).map((c) => c.name)
  const usual = ctx.options.subset && subsets[ctx.options.subset].defaultExpandedRows
  const { rel, added } = expand(node, bound, input, env, ctx, usual === undefined ? undefined : BigInt(usual))
  return { ...input, rel, columns: replaceColumns(input.columns, added) }
})
