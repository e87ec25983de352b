// as, consume, invoke: names for what passes by, and functions over it.
// https://learn.microsoft.com/kusto/query/as-operator https://learn.microsoft.com/kusto/query/invoke-operator
import { is, parametersOf, word } from '../kusto/syntax.ts'
import { unsupported } from '../plan/expressions.ts'
import { fresh } from '../plan/fresh.ts'
import { isRepeatable, mentionsOf } from '../plan/reuse.ts'
import { shareRelation } from '../plan/shared.ts'
import { operator } from './define.ts'

export const consume = operator('ConsumeOperator', (_node, input) => ({
  ...input,
  rel: { kind: 'limit', input: input.rel, count: 0n },
}))

export const as = operator('AsOperator', (node, input, _env, ctx) => {
  const name = node.Name?.SimpleName ?? ''
  if (input.partition) {
    ctx.named.set(name, () => unsupported(node, 'a second use of the rows of one partition'))
    return { ...input, name }
  }
  const repeatable = isRepeatable(input.rel)
  const materialized = word(parametersOf(node).get('hint.materialized')) === 'true'
  const used = mentionsOf(name, ctx.text) > 1
  const use = used && (materialized || !repeatable) ? shareRelation(name, input, ctx) : undefined
  ctx.named.set(name, () => ({ ...(use ? use().relation : fresh(input, ctx)), name }))
  return { ...(use ? use().relation : input), name }
})

export const invoke = operator('InvokeOperator', (node, input, env, ctx) => {
  const call = node.Function
  if (!is(call, 'FunctionCallExpression')) return unsupported(node, 'invoking this function')
  return ctx.invoke(call, env, input)
})
