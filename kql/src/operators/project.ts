// project and its family: which columns there are, under which names, in which order.
// https://learn.microsoft.com/kusto/query/project-operator
import { columnsOf, elements, type Expression, is, items, type TypeSymbol, className, scalarType } from '../kusto/syntax.ts'
import type { ScalarType } from '../model.ts'
import type { Environment, Lowering, Scope } from '../plan/context.ts'
import { unsupported } from '../plan/expressions.ts'
import type { Definition, Expr, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { columnFor, columnNamed, extended, operator, scopeOf } from './define.ts'

/** Collects window calls while expressions are lowered, and puts their node under what uses them. */
export function windowScope(input: Relation, env: Environment | undefined, ctx: Lowering): { scope: Scope; rel: () => Rel } {
  const calls: Definition[] = []
  const scope: Scope = {
    ...scopeOf(input, env),
    window: (call) => {
      const id = ctx.newColumn(call.kind === 'call' ? call.fn : 'window', call.type)
      calls.push({ id, expr: call })
      return { kind: 'col', id, type: call.type }
    },
  }
  const rel = (): Rel =>
    calls.length === 0
      ? input.rel
      : { kind: 'window', input: input.rel, columns: calls, ordinal: ctx.newColumn('ordinal', 'long', false) }
  return { scope, rel }
}

/** Columns that the binder gave a tuple-valued call (`series_fit_line`), or undefined for a scalar. */
export function tupleColumns(type: TypeSymbol | null | undefined): { name: string; type: ScalarType }[] | undefined {
  if (!type || className(type) !== 'TupleSymbol') return undefined
  const columns = items<Kusto.Language.Symbols.ColumnSymbol>(Reflect.get(type, 'Columns'))
  return columns.map((c) => ({ name: c.Name ?? '', type: scalarType(c.Type) ?? 'dynamic' }))
}

function refuseTuple(node: Expression): void {
  if (tupleColumns(node.ResultType)) unsupported(node, 'a function with several result columns here')
}

export const project = operator('ProjectOperator', (node, input, env, ctx) => {
  const definitions: Definition[] = []
  const window = windowScope(input, env, ctx)
  const names = columnsOf(node.ResultType)
  const columns = elements(node.Expressions).map((e, i): NamedColumn => {
    refuseTuple(e)
    return columnFor(names[i]?.name ?? `Column${i + 1}`, ctx.expr(e, window.scope), definitions, ctx)
  })
  return { ...input, rel: extended(window.rel(), definitions), columns }
})

/** Names of `extend`'s columns: given ones, else those that the binder appended, in order. */
function extendNames(node: { ResultType: TypeSymbol | null }, expressions: readonly Expression[], input: Relation): string[] {
  const known = new Set(input.columns.map((c) => c.name))
  const given = expressions.map((e) =>
    is(e, 'SimpleNamedExpression') ? (e.Name?.SimpleName ?? '') : is(e, 'NameReference') ? (e.SimpleName ?? '') : undefined,
  )
  const taken = new Set(given)
  const appended = columnsOf(node.ResultType).filter((c) => !known.has(c.name) && !taken.has(c.name))
  return given.map((name) => name ?? appended.shift()?.name ?? '')
}

export function replaceColumns(input: readonly NamedColumn[], added: readonly NamedColumn[]): NamedColumn[] {
  const columns = [...input]
  for (const column of added) {
    const at = columns.findIndex((c) => c.name === column.name)
    if (at >= 0) columns[at] = column
    else columns.push(column)
  }
  return columns
}

export const extend = operator('ExtendOperator', (node, input, env, ctx) => extendWith(node, node.Expressions, input, env, ctx))

export function extendWith(
  node: { ResultType: TypeSymbol | null },
  list: Parameters<typeof elements>[0],
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): Relation {
  const expressions = elements(list)
  const names = extendNames(node, expressions, input)
  const definitions: Definition[] = []
  const window = windowScope(input, env, ctx)
  const added = expressions.map((e, i): NamedColumn => {
    refuseTuple(e)
    const expr: Expr = ctx.expr(e, window.scope)
    return columnFor(names[i] || `Column${i + 1}`, expr, definitions, ctx)
  })
  return { ...input, rel: extended(window.rel(), definitions), columns: replaceColumns(input.columns, added) }
}

/** project-away, project-keep, project-reorder: the binder resolved wildcards; only names change. */
const chosen = (node: { ResultType: TypeSymbol | null }, input: Relation): Relation => ({
  ...input,
  columns: columnsOf(node.ResultType).flatMap((c) => columnNamed(input, c.name) ?? []),
})

export const projectAway = operator('ProjectAwayOperator', (node, input) => chosen(node, input))
export const projectKeep = operator('ProjectKeepOperator', (node, input) => chosen(node, input))
export const projectReorder = operator('ProjectReorderOperator', (node, input) => chosen(node, input))
export const projectByNames = operator('ProjectByNamesOperator', (node, input) => chosen(node, input))

export const projectRename = operator('ProjectRenameOperator', (node, input) => {
  const names = columnsOf(node.ResultType)
  return { ...input, columns: input.columns.map((c, i) => ({ ...c, name: names[i]?.name ?? c.name })) }
})

export const serialize = operator('SerializeOperator', (node, input, env, ctx) => extendWith(node, node.Expressions, input, env, ctx))

