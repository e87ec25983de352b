// where, filter. https://learn.microsoft.com/kusto/query/where-operator
import { convert } from '../plan/expressions.ts'
import { operator } from './define.ts'
import { thinned } from './partition.ts'
import { windowScope } from './window.ts'

export const where = operator('FilterOperator', (node, input, env, ctx) => {
  const window = windowScope(input, env, ctx)
  const predicate = convert(ctx.expr(node.Condition!, window.scope), 'bool')
  return thinned({ ...input, rel: { kind: 'filter', input: window.rel(), predicate } })
})
