// SQL over the JSON text of dynamic values: elements of arrays, members of bags, and texts put together again.
//
// Names of lambda parameters begin with `$`, which no KQL column name can: a lambda must not hide a column that is read in it.
import { asJson, type Written } from '../sql/written.ts'

/** Document and keys as the arguments of a JSON function; no document is the empty text. */
export function place(w: Written): string {
  const { document, keys } = w.json ?? { document: w.sql, keys: [] }
  return [`ifNull(${document}, '')`, ...keys].join(', ')
}

export const isArray = (w: Written): string => (w.strings ? 'true' : `(JSONType(${place(w)}) = 'Array')`)
export const isBag = (w: Written): string => (w.strings ? 'false' : `(JSONType(${place(w)}) = 'Object')`)

/** Elements of an array as JSON texts; none for what is no array. */
export function elementTexts(w: Written): string {
  return w.strings ? `arrayMap($e -> toJSONString($e), ${w.strings})` : `JSONExtractArrayRaw(${place(w)})`
}

/** Elements of an array as texts without quotes, as tostring() gives them. */
export function elementStrings(w: Written): string {
  return w.strings ?? `arrayMap($e -> ${plainText('$e')}, ${elementTexts(w)})`
}

/** tostring() of a JSON text. */
export const plainText = (json: string): string => `ifNull(JSONExtract(${json}, 'Nullable(String)'), '')`

/** Elements of an array as numbers; what is no number is null. */
export function elementNumbers(w: Written): string {
  return `arrayMap($e -> toFloat64OrNull(multiIf($e = '"NaN"', 'nan', $e = '"Infinity"', 'inf', $e = '"-Infinity"', '-inf', $e)), ${elementTexts(w)})`
}

/** Members of a bag: an array of (key, JSON text). */
export const members = (w: Written): string => `JSONExtractKeysAndValuesRaw(${place(w)})`

export const arrayText = (texts: string): string => `concat('[', arrayStringConcat(${texts}, ','), ']')`
export const bagText = (pairs: string): string =>
  `concat('{', arrayStringConcat(arrayMap($m -> concat(toJSONString($m.1), ':', $m.2), ${pairs}), ','), '}')`

/** A JSON text as a value in its own right: KQL has no null inside a value that is null itself. */
export const jsonOrNull = (text: string): string => `nullIf(${text}, 'null')`

/** A value as an element of an array: null is an element too. */
export const asElement = (w: Written): string => {
  const json = asJson(w)
  return json.nullable ? `ifNull(${json.sql}, 'null')` : json.sql
}

/** A number as JSON text; the array functions of series write theirs so. */
export function numberText(sql: string): string {
  return `multiIf(isNull(${sql}), 'null', isNaN(${sql}), '"NaN"', isInfinite(${sql}), if(${sql} > 0, '"Infinity"', '"-Infinity"'), ${sql} = trunc(${sql}) AND abs(${sql}) < 1e15, concat(toString(${sql}), '.0'), toString(${sql}))`
}

/** An array of numbers, each of which may be null, as JSON text. */
export const numbersText = (numbers: string): string =>
  arrayText(`arrayMap($n -> ifNull(${numberText('$n')}, 'null'), ${numbers})`)

export const dynamic = (sql: string, nullable: boolean): Written => ({ sql, type: 'dynamic', nullable })
