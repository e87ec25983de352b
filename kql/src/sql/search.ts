// What a column with a token index keeps in the engine, written once for tables (DDL) and queries.
import { quoteString } from './quote.ts'

/** The expression that token indexes are built over; text search is written in terms of it. */
export const indexedText = (sql: string): string => `lower(${sql})`

/** Stands in wide texts for signs beyond ASCII that are no letters or digits. */
export const replacedSign = '\u0001'

/** A text with signs beyond ASCII as TableSource.wide has it: the engine's tokens in it are KQL's terms. Others are empty. */
export function wideText(sql: string): string {
  const signs = quoteString('[^\\x00-\\x7f\\p{L}\\p{N}]')
  return `if(isValidASCII(${sql}), '', replaceRegexpAll(${sql}, ${signs}, ${quoteString(replacedSign)}))`
}
