// as, consume: names for what passes by. https://learn.microsoft.com/kusto/query/as-operator
import { operator } from './define.ts'

export const consume = operator('ConsumeOperator', (_node, input) => ({ ...input, rel: { kind: 'limit', input: input.rel, count: 0n } }))
