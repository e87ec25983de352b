// union. https://learn.microsoft.com/kusto/query/union-operator
import { columnsOf, elements, type Expression, is, parametersOf, text, word } from '../kusto/syntax.ts'
import type { Environment, Lowering } from '../plan/context.ts'
import { unsupported } from '../plan/expressions.ts'
import { stringLit } from '../plan/literals.ts'
import type { NamedColumn, Relation } from '../plan/nodes.ts'
import { operator } from './define.ts'

interface Leg {
  readonly name: string
  readonly relation: Relation
}

const wildcard = (name: string): RegExp =>
  new RegExp(`^${name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)

function legsOf(node: Expression, index: number, env: Environment | undefined, ctx: Lowering, fuzzy: boolean): Leg[] {
  const name = text(node).replace(/^\(|\)$/g, '')
  if (/^[\w-]*\*[\w*-]*$/.test(name)) {
    const matching = ctx.options.catalog.tableNames().filter((t) => wildcard(name).test(t))
    return matching.flatMap((t) => {
      const table = ctx.options.catalog.table(t)
      return table ? [{ name: t, relation: ctx.scan(table, ctx.options.catalog) }] : []
    })
  }
  if (fuzzy && is(node, 'NameReference') && !node.ReferencedSymbol) return []
  const simple = is(node, 'NameReference') ? (node.SimpleName ?? '') : `union_arg${index}`
  return [{ name: simple, relation: ctx.relation(node, env) }]
}

/** The column of a leg that an output column takes: the same name and type, or `name_type` where types differ. */
function sourceOf(column: { readonly name: string; readonly type: string }, leg: Relation): NamedColumn | undefined {
  const same = leg.columns.find((c) => c.name === column.name && c.type === column.type)
  if (same) return same
  const suffix = `_${column.type}`
  if (!column.name.endsWith(suffix)) return undefined
  const base = column.name.slice(0, -suffix.length)
  return leg.columns.find((c) => c.name === base && c.type === column.type)
}

/** With legs that the binder did not see (wildcards over tables without rows) the columns of all legs count. */
function outputColumns(bound: readonly { name: string; type: NamedColumn['type'] }[], legs: readonly Leg[], source: string | undefined, inner: boolean): { name: string; type: NamedColumn['type'] }[] {
  if (bound.length > (source ? 1 : 0) || inner) return bound.filter((c) => c.name !== source)
  const found = new Map<string, { name: string; type: NamedColumn['type'] }>()
  for (const leg of legs) for (const c of leg.relation.columns) if (!found.has(c.name)) found.set(c.name, { name: c.name, type: c.type })
  return [...found.values()]
}

export const union = operator('UnionOperator', (node, input, env, ctx) => {
  const parameters = parametersOf(node)
  const source = parameters.has('withsource') ? word(parameters.get('withsource')) : parameters.has('with_source') ? word(parameters.get('with_source')) : undefined
  const inner = word(parameters.get('kind')) === 'inner'
  const fuzzy = word(parameters.get('isfuzzy')) === 'true'
  const piped = input.columns.length > 0
  const legs: Leg[] = piped ? [{ name: 'union_arg0', relation: input }] : []
  elements(node.Expressions).forEach((e, i) => {
    legs.push(...legsOf(e, i + (piped ? 1 : 0), env, ctx, fuzzy))
  })
  if (legs.length === 0 && !fuzzy && !elements(node.Expressions).some((e) => text(e).includes('*'))) {
    return unsupported(node, 'a union of nothing')
  }
  const named = legs.map((leg) => {
    if (!source) return { leg, id: undefined }
    const id = ctx.newColumn(source, 'string')
    const rel = { kind: 'extend' as const, input: leg.relation.rel, columns: [{ id, expr: stringLit(leg.name) }] }
    return { leg: { ...leg, relation: { ...leg.relation, rel } }, id }
  })
  const bound = outputColumns(columnsOf(node.ResultType), legs, source, inner)
  const columns: NamedColumn[] = bound.map((c) => ({ ...c, id: ctx.newColumn(c.name, c.type) }))
  const mapped = columns.map((c) => ({ id: c.id, from: named.map(({ leg }) => sourceOf(c, leg.relation)?.id) }))
  if (source) {
    const id = ctx.newColumn(source, 'string')
    columns.unshift({ name: source, id, type: 'string' })
    mapped.unshift({ id, from: named.map((n) => n.id) })
  }
  return { rel: { kind: 'union', inputs: named.map((n) => n.leg.relation.rel), columns: mapped }, columns }
})
