// Bound syntax -> Plan: statements, names, pipes. Operators are in operators/, scalar expressions in expressions.ts.
import type { Render } from '../compiled.ts'
import { CompileError, codes, type Diagnostic } from '../diagnostics.ts'
import type { CompileOptions } from '../index.ts'
import {
  type Expression,
  elements,
  is,
  isGraph,
  isTable,
  type Node,
  nodeName,
  type Statement,
  type SyntaxElement,
  type SyntaxNode,
  span,
  word,
} from '../kusto/syntax.ts'
import type { Catalog, ScalarType, TableSchema } from '../model.ts'
import { type Branch, branches, isFork } from '../operators/fork.ts'
import { operators } from '../operators/index.ts'
import { checkGroupwise } from '../operators/partition.ts'
import { renderOf } from '../operators/render.ts'
import { bindArguments, placeOf } from './calls.ts'
import { bindName, type Environment, isAllowed, type Lowering, lookup } from './context.ts'
import { lowerExpr, unsupported } from './expressions.ts'
import type { ColumnInfo, Expr, Plan, PlanResult, Relation, SharedRelation } from './nodes.ts'
import { atQueryNow, setOptions, settings } from './options.ts'
import { scanTable } from './scan.ts'
import { shareRelation } from './shared.ts'
import { sources } from './sources.ts'
import { bindStatement, patternCall } from './statements.ts'

export interface Built {
  readonly warnings: readonly Diagnostic[]
  readonly plan: Plan
  readonly tables: readonly string[]
  readonly options: Readonly<Record<string, string | number | boolean>>
}

interface State {
  readonly options: CompileOptions
  readonly text: string
  readonly columns: ColumnInfo[]
  readonly shared: SharedRelation[]
  readonly tables: Set<string>
  readonly warnings: Diagnostic[]
  readonly settings: ReadonlyMap<string, Expression>
  readonly catalogs: Catalog[]
  readonly learned: Map<number, string>
  readonly drawn: Map<string, () => Expr>
}

function createLowering(state: State): Lowering {
  const ctx: Lowering = {
    options: state.options,
    text: state.text,
    columns: state.columns,
    shared: state.shared,
    tables: state.tables,
    warnings: state.warnings,
    setting: (name) => state.settings.get(name),
    newColumn(name, type: ScalarType, nullable = type !== 'string') {
      state.columns.push({ name, type, nullable })
      return state.columns.length - 1
    },
    expr: (node, scope) => lowerExpr(node, scope, ctx),
    relation: (node, env, input) => lowerRelation(node, env, ctx, input),
    statements: (list, env) => lowerStatements(list, env, ctx),
    forText: (text) => createLowering({ ...state, text }),
    scan: (table, catalog) => scanTable(table, catalog, ctx),
    named: new Map(),
    learned: state.learned,
    drawn: state.drawn,
    invoke: (call, env, piped) => tabularFunction(call, env, ctx, state.options.catalog, piped),
  }
  return ctx
}

function lowerStatements(
  list: readonly Statement[],
  outer: Environment | undefined,
  ctx: Lowering,
): Environment | undefined {
  let env = outer
  for (const statement of list) {
    if (is(statement, 'LetStatement')) env = bindLet(statement, env, ctx)
    else env = bindStatement(statement, env, ctx)
  }
  return env
}

function bindLet(statement: Node<'LetStatement'>, env: Environment | undefined, ctx: Lowering): Environment {
  const name = statement.Name?.SimpleName ?? ''
  const value = statement.Expression!
  if (is(value, 'FunctionDeclaration')) {
    const body = value.Body?.Expression
    const rows = (): Relation => ctx.relation(body!, ctx.statements(elements(value.Body?.Statements), env))
    return bindName(env, name, {
      kind: 'function',
      env: env as Environment,
      declared: value.Body!,
      ...(value.ViewKeyword && body && isTable(body.ResultType) ? { view: rows } : {}),
    })
  }
  if (is(value, 'MaterializeExpression')) return bindName(env, name, materialized(name, value, env, ctx))
  if (isTable(value.ResultType) || isGraph(value.ResultType)) {
    return bindName(env, name, { kind: 'relation', relation: () => ctx.relation(value, env) })
  }
  return bindName(env, name, { kind: 'scalar', expr: ctx.expr(value, { env, columns: [] }) })
}

/** `materialize(…)`: computed once, read by every use. */
function materialized(
  name: string,
  node: Node<'MaterializeExpression'>,
  env: Environment | undefined,
  ctx: Lowering,
): import('./context.ts').Binding {
  const use = shareRelation(name, ctx.relation(node.Expression!, env), ctx)
  return { kind: 'relation', relation: () => use().relation }
}

function tabularFunction(
  node: Node<'FunctionCallExpression'>,
  env: Environment | undefined,
  ctx: Lowering,
  catalog: Catalog,
  piped?: Relation,
): Relation {
  const name = node.Name?.SimpleName ?? ''
  const matched = patternCall(node, undefined, env, ctx)
  if (matched) return matched
  if (node.ReferencedSymbol?.Name === 'table') {
    return tableNamed(constantText(elements(node.ArgumentList?.Expressions)[0], env, ctx), node, env, ctx, catalog)
  }
  if (!lookup(env, name)) checkAllowed(name, node, env)
  const body = node.GetCalledFunctionBody()
  if (!body) return unsupported(node, `the function '${name}'`)
  const binding = lookup(env, name)
  placeOf(body, binding, node)
  const definition = binding?.kind === 'function' ? binding.env : undefined
  const inner = bindArguments(node, definition, { env, columns: [] }, ctx, piped)
  if (!is(body, 'FunctionBody')) return ctx.relation(body as Expression, inner)
  const result = body.Expression
  if (!result) return unsupported(node, 'a function without a result')
  return ctx.relation(result, ctx.statements(elements(body.Statements), inner))
}

/** The name that `table(…)` is given: a literal, or what a parameter of a function was given. */
function constantText(node: Expression | undefined, env: Environment | undefined, ctx: Lowering): string {
  if (!node || node.IsLiteral) return word(node)
  const expr = ctx.expr(node, { env, columns: [] })
  return expr.kind === 'lit' ? String(expr.value) : unsupported(node, 'a table name that is not a constant')
}

function checkAllowed(name: string, node: SyntaxElement, env: Environment | undefined): void {
  if (!isAllowed(env, name))
    throw new CompileError(codes.restricted, `'${name}' is outside what 'restrict access' allows`, span(node))
}

function tableNamed(
  name: string,
  node: SyntaxElement,
  env: Environment | undefined,
  ctx: Lowering,
  catalog: Catalog,
): Relation {
  checkAllowed(name, node, env)
  const table: TableSchema | undefined = catalog.table(name)
  if (table) return ctx.scan(table, catalog)
  const called = catalog.function(name)
  if (called) return unsupported(node, `the function '${name}' without parentheses`)
  throw new CompileError(
    codes.unknownTable,
    `The name '${name}' does not refer to any known table, tabular variable or function.`,
    span(node),
  )
}

function named(node: Node<'NameReference'>, env: Environment | undefined, ctx: Lowering, input?: Relation): Relation {
  const name = node.SimpleName ?? ''
  const binding = lookup(env, name)
  if (binding?.kind === 'relation') return binding.relation()
  const known = ctx.named.get(name)
  if (known) return known()
  const body = node.GetCalledFunctionBody()
  if (binding?.kind !== 'function') checkAllowed(name, node, env)
  if (body && is(body, 'FunctionBody') && body.Expression) {
    placeOf(body, binding, node)
    const definition = binding?.kind === 'function' ? binding.env : undefined
    return ctx.relation(body.Expression, ctx.statements(elements(body.Statements), definition), input)
  }
  return tableNamed(name, node, env, ctx, ctx.options.catalog)
}

/** `database("x").T`, which `workspace("x").T` was turned into. */
function qualified(node: Node<'PathExpression'>, env: Environment | undefined, ctx: Lowering): Relation {
  const owner = node.Expression!
  const selector = node.Selector!
  const matched = is(owner, 'FunctionCallExpression')
    ? patternCall(owner, is(selector, 'BracketedExpression') ? selector.Expression! : selector, env, ctx)
    : undefined
  if (matched) return matched
  const isDatabase = is(owner, 'FunctionCallExpression') && owner.Name?.SimpleName === 'database'
  if (!isDatabase) return unsupported(owner, 'this qualification of a table')
  const written = word(elements(owner.ArgumentList?.Expressions)[0])
  const alias = lookup(env, written)
  const workspace = alias?.kind === 'workspace' ? alias.name : written
  const catalog = ctx.options.catalog.workspace(workspace)
  if (!catalog) throw new CompileError(codes.unknownWorkspace, `workspace '${workspace}' is not known`, span(owner))
  if (is(selector, 'NameReference')) return tableNamed(selector.SimpleName ?? '', selector, env, ctx, catalog)
  if (is(selector, 'FunctionCallExpression')) return tabularFunction(selector, env, ctx, catalog)
  return unsupported(selector, 'this table reference')
}

function lowerRelation(node: Expression, env: Environment | undefined, ctx: Lowering, input?: Relation): Relation {
  if (is(node, 'PipeExpression')) {
    const left = lowerRelation(node.Expression!, env, ctx, input)
    return lowerOperator(node.Operator!, left, env, ctx)
  }
  if (is(node, 'ParenthesizedExpression')) return lowerRelation(node.Expression!, env, ctx, input)
  if (is(node, 'NameReference')) return named(node, env, ctx, input)
  if (is(node, 'FunctionCallExpression')) return tabularFunction(node, env, ctx, ctx.options.catalog)
  if (is(node, 'PathExpression')) return qualified(node, env, ctx)
  if (is(node, 'MaterializeExpression')) return lowerRelation(node.Expression!, env, ctx, input)
  if (is(node, 'ToTableExpression')) return lowerRelation(node.Expression!, env, ctx, input)
  const source = sources[nodeName(node)]
  if (source) return source(node, env, ctx)
  return lowerOperator(node, input, env, ctx)
}

function lowerOperator(
  node: SyntaxNode,
  input: Relation | undefined,
  env: Environment | undefined,
  ctx: Lowering,
): Relation {
  checkGroupwise(node, input)
  const lower = operators[nodeName(node)]
  if (!lower) {
    const keyword = node.GetFirstToken()?.Text ?? nodeName(node)
    throw new CompileError(codes.unsupportedOperator, `the operator '${keyword}' is not supported`, span(node))
  }
  return lower(
    node,
    input ?? {
      rel: { kind: 'values', columns: [], rows: [[]], ordinal: ctx.newColumn('ordinal', 'long', false) },
      columns: [],
    },
    env,
    ctx,
  )
}

/** The last `render` of a pipe, and the pipe without it. */
function splitRender(node: Expression): { node: Expression; render?: Render } {
  if (is(node, 'PipeExpression') && is(node.Operator, 'RenderOperator')) {
    return { node: node.Expression!, render: renderOf(node.Operator) }
  }
  return { node }
}

function scalarResult(node: Expression, env: Environment | undefined, ctx: Lowering): Relation {
  const expr = ctx.expr(node, { env, columns: [] })
  const id = ctx.newColumn('print_0', expr.type)
  const one: Relation['rel'] = {
    kind: 'values',
    columns: [],
    rows: [[]],
    ordinal: ctx.newColumn('ordinal', 'long', false),
  }
  return {
    rel: { kind: 'extend', input: one, columns: [{ id, expr }] },
    columns: [{ name: 'print_0', id, type: expr.type }],
  }
}

/** The results of one statement: several where it ends in fork or facet. */
function resultsOf(node: Expression, env: Environment | undefined, ctx: Lowering): readonly Branch[] {
  if (is(node, 'PipeExpression') && isFork(node.Operator!)) {
    return branches(node.Operator!, ctx.relation(node.Expression!, env), env, ctx) ?? []
  }
  return [
    { name: undefined, relation: isTable(node.ResultType) ? ctx.relation(node, env) : scalarResult(node, env, ctx) },
  ]
}

/** Lowers a bound query. Throws CompileError for what is not supported. */
export function buildPlan(root: SyntaxNode, text: string, options: CompileOptions): Built {
  const statements = is(root, 'QueryBlock') ? elements<Statement>(root.Statements) : []
  const state: State = {
    options: atQueryNow(statements, options),
    text,
    columns: [],
    shared: [],
    tables: new Set(),
    warnings: [],
    settings: settings(statements),
    catalogs: [],
    learned: new Map(),
    drawn: new Map(),
  }
  const ctx = createLowering(state)
  let env: Environment | undefined
  const results: PlanResult[] = []
  for (const statement of statements) {
    if (!is(statement, 'ExpressionStatement')) {
      env = lowerStatements([statement], env, ctx)
      continue
    }
    const { node, render } = splitRender(statement.Expression!)
    for (const { name, relation } of resultsOf(node, env, ctx)) {
      results.push({
        ...relation,
        name: name ?? (results.length === 0 ? 'PrimaryResult' : `Table_${results.length}`),
        ...(render ? { render } : {}),
      })
    }
  }
  if (results.length === 0) {
    throw new CompileError('KS198', 'the query has no tabular expression', {
      start: 0,
      length: Math.max(1, root.Width),
    })
  }
  return {
    plan: { columns: state.columns, shared: state.shared, results },
    warnings: state.warnings,
    tables: [...state.tables],
    options: setOptions(statements),
  }
}
