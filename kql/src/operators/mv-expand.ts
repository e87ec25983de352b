// mv-expand. https://learn.microsoft.com/kusto/query/mv-expand-operator
import { columnsOf, elements, is, type Node, parametersOf, word } from '../kusto/syntax.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import type { Definition, Expr, NamedColumn, Rel } from '../plan/nodes.ts'
import { extended, operator, scopeOf } from './define.ts'
import { replaceColumns } from './project.ts'
import { countOf } from './sort.ts'

export const mvExpand = operator('MvExpandOperator', (node, input, env, ctx) => {
  const parameters = parametersOf(node)
  const bags = word(parameters.get('bagexpansion') ?? parameters.get('kind')) || 'bag'
  if (bags !== 'bag' && bags !== 'array') unsupported(node, `bag expansion '${bags}'`)
  const indexName = word(parameters.get('with_itemindex'))
  const result = columnsOf(node.ResultType)
  const unnested: Definition[] = []
  const typed: Definition[] = []
  const added: NamedColumn[] = []
  for (const item of elements<Node<'MvExpandExpression'>>(node.Expressions)) {
    const source = item.Expression!
    const expr = ctx.expr(source, scopeOf(input, env))
    const name = is(source, 'SimpleNamedExpression') ? (source.Name?.SimpleName ?? '') : is(source, 'NameReference') ? (source.SimpleName ?? '') : result.find((c) => !input.columns.some((i) => i.name === c.name) && !added.some((a) => a.name === c.name))?.name
    if (!name) return unsupported(item, 'this expansion without a name')
    const array: Expr = { kind: 'call', fn: 'expand_items', args: [convert(expr, 'dynamic'), { kind: 'lit', type: 'string', value: bags }], type: 'dynamic' }
    const id = ctx.newColumn(name, 'dynamic')
    unnested.push({ id, expr: array })
    const type = result.find((c) => c.name === name)?.type ?? 'dynamic'
    if (type === 'dynamic') {
      added.push({ name, id, type })
      continue
    }
    const typedId = ctx.newColumn(name, type)
    typed.push({ id: typedId, expr: convert({ kind: 'col', id, type: 'dynamic' }, type) })
    added.push({ name, id: typedId, type })
  }
  const index = ctx.newColumn(indexName || 'item_index', 'long', false)
  if (indexName) added.push({ name: indexName, id: index, type: 'long' })
  const limit = node.RowLimitClause ? countOf(node.RowLimitClause.RowLimit!, env, ctx) : undefined
  const rel: Rel = { kind: 'unnest', input: input.rel, columns: unnested, index, limit, dropEmpty: false }
  return { ...input, rel: extended(rel, typed), columns: replaceColumns(input.columns, added) }
})
