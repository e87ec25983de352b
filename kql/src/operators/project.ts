// project and its family: which columns there are, under which names, in which order.
// https://learn.microsoft.com/kusto/query/project-operator
import { columnsOf, type Expression, elements, is, type TypeSymbol } from '../kusto/syntax.ts'
import type { Environment, Lowering } from '../plan/context.ts'
import type { Definition, NamedColumn, Relation } from '../plan/nodes.ts'
import { columnExprs, givenNames } from '../plan/tuples.ts'
import { columnFor, columnNamed, extended, operator } from './define.ts'
import { windowScope } from './window.ts'

export const project = operator('ProjectOperator', (node, input, env, ctx) => {
  const definitions: Definition[] = []
  const window = windowScope(input, env, ctx)
  const names = columnsOf(node.ResultType)
  const values = elements(node.Expressions).flatMap((e) => columnExprs(e, ctx.expr(e, window.scope)))
  const columns = values.map((expr, i) => columnFor(names[i]?.name ?? `Column${i + 1}`, expr, definitions, ctx))
  return { ...input, rel: extended(window.rel(), definitions), columns }
})

/** Names of `extend`'s columns: given ones, else those that the binder appended, in order. */
function extendNames(
  node: { ResultType: TypeSymbol | null },
  expressions: readonly Expression[],
  counts: readonly number[],
  input: Relation,
): string[][] {
  const known = new Set(input.columns.map((c) => c.name))
  const given = expressions.map((e) => (is(e, 'NameReference') ? [e.SimpleName ?? ''] : givenNames(e)))
  const taken = new Set(given.flat())
  const appended = columnsOf(node.ResultType).filter((c) => !known.has(c.name) && !taken.has(c.name))
  return given.map((names, i) =>
    Array.from({ length: counts[i] ?? 1 }, (_, k) => names[k] ?? appended.shift()?.name ?? ''),
  )
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

export const extend = operator('ExtendOperator', (node, input, env, ctx) =>
  extendWith(node, node.Expressions, input, env, ctx),
)

export function extendWith(
  node: { ResultType: TypeSymbol | null },
  list: Parameters<typeof elements>[0],
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): Relation {
  const expressions = elements(list)
  const definitions: Definition[] = []
  const window = windowScope(input, env, ctx)
  const values = expressions.map((e) => columnExprs(e, ctx.expr(e, window.scope)))
  const names = extendNames(
    node,
    expressions,
    values.map((v) => v.length),
    input,
  ).flat()
  const added = values.flat().map((expr, i) => columnFor(names[i] || `Column${i + 1}`, expr, definitions, ctx))
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

export const serialize = operator('SerializeOperator', (node, input, env, ctx) =>
  extendWith(node, node.Expressions, input, env, ctx),
)
