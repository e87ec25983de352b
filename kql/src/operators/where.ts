// where, filter. https://learn.microsoft.com/kusto/query/where-operator
import { convert } from '../plan/expressions.ts'
import { operator, scopeOf } from './define.ts'

export const where = operator('FilterOperator', (node, input, env, ctx) => ({
  ...input,
  rel: { kind: 'filter', input: input.rel, predicate: convert(ctx.expr(node.Condition!, scopeOf(input, env)), 'bool') },
}))
