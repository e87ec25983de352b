// parse and parse-where. https://learn.microsoft.com/kusto/query/parse-operator
import { elements, is, type Node, parametersOf, type SyntaxElement, scalarType, word } from '../kusto/syntax.ts'
import type { ScalarType } from '../model.ts'
import type { Environment, Lowering } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import { longLit, stringLit } from '../plan/literals.ts'
import type { Definition, Expr, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { groupCount, regexEscaped } from '../regex.ts'
import { operator, scopeOf } from './define.ts'
import { replaceColumns } from './project.ts'

type Kind = 'simple' | 'relaxed' | 'regex'

interface Capture {
  readonly name: string
  readonly type: ScalarType
  readonly group: number
}

interface Pattern {
  readonly regex: string
  readonly captures: readonly Capture[]
}

const escapeRegex = (literal: string): string => regexEscaped(literal).replace(/\n/g, '\\n')

const numeric: Partial<Record<ScalarType, string>> = {
  int: '[-+]?\\d+',
  long: '[-+]?\\d+',
  real: '[-+]?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?',
  decimal: '[-+]?\\d+(?:\\.\\d+)?',
  bool: '(?:true|false)',
}

function captureText(type: ScalarType, kind: Kind, last: boolean): string {
  const number = numeric[type]
  if (kind === 'regex') return number ? `(${number})` : '(.*)'
  if (number && kind === 'simple') return `(${number})${last ? '$' : ''}`
  if (number) return last ? '(.*)' : `(${number}|.*?)`
  return last ? '(.*)' : '(.*?)'
}

function declared(part: SyntaxElement): { name: string; type: ScalarType } | undefined {
  if (is(part, 'NameDeclaration')) return { name: part.SimpleName ?? '', type: 'string' }
  if (!is(part, 'NameAndTypeDeclaration')) return undefined
  const type = part.Type?.ReferencedSymbol
  return { name: part.Name?.SimpleName ?? '', type: scalarType(type as never) ?? 'string' }
}

/** The whole pattern as one regular expression, each column a group of it. */
function patternOf(parts: readonly SyntaxElement[], kind: Kind, flags: string): Pattern {
  let regex = ''
  let groups = 0
  const captures: Capture[] = []
  parts.forEach((part, i) => {
    const last = i === parts.length - 1
    const column = declared(part)
    if (column) {
      groups += 1
      captures.push({ ...column, group: groups })
      regex += captureText(column.type, kind, last)
    } else if (is(part, 'StarExpression')) {
      regex += last ? '' : '.*?'
    } else if (is(part, 'LiteralExpression') || is(part, 'CompoundStringLiteralExpression')) {
      const literal = String(part.LiteralValue ?? '')
      if (kind === 'regex') groups += groupCount(literal)
      regex += kind === 'regex' ? literal : escapeRegex(literal)
    } else unsupported(part, 'this part of a parse pattern')
  })
  if (kind === 'regex')
    return { regex: flags.includes('s') ? `(?${flags})${regex}` : `(?${flags}-s)${regex}`, captures }
  return { regex: `(?s)^${regex}`, captures }
}

interface Parsed {
  readonly relation: Relation
  readonly matches: Expr
}

function parsed(
  node: Node<'ParseOperator'> | Node<'ParseWhereOperator'>,
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): Parsed {
  const parameters = parametersOf(node)
  const kind = (word(parameters.get('kind')) || 'simple') as Kind
  const parts = elements<SyntaxElement>(node.Patterns)
  const pattern = patternOf(parts, kind, word(parameters.get('flags')))
  const source = convert(ctx.expr(node.Expression!, scopeOf(input, env)), 'string')
  const groupsId = ctx.newColumn('groups', 'dynamic', false)
  const groups: Expr = { kind: 'call', fn: 'regex_groups', args: [source, stringLit(pattern.regex)], type: 'dynamic' }
  const groupsCol: Expr = { kind: 'col', id: groupsId, type: 'dynamic' }
  const raw = (group: number): Expr => ({
    kind: 'call',
    fn: 'regex_group',
    args: [groupsCol, longLit(group)],
    type: 'string',
  })
  const text = (group: number): Expr =>
    kind === 'regex' ? { kind: 'call', fn: 'trim', args: [stringLit('\\s+'), raw(group)], type: 'string' } : raw(group)
  const texts = pattern.captures.map((c) => ({ ...c, expr: convert(text(c.group), c.type) }))
  const matched: Expr = { kind: 'call', fn: 'regex_matched', args: [groupsCol], type: 'bool' }
  const strict = kind !== 'relaxed' ? texts.filter((c) => c.type !== 'string') : []
  const matches = strict.reduce<Expr>(
    (all, c) => ({
      kind: 'call',
      fn: 'And',
      type: 'bool',
      args: [all, { kind: 'call', fn: 'isnotnull', args: [c.expr], type: 'bool' }],
    }),
    matched,
  )
  const definitions: Definition[] = [{ id: groupsId, expr: groups }]
  const added = texts.map((c): NamedColumn => {
    const id = ctx.newColumn(c.name, c.type)
    const guarded: Expr = {
      kind: 'call',
      fn: 'iff',
      args: [matches, c.expr, { kind: 'lit', type: c.type, value: c.type === 'string' ? '' : null }],
      type: c.type,
    }
    definitions.push({ id, expr: strict.length === 0 ? c.expr : guarded })
    return { name: c.name, id, type: c.type }
  })
  const rel: Rel = { kind: 'extend', input: input.rel, columns: definitions }
  return { relation: { ...input, rel, columns: replaceColumns(input.columns, added) }, matches }
}

export const parse = operator('ParseOperator', (node, input, env, ctx) => parsed(node, input, env, ctx).relation)

export const parseWhere = operator('ParseWhereOperator', (node, input, env, ctx) => {
  const { relation, matches } = parsed(node, input, env, ctx)
  return { ...relation, rel: { kind: 'filter', input: relation.rel, predicate: matches } }
})
