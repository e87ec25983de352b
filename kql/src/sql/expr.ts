// Plan expressions -> SQL expressions. Functions get their meaning from functions/.
import { CompileError, codes, nowhere } from '../diagnostics.ts'
import { ArgumentError, type FunctionEntry, type WriteCall } from '../functions/define.ts'
import { aggregates, functions } from '../functions/index.ts'
import type { ColumnId, Expr, Rel, Subquery } from '../plan/nodes.ts'
import { writeLiteral } from './literal.ts'
import { type Written, written } from './written.ts'

export interface ExprContext {
  column(id: ColumnId): Written
  /** A relation as a SELECT of one of its columns; `limit` keeps the first row only. */
  subquery(rel: Rel, column: ColumnId, limit: boolean): string
  /** Takes note of what a call refuses, so that writing can go on. */
  refuse(error: CompileError): void
  /** See WriteCall.share; absent where a SELECT has no place for definitions. */
  readonly share?: (sql: string) => string
  /** The same for the arguments of aggregates, which see single rows. */
  readonly shareRows?: (sql: string) => string
  /** Aggregate functions are allowed: we write the aggregates of a GROUP BY. */
  readonly aggregating?: boolean
}

function writeSubquery(expr: Subquery, ctx: ExprContext): Written {
  if (expr.set) return written(expr.type, `(${ctx.subquery(expr.rel, expr.column, false)})`)
  const sql = `(${ctx.subquery(expr.rel, expr.column, true)})`
  return expr.type === 'string' ? written('string', `ifNull(${sql}, '')`, false) : written(expr.type, sql, true)
}

function writeCall(
  entry: FunctionEntry,
  at: { readonly start: number; readonly length: number },
  call: WriteCall,
  ctx: ExprContext,
): Written {
  try {
    return entry.write(call)
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    ctx.refuse(new CompileError(codes.notConstant, error.message, at))
    return written(call.type, 'NULL')
  }
}

export function writeExpr(expr: Expr, ctx: ExprContext): Written {
  switch (expr.kind) {
    case 'lit':
      return writeLiteral(expr)
    case 'col':
      return ctx.column(expr.id)
    case 'subquery':
      return writeSubquery(expr, ctx)
    case 'call': {
      const table = ctx.aggregating ? aggregates : functions
      const entry = Object.hasOwn(table, expr.fn) ? table[expr.fn] : undefined
      const at = expr.at ?? nowhere
      if (!entry)
        throw new CompileError(codes.unsupportedFunction, `the function '${expr.fn}' is not supported here`, at)
      const shareRows = ctx.shareRows ?? ctx.share
      const inner: ExprContext = ctx.aggregating
        ? {
            column: (id) => ctx.column(id),
            subquery: (r, c, l) => ctx.subquery(r, c, l),
            refuse: (error) => ctx.refuse(error),
            ...(shareRows ? { share: shareRows } : {}),
          }
        : ctx
      const args = expr.args.map((a) => writeExpr(a, inner))
      return writeCall(
        entry,
        at,
        {
          fn: expr.fn,
          args,
          exprs: expr.args,
          type: expr.type,
          share: ctx.share ?? ((sql) => sql),
          set: (i: number) => {
            const arg = expr.args[i]
            return arg?.kind === 'subquery' && arg.set
              ? `(SELECT groupArray(*) FROM (${ctx.subquery(arg.rel, arg.column, false)}))`
              : undefined
          },
        },
        ctx,
      )
    }
    default:
      return expr satisfies never
  }
}

/**
 * A condition of WHERE, where null counts as false: comparisons there need no care for nulls, which keeps them plain enough
 * for the engine's indexes.
 */
export function writeCondition(expr: Expr, ctx: ExprContext): string {
  if (expr.kind === 'call' && (expr.fn === 'And' || expr.fn === 'Or')) {
    const parts = expr.args.map((a) => writeCondition(a, ctx))
    return expr.fn === 'And' ? parts.join(' AND ') : `(${parts.join(' OR ')})`
  }
  if (expr.kind === 'call' && (expr.fn === 'Equal' || expr.fn === 'In' || expr.fn === 'InCs')) {
    return writeExpr({ ...expr, fn: `${expr.fn}Plain` }, ctx).sql
  }
  const { sql } = writeExpr(expr, ctx)
  return expr.kind === 'call' ? sql : `(${sql})`
}
