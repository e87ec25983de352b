// `*` in a predicate: true where it holds for any column. https://learn.microsoft.com/kusto/query/where-operator
import type { ScalarType } from '../model.ts'
import { regexEscaped } from '../regex.ts'
import { lit, stringLit } from './literals.ts'
import type { Expr, NamedColumn } from './nodes.ts'

const numbers: ReadonlySet<ScalarType> = new Set<ScalarType>(['int', 'long', 'real', 'decimal'])

/** Columns that a value of this type can be found in: text also stands in dynamic values and guids. */
function comparable(column: NamedColumn, type: ScalarType): boolean {
  if (type === 'string' || type === 'dynamic')
    return column.type === 'string' || column.type === 'dynamic' || column.type === 'guid'
  return numbers.has(type) ? numbers.has(column.type) : column.type === type
}

/** Beyond this many columns their texts are joined and searched at once. */
const manyColumns = 16

/** A term of `search` in any column. What separates the texts is no part of a term, so none is found across two of them. */
export function searchAnywhere(columns: readonly NamedColumn[], term: string, caseSensitive: boolean): Expr {
  const texts = columns.filter((c) => comparable(c, 'string'))
  if (texts.length <= manyColumns || /[\n*]/.test(term.slice(1, -1)))
    return anyColumn(texts, 'string', (c) => searchTerm(c, term, caseSensitive))
  const parts = texts.flatMap((c): Expr[] => [
    { kind: 'call', fn: 'tostring', args: [{ kind: 'col', id: c.id, type: c.type }], type: 'string' },
    stringLit('\n'),
  ])
  return searchTerm({ kind: 'call', fn: 'strcat', args: parts, type: 'string' }, term, caseSensitive)
}

/** A condition over every column that it makes sense for, any of which may meet it; negated ones must all be met. */
export function anyColumn(
  columns: readonly NamedColumn[],
  type: ScalarType,
  condition: (column: Expr) => Expr,
  negated = false,
): Expr {
  const conditions = columns
    .filter((c) => comparable(c, type))
    .map((c) => condition({ kind: 'col', id: c.id, type: c.type }))
  if (conditions.length === 0) return lit('bool', negated)
  if (conditions.length === 1) return conditions[0]!
  return { kind: 'call', fn: negated ? 'And' : 'Or', args: conditions, type: 'bool' }
}

/** A term of `search`: a whole term, or with stars at its ends the beginning, end or part of one. */
export function searchTerm(column: Expr, term: string, caseSensitive: boolean): Expr {
  const text: Expr =
    column.type === 'string' ? column : { kind: 'call', fn: 'tostring', args: [column], type: 'string' }
  const test = (fn: string, needle: string): Expr => ({
    kind: 'call',
    fn: caseSensitive ? `${fn}Cs` : fn,
    args: [text, stringLit(needle)],
    type: 'bool',
  })
  if (/^\*+$/.test(term)) return { kind: 'call', fn: 'isnotempty', args: [text], type: 'bool' }
  const [starts, ends] = [term.startsWith('*'), term.endsWith('*')]
  const inner = term.replace(/^\*+|\*+$/g, '')
  if (inner.includes('*')) {
    const pattern = inner.split('*').map(regexEscaped).join('.*?')
    const edge = (open: boolean): string => (open ? '' : '\\b')
    const regex = `${caseSensitive ? '' : '(?i)'}${edge(starts)}${pattern}${edge(ends)}`
    return { kind: 'call', fn: 'MatchRegex', args: [text, stringLit(regex)], type: 'bool' }
  }
  if (starts && ends) return test('Contains', inner)
  if (starts) return test('HasSuffix', inner)
  if (ends) return test('HasPrefix', inner)
  return test('Has', inner)
}
