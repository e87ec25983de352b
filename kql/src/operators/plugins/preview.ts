// preview: some rows, and how many there are: two results. https://learn.microsoft.com/kusto/query/preview-plugin
import { is, type Node, type SyntaxElement } from '../../kusto/syntax.ts'
import type { Environment, Lowering } from '../../plan/context.ts'
import { unsupported } from '../../plan/expressions.ts'
import type { Relation } from '../../plan/nodes.ts'
import { reused } from '../../plan/reuse.ts'
import { call } from './bins.ts'
import { argumentsOf, constantAt, type Plugin } from './define.ts'

export const isPreview = (node: SyntaxElement): node is Node<'EvaluateOperator'> & SyntaxElement =>
  is(node, 'EvaluateOperator') && node.FunctionCall?.Name?.SimpleName === 'preview'

export function previewResults(
  node: Node<'EvaluateOperator'>,
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): readonly Relation[] {
  const fn = node.FunctionCall!
  const rows = constantAt({ node, call: fn, args: argumentsOf(fn), bound: [], input, env, ctx }, 0)
  if (typeof rows !== 'bigint' || rows < 0n) return unsupported(fn, 'this number of rows')
  const use = reused('preview', input, ctx)
  const [some, all] = [use(), use()]
  const id = ctx.newColumn('Count', 'long', false)
  return [
    { ...some, rel: { kind: 'limit', input: some.rel, count: rows } },
    {
      rel: { kind: 'aggregate', input: all.rel, keys: [], aggregates: [{ id, expr: call('count', 'long') }] },
      columns: [{ name: 'Count', id, type: 'long' }],
    },
  ]
}

/** Anywhere but at the end of a query. */
export const preview: Plugin = (p) => unsupported(p.call, 'preview before other operators')
