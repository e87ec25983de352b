// Values and names as KQL text, for filters that the portal writes into a query.
// https://learn.microsoft.com/kusto/query/scalar-data-types/string#string-literals
import type { Cell, ScalarType } from '../api/types.ts'

const plainName = /^[A-Za-z_]\w*$/

export function kqlName(name: string): string {
  return plainName.test(name) ? name : `[${kqlString(name)}]`
}

export function kqlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** A predicate that holds for rows whose column has this value, or for all others. */
export function kqlEquals(column: string, type: ScalarType, value: Cell, negated: boolean): string {
  const name = kqlName(column)
  if (value === null) return `${negated ? 'isnotnull' : 'isnull'}(${name})`
  const subject = type === 'dynamic' ? `tostring(${name})` : name
  return `${subject} ${negated ? '!=' : '=='} ${kqlLiteral(type, value)}`
}

function kqlLiteral(type: ScalarType, value: Exclude<Cell, null>): string {
  switch (type) {
    case 'bool':
    case 'int':
    case 'long':
      return String(value)
    case 'real':
      return `real(${realText(value)})`
    case 'decimal':
    case 'datetime':
    case 'timespan':
    case 'guid':
      return `${type}(${value})`
    case 'string':
    case 'dynamic':
      return kqlString(String(value))
    default:
      return type satisfies never
  }
}

function realText(value: Exclude<Cell, null>): string {
  const named: Readonly<Record<string, string>> = { NaN: 'nan', Infinity: '+inf', '-Infinity': '-inf' }
  return named[String(value)] ?? String(value)
}

const trailingRender = /\s*\|\s*render\b[^|]*$/i

/** Adds an operator at the end of a query, but before its `render`, which must stay last. */
export function withOperator(query: string, operator: string): string {
  const body = query.trimEnd().replace(/;$/, '')
  const render = trailingRender.exec(body)?.[0] ?? ''
  return `${body.slice(0, body.length - render.length)}\n| ${operator}${render}`
}
