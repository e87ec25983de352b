// dynamic literals -> JSON text. KQL's are a little wider than JSON: single quotes, typed literals inside.
// https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic#dynamic-literals
import { elements, is, type Node, type SyntaxElement, scalarType, text } from '../kusto/syntax.ts'
import { formatDatetime, formatTimespan } from '../values.ts'
import { parseLiteral } from './literals.ts'

function scalarText(node: Node<'LiteralExpression'>): string {
  if (text(node) === 'null') return 'null'
  const type = scalarType(node.ResultType) ?? 'string'
  if (type === 'string') return JSON.stringify(String(node.LiteralValue ?? ''))
  const source = text(node)
  const value = parseLiteral(type, source)
  if (value === null) return 'null'
  if (type === 'datetime' && typeof value === 'bigint') return JSON.stringify(formatDatetime(value))
  if (type === 'timespan' && typeof value === 'bigint') return JSON.stringify(formatTimespan(value))
  if (type === 'guid') return JSON.stringify(String(value))
  if (type === 'real' && /^[-\d.eE+]+$/.test(source)) return source
  return String(value)
}

function jsonText(node: SyntaxElement): string {
  if (is(node, 'JsonArrayExpression')) return `[${elements(node.Values).map(jsonText).join(',')}]`
  if (is(node, 'JsonObjectExpression')) {
    const pairs = elements<Node<'JsonPair'>>(node.Pairs)
    return `{${pairs.map((p) => `${JSON.stringify(p.Name?.ValueText ?? '')}:${jsonText(p.Value!)}`).join(',')}}`
  }
  if (is(node, 'DynamicExpression')) return dynamicText(node) ?? 'null'
  if (is(node, 'PrefixUnaryExpression')) return text(node).replace(/\s+/g, '')
  if (is(node, 'LiteralExpression')) return scalarText(node)
  if (is(node, 'CompoundStringLiteralExpression')) return JSON.stringify(String(node.LiteralValue ?? ''))
  return text(node)
}

/** JSON text of a `dynamic(…)` literal; null for `dynamic(null)`. */
export function dynamicText(node: Node<'DynamicExpression'>): string | null {
  const inner = node.Expression
  const json = inner ? jsonText(inner) : 'null'
  return json === 'null' ? null : json
}
