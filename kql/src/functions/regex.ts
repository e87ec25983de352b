// Regular expressions of users as the engine takes them. https://learn.microsoft.com/kusto/query/regex
import { quoteString } from '../sql/quote.ts'
import { asString } from '../sql/written.ts'
import { argument, constant, type WriteCall } from './define.ts'

const ownDots = '(?-s)'

/** The expression with escapes and classes taken out, for a look at its other signs. */
const outline = (regex: string): string => regex.replace(/\\[\s\S]/g, '').replace(/\[\^?\]?[^\]]*\]/g, '')

/** In KQL `.` stops at a new line; the engine's takes it in unless told. */
export function regexText(regex: string): string {
  return outline(regex).includes('.') ? `${ownDots}${regex}` : regex
}

export function regexArgument(call: WriteCall, index: number): string {
  const literal = constant(call, index)
  if (typeof literal === 'string') return quoteString(regexText(literal))
  return `concat(${quoteString(ownDots)}, ${asString(argument(call, index)).sql})`
}

/** How many capturing groups an expression has. */
export const groupCount = (regex: string): number => [...outline(regex).matchAll(/\((?!\?)|\(\?P?</g)].length
