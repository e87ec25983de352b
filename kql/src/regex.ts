// Texts as regular expressions, and regular expressions as texts. https://learn.microsoft.com/kusto/query/regex

/** A text as a regular expression that matches it, of the engine and of this process. */
export const regexEscaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** The names that a name with stars stands for. */
export const wildcardPattern = (name: string): RegExp => new RegExp(`^${name.split('*').map(regexEscaped).join('.*')}$`)

/** The expression with escapes and classes taken out, for a look at its other signs. */
const outline = (regex: string): string => regex.replace(/\\[\s\S]/g, '').replace(/\[\^?\]?[^\]]*\]/g, '')

/** How many capturing groups an expression has. */
export const groupCount = (regex: string): number => [...outline(regex).matchAll(/\((?!\?)|\(\?P?</g)].length

/** Makes `.` stop at a new line, as it does in KQL; the engine's takes it in unless told. */
export const ownDots = '(?-s)'

/** A user's expression for the engine. */
export function regexText(regex: string): string {
  return outline(regex).includes('.') ? `${ownDots}${regex}` : regex
}
