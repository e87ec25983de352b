// An argument that is a regular expression.
import { ownDots, regexText } from '../regex.ts'
import { quoteString } from '../sql/quote.ts'
import { asString } from '../sql/written.ts'
import { argument, constant, type WriteCall } from './define.ts'

export function regexArgument(call: WriteCall, index: number): string {
  const literal = constant(call, index)
  if (typeof literal === 'string') return quoteString(regexText(literal))
  return `concat(${quoteString(ownDots)}, ${asString(argument(call, index)).sql})`
}
