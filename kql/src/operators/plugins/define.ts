// What a plug-in of `evaluate` is: its call and the relation before it -> the relation behind it.
import { type Expression, elements, is, type Node, span, text } from '../../kusto/syntax.ts'
import type { Column } from '../../model.ts'
import type { Environment, Lowering } from '../../plan/context.ts'
import { hasNoRows } from '../../plan/empty.ts'
import { unsupported } from '../../plan/expressions.ts'
import { isFromData } from '../../plan/facts.ts'
import { stringLit } from '../../plan/literals.ts'
import type { Expr, NamedColumn, Rel, Relation, Value } from '../../plan/nodes.ts'
import { isRepeatable } from '../../plan/reuse.ts'
import { shapeOf } from '../../plan/shape.ts'
import { scopeOf } from '../define.ts'

export interface PluginCall {
  readonly node: Node<'EvaluateOperator'>
  readonly call: Node<'FunctionCallExpression'>
  readonly args: readonly Expression[]
  /** Columns of the result, by the binder. */
  readonly bound: readonly Column[]
  readonly input: Relation
  readonly env: Environment | undefined
  readonly ctx: Lowering
}

export type Plugin = (p: PluginCall) => Relation

export const argumentsOf = (call: Node<'FunctionCallExpression'>): readonly Expression[] =>
  elements(call.ArgumentList?.Expressions)

/** An argument by its place or name; undefined if it was not given. */
export function argumentAt(p: PluginCall, index: number, name = ''): Expression | undefined {
  const named = p.args.find(
    (a) => is(a, 'SimpleNamedExpression') && a.Name?.SimpleName?.toLowerCase() === name.toLowerCase(),
  )
  if (named && is(named, 'SimpleNamedExpression')) return named.Expression!
  const at = p.args[index]
  return is(at, 'SimpleNamedExpression') ? undefined : at
}

/** The value of an argument that must be known while compiling. */
export function constantAt(p: PluginCall, index: number, name = ''): Value | undefined {
  const node = argumentAt(p, index, name)
  if (!node) return undefined
  const expr = p.ctx.expr(node, { env: p.env, columns: [] })
  if (expr.kind === 'lit') return expr.value
  return unsupported(node, 'an argument that is not a constant here')
}

/** The column of the input that an argument names. */
export function columnAt(p: PluginCall, index: number, name = ''): NamedColumn {
  const node = argumentAt(p, index, name)
  if (!node) return unsupported(p.call, `this call without argument ${index + 1}`)
  const expr = p.ctx.expr(node, scopeOf(p.input, p.env))
  const found = expr.kind === 'col' ? p.input.columns.find((c) => c.id === expr.id) : undefined
  return found ?? unsupported(node, 'an argument that is not a column')
}

/** Where the output schema of a plug-in without one would stand in the query. */
export function schemaPlace(p: PluginCall): { readonly offset: number; readonly call: string } {
  const { start, length } = span(p.call)
  const source = text(p.call)
  const here = p.ctx.text.slice(start, start + length)
  if (here === source) return { offset: start + length, call: source }
  const first = p.ctx.text.indexOf(source)
  if (first >= 0 && p.ctx.text.indexOf(source, first + 1) < 0) return { offset: first + source.length, call: source }
  return unsupported(
    p.call,
    'a plug-in whose columns depend on the data inside a function',
    'write the output schema behind it, as in bag_unpack(d) : (name:string)',
  )
}

/**
 * The rows of a plug-in whose columns the data gave. Where chance or an order that is not asked for chooses the rows, they need not be
 * those that gave the columns: then `known` must hold for each (and for nulls, of which the engine makes constants in empty inputs),
 * or the query fails rather than lose values.
 */
export function learnedRows(p: PluginCall, known: () => Expr): Rel {
  const { start, length } = span(p.call)
  const { rel } = p.input
  if (!isFromData(p.ctx.text, start + length) || isRepeatable(rel) || hasNoRows(rel, p.ctx.shared)) return rel
  const message = stringLit('the rows changed between two readings; sort them before a limit')
  return {
    kind: 'filter',
    input: rel,
    predicate: { kind: 'call', fn: 'assert', args: [known(), message], type: 'bool' },
  }
}

/**
 * Refuses a plug-in in a function that other rows reach than those which gave its columns. Call it where there is an output schema.
 */
export function checkLearned(p: PluginCall): void {
  const { start, length } = span(p.call)
  const place = start + length
  if (!isFromData(p.ctx.text, place)) return
  const shape = shapeOf(p.input.rel)
  const known = p.ctx.learned.get(place)
  p.ctx.learned.set(place, shape)
  if (known === undefined || known === shape) return
  unsupported(
    p.call,
    'a plug-in whose columns depend on the data, in a function that is called with different rows',
    'write the output schema behind it, as in bag_unpack(d) : (name:string)',
  )
}
