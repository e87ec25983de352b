// parse-kv: values by the keys before them. https://learn.microsoft.com/kusto/query/parse-kv-operator
import { columnsOf, elements, type Node, word } from '../kusto/syntax.ts'
import type { ScalarType } from '../model.ts'
import { convert } from '../plan/expressions.ts'
import { longLit, stringLit } from '../plan/literals.ts'
import type { Definition, Expr, NamedColumn } from '../plan/nodes.ts'
import { regexEscaped } from '../regex.ts'
import { extended, operator, scopeOf } from './define.ts'
import { replaceColumns } from './project.ts'

interface Format {
  /** Undefined: any character that is no letter or digit. */
  readonly pair: string | undefined
  readonly keyValue: string | undefined
  readonly quote: { readonly open: string; readonly close: string } | undefined
  readonly escape: string | undefined
  readonly greedy: boolean
}

const call = (fn: string, type: ScalarType, ...args: Expr[]): Expr => ({ kind: 'call', fn, args, type })

/** Matches up to the end of a key's value; group 1 is the value within quotes, group 2 the bare one. */
function keyPattern(key: string, keys: readonly string[], f: Format): string {
  const separator = f.pair === undefined ? '[^\\p{L}\\p{N}_]' : regexEscaped(f.pair)
  const between = f.keyValue === undefined ? '[^\\p{L}\\p{N}_]+?' : `\\s*${regexEscaped(f.keyValue)}`
  const [open, close] = [regexEscaped(f.quote?.open ?? ''), regexEscaped(f.quote?.close ?? '')]
  const inside =
    f.escape === undefined ? `[^${close}]` : `[^${close}${regexEscaped(f.escape)}]|${regexEscaped(f.escape)}.`
  const name = (k: string): string =>
    f.quote ? `(?:${open}${regexEscaped(k)}${close}|${regexEscaped(k)})` : regexEscaped(k)
  const before = f.quote
    ? `^(?:[^${open}]|${open}(?:${inside})*${close})*?(?:^|${separator})\\s*`
    : `(?:^|${separator})\\s*`
  const end = f.greedy
    ? `\\s*(?:${separator}\\s*(?:${keys.map(name).join('|')})${between}|$)`
    : f.pair === undefined
      ? ''
      : `(?:${separator}|$)`
  const bare = f.pair === undefined && !f.greedy ? '([\\p{L}\\p{N}_]+)' : '(.*?)'
  const value = f.quote ? `(?:${open}((?:${inside})*)${close}|${bare}${end})` : `()${bare}${end}`
  return `(?s)${before}${name(key)}${between}\\s*${value}`
}

function byPattern(source: Expr, key: string, keys: readonly string[], f: Format): Expr {
  const groups = call('regex_groups', 'dynamic', source, stringLit(keyPattern(key, keys, f)))
  const group = (n: number): Expr => call('regex_group', 'string', groups, longLit(n))
  const quoted =
    f.escape === undefined
      ? group(1)
      : call('replace_regex', 'string', group(1), stringLit(`(?s)${regexEscaped(f.escape)}(.)`), stringLit('\\1'))
  return f.quote
    ? call('strcat', 'string', quoted, call('trim', 'string', stringLit('\\s+'), group(2)))
    : call('trim', 'string', stringLit('\\s+'), group(2))
}

export const parseKv = operator('ParseKvOperator', (node, input, env, ctx) => {
  const given = new Map(
    elements<Node<'NamedParameter'>>(node.WithClause?.Properties).map((p) => [
      (p.Name?.SimpleName ?? '').toLowerCase(),
      word(p.Expression),
    ]),
  )
  const source = convert(ctx.expr(node.Expression!, scopeOf(input, env)), 'string')
  const bound = columnsOf(node.ResultType)
  const wanted = elements<Node<'NameAndTypeDeclaration'>>(node.Keys?.Columns).map((c) => ({
    name: c.Name?.SimpleName ?? '',
    type: bound.find((b) => b.name === c.Name?.SimpleName)?.type ?? ('string' as const),
  }))
  const quote = given.get('quote')
  const format: Format = {
    pair: given.get('pair_delimiter'),
    keyValue: given.get('kv_delimiter'),
    quote: quote ? { open: quote[0]!, close: quote[1] ?? quote[0]! } : undefined,
    escape: given.get('escape'),
    greedy: given.get('greedy') === 'true',
  }
  const regex = given.get('regex')
  const keys = wanted.map((c) => c.name)
  const definitions: Definition[] = []
  const added = wanted.map(({ name, type }): NamedColumn => {
    const text =
      regex === undefined
        ? byPattern(source, name, keys, format)
        : call('regex_pair', 'string', source, stringLit(regex), stringLit(name))
    const id = ctx.newColumn(name, type)
    definitions.push({ id, expr: convert(text, type) })
    return { name, id, type }
  })
  return { ...input, rel: extended(input.rel, definitions), columns: replaceColumns(input.columns, added) }
})
