// Bound syntax -> Plan: statements, names, pipes. Operators are in operators/, scalar expressions in expressions.ts.
import type { Render } from '../compiled.ts'
import { CompileError, codes, type Diagnostic, RefusedQuery } from '../diagnostics.ts'
import type { CompileOptions } from '../index.ts'
import {
  type Expression,
  elements,
  is,
  isGraph,
  isTable,
  nodeName,
  type QueryOperator,
  type Statement,
  type SyntaxElement,
  type SyntaxNode,
  span,
} from '../kusto/syntax.ts'
import type { Catalog, ScalarType } from '../model.ts'
import { type Branch, branches, isFork, tablesNamed } from '../operators/fork.ts'
import { operators } from '../operators/index.ts'
import { checkGroupwise } from '../operators/partition.ts'
import { renderOf } from '../operators/render.ts'
import { unsupportedOperators } from '../operators/unsupported.ts'
import type { Environment, Lowering, Trace } from './context.ts'
import { lowerExpr, typeOf, unsupported } from './expressions.ts'
import { bindLet } from './let.ts'
import { nullOf } from './literals.ts'
import { named, qualified, tabularFunction } from './names.ts'
import type { ColumnInfo, Expr, NamedColumn, Plan, PlanResult, Relation, SharedRelation } from './nodes.ts'
import { atQueryNow, setOptions, settings } from './options.ts'
import { recovered, rowless } from './recover.ts'
import { scanTable } from './scan.ts'
import { sources } from './sources.ts'
import { bindStatement } from './statements.ts'

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
  readonly carried: NamedColumn[]
  readonly warnings: Diagnostic[]
  readonly errors: Diagnostic[]
  readonly trace: Trace | undefined
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
    carried: state.carried,
    warnings: state.warnings,
    errors: state.errors,
    trace: state.trace,
    setting: (name) => state.settings.get(name),
    newColumn(name, type: ScalarType, nullable = type !== 'string') {
      state.columns.push({ name, type, nullable })
      return state.columns.length - 1
    },
    expr: (node, scope) =>
      recovered(
        state.errors,
        () => lowerExpr(node, scope, ctx),
        () => nullOf(typeOf(node as Expression)),
      ),
    relation: (node, env, input) => lowerRelation(node, env, ctx, input),
    statements: (list, env) => lowerStatements(list, env, ctx),
    forText: (text, catalog) =>
      createLowering({ ...state, text, options: { ...state.options, catalog }, trace: undefined }),
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
    env = is(statement, 'LetStatement') ? bindLet(statement, env, ctx) : bindStatement(statement, env, ctx)
  }
  return env
}

function lowerRelation(node: Expression, env: Environment | undefined, ctx: Lowering, input?: Relation): Relation {
  if (is(node, 'PipeExpression')) {
    const left = lowerRelation(node.Expression!, env, ctx, input)
    return traced(node.Operator!, lowerOperator(node.Operator!, left, env, ctx), ctx)
  }
  const relation = lowerSource(node, env, ctx, input)
  return is(node, 'ParenthesizedExpression') ? relation : traced(node, relation, ctx)
}

function traced(node: SyntaxElement, relation: Relation, ctx: Lowering): Relation {
  ctx.trace?.(node, relation, ctx.columns)
  return relation
}

/** What stands at the head of a pipe. */
function lowerSource(node: Expression, env: Environment | undefined, ctx: Lowering, input?: Relation): Relation {
  if (is(node, 'ParenthesizedExpression')) return lowerRelation(node.Expression!, env, ctx, input)
  if (is(node, 'NameReference')) return named(node, env, ctx, input)
  if (is(node, 'FunctionCallExpression')) return tabularFunction(node, env, ctx, ctx.options.catalog)
  if (is(node, 'PathExpression')) return qualified(node, env, ctx)
  if (is(node, 'MaterializeExpression')) return lowerRelation(node.Expression!, env, ctx, input)
  if (is(node, 'ToTableExpression')) return lowerRelation(node.Expression!, env, ctx, input)
  const source = sources[nodeName(node)]
  if (source)
    return recovered(
      ctx.errors,
      () => source(node, env, ctx),
      () => rowless(node.ResultType, ctx),
    )
  return lowerOperator(node, input, env, ctx)
}

function lowerOperator(
  node: SyntaxNode,
  input: Relation | undefined,
  env: Environment | undefined,
  ctx: Lowering,
): Relation {
  return recovered(
    ctx.errors,
    () => lowerWith(node, input, env, ctx),
    () => rowless((node as QueryOperator).ResultType, ctx),
  )
}

function lowerWith(
  node: SyntaxNode,
  input: Relation | undefined,
  env: Environment | undefined,
  ctx: Lowering,
): Relation {
  checkGroupwise(node, input)
  const lower = operators[nodeName(node)]
  if (!lower) {
    const keyword = node.GetFirstToken()?.Text ?? nodeName(node)
    const reason = unsupportedOperators[nodeName(node)]
    throw new CompileError(codes.unsupportedOperator, `the operator '${keyword}' is not supported`, span(node), reason)
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
  if (isGraph(node.ResultType))
    return unsupported(node, 'a graph as the result', 'end with graph-match, graph-to-table or graph-shortest-paths')
  const isTabular = isTable(node.ResultType) || is(node, 'PipeExpression')
  return [{ name: undefined, relation: isTabular ? ctx.relation(node, env) : scalarResult(node, env, ctx) }]
}

/** Lowers a bound query. Throws RefusedQuery for what is not supported, MissingFact for what the data must tell first. */
export function buildPlan(root: SyntaxNode, text: string, options: CompileOptions, trace?: Trace): Built {
  const statements = is(root, 'QueryBlock') ? elements<Statement>(root.Statements) : []
  const state: State = {
    options: atQueryNow(statements, options),
    text,
    columns: [],
    shared: [],
    tables: new Set(),
    carried: [],
    warnings: [],
    errors: [],
    trace,
    settings: settings(statements),
    catalogs: [],
    learned: new Map(),
    drawn: new Map(),
  }
  const results = allOrNothing(state.errors, () => resultsOfAll(statements, root, createLowering(state)))
  return {
    plan: { columns: state.columns, shared: state.shared, results: results.map((result) => carrying(result, state)) },
    warnings: state.warnings,
    tables: [...state.tables],
    options: setOptions(statements),
  }
}

function carrying(result: PlanResult, { carried }: State): PlanResult {
  return carried.length === 0 ? result : { ...result, columns: [...result.columns, ...carried] }
}

/** Whatever goes wrong over stand-ins follows from what was refused before. */
function allOrNothing<T>(errors: Diagnostic[], lower: () => T): T {
  try {
    const made = lower()
    if (errors.length === 0) return made
  } catch (error) {
    if (error instanceof CompileError) errors.push(error.diagnostic)
    else if (errors.length === 0) throw error
  }
  throw new RefusedQuery(errors)
}

function resultsOfAll(statements: readonly Statement[], root: SyntaxNode, ctx: Lowering): PlanResult[] {
  let env: Environment | undefined
  const results: PlanResult[] = []
  for (const statement of statements) {
    if (!is(statement, 'ExpressionStatement')) {
      env = lowerStatements([statement], env, ctx)
      continue
    }
    const { node, render } = splitRender(statement.Expression!)
    const isLast = statement === statements.at(-1)
    const named = isLast ? undefined : tablesNamed(node, env, ctx)
    if (named) {
      env = named.env
      continue
    }
    for (const { name, relation } of resultsOf(node, env, ctx)) {
      results.push({
        ...relation,
        name: name ?? (results.length === 0 ? 'PrimaryResult' : `Table_${results.length}`),
        ...(render ? { render } : {}),
      })
    }
  }
  if (results.length === 0) {
    throw new CompileError(codes.noTabularExpression, 'the query has no tabular expression', {
      start: 0,
      length: Math.max(1, root.Width),
    })
  }
  return results
}
