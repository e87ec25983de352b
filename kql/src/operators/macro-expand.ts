// macro-expand: a query over each workspace of a group, and the union of what comes out.
// https://learn.microsoft.com/kusto/query/macro-expand-operator
import { CompileError, codes } from '../diagnostics.ts'
import {
  type Expression,
  elements,
  is,
  type Node,
  parametersOf,
  type Statement,
  type SyntaxElement,
  span,
  word,
} from '../kusto/syntax.ts'
import type { Catalog } from '../model.ts'
import { bindName, type Environment, type Lowering, lookup } from '../plan/context.ts'
import { unsupported } from '../plan/expressions.ts'
import { operator } from './define.ts'
import { combined, innerColumns, outerColumns } from './union.ts'

type MacroExpand = Node<'MacroExpandOperator'>

/** The workspaces that an entity group names: those that exist, or all, one that does not being an error. */
export function workspacesOf(group: Node<'EntityGroup'>): readonly Expression[] {
  return elements<Expression>(group.Entities).map((e) => {
    const isDatabase = is(e, 'FunctionCallExpression') && e.Name?.SimpleName === 'database'
    return isDatabase ? e : unsupported(e, 'this entity', 'a group holds workspaces: workspace("name")')
  })
}

const nameOf = (entity: Expression): string =>
  is(entity, 'FunctionCallExpression') ? word(elements(entity.ArgumentList?.Expressions)[0]) : ''

function entitiesOf(node: MacroExpand, env: Environment | undefined): readonly Expression[] {
  const group = node.EntityGroup!
  if (is(group, 'EntityGroup')) return workspacesOf(group)
  const binding = is(group, 'NameReference') ? lookup(env, group.SimpleName ?? '') : undefined
  if (binding?.kind === 'entities') return workspacesOf(binding.group)
  return unsupported(group, 'this entity group', 'write it into the query: entity_group [workspace("name"), …]')
}

/** Every `X.Name` in a tree. */
function referencesOf(node: SyntaxElement, owner: string): SyntaxElement[] {
  const found: SyntaxElement[] = []
  if (is(node, 'PathExpression') && is(node.Expression, 'NameReference') && node.Expression.SimpleName === owner)
    found.push(node.Selector!)
  for (let i = 0; i < node.ChildCount; i++) {
    const child = node.GetChild(i)
    if (child && child.ChildCount > 0) found.push(...referencesOf(child, owner))
  }
  return found
}

/**
 * The query is bound once, for all workspaces: a table must have the same columns in each, in the same order.
 */
function checkSameTables(node: MacroExpand, owner: string, catalogs: readonly Catalog[]): void {
  for (const selector of referencesOf(node, owner)) {
    const name = is(selector, 'NameReference') ? (selector.SimpleName ?? '') : ''
    if (name.startsWith('$')) continue
    const shapes = catalogs.map((c) => JSON.stringify(c.table(name)?.columns.map((x) => [x.name, x.type])))
    if (shapes.some((s) => s === undefined)) unsupported(selector, 'what is no table of every workspace of the group')
    if (new Set(shapes).size > 1) unsupported(selector, 'a table that has other columns in other workspaces')
  }
}

export const macroExpand = operator('MacroExpandOperator', (node, _input, env, ctx) => {
  const parameters = parametersOf(node)
  const kind = word(parameters.get('kind')) || 'outer'
  if (kind !== 'inner' && kind !== 'outer') return unsupported(node, `macro-expand kind '${kind}'`)
  const unknown = [...parameters.keys()].find((name) => name !== 'kind' && name !== 'isfuzzy')
  if (unknown !== undefined) return unsupported(node, `the parameter '${unknown}' of macro-expand`)
  const owner = node.ScopeReferenceName?.EntityGroupReferenceName?.SimpleName ?? ''
  const known = entitiesOf(node, env).filter((e) => isKnown(e, ctx))
  const entities = word(parameters.get('isfuzzy')) === 'true' ? known : entitiesOf(node, env)
  if (entities.length === 0) return unsupported(node.EntityGroup ?? node, 'a group without workspaces')
  const catalogs = entities.map((e) => ctx.options.catalog.workspace(nameOf(e)) ?? refuseUnknown(e))
  checkSameTables(node, owner, catalogs)
  const legs = entities.map((e) => ({
    name: nameOf(e),
    relation: body(node, bindName(env, owner, { kind: 'workspace', name: nameOf(e) }), ctx),
  }))
  return combined(legs, kind === 'inner' ? innerColumns(legs) : outerColumns(legs), undefined, ctx)
})

const isKnown = (entity: Expression, ctx: Lowering): boolean =>
  ctx.options.catalog.workspace(nameOf(entity)) !== undefined

function refuseUnknown(entity: Expression): never {
  throw new CompileError(codes.unknownWorkspace, `workspace '${nameOf(entity)}' is not known`, span(entity))
}

function body(node: MacroExpand, env: Environment, ctx: Lowering): ReturnType<Lowering['relation']> {
  const statements = elements<Statement>(node.StatementList)
  const last = statements.at(-1)
  if (!is(last, 'ExpressionStatement')) return unsupported(node, 'macro-expand without a query')
  return ctx.relation(last.Expression!, ctx.statements(statements.slice(0, -1), env))
}
