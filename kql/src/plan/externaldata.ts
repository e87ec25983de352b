// externaldata: a table in files that the query names. The caller of the compiler says which addresses may be read, and reads them.
// https://learn.microsoft.com/kusto/query/externaldata-operator
import { CompileError, codes } from '../diagnostics.ts'
import { columnsOf, type Expression, elements, type Node, span, word } from '../kusto/syntax.ts'
import { type Format, formatOf, formats, isFormat, recordsOf } from '../local/files.ts'
import type { Environment, Lowering } from './context.ts'
import { convert, unsupported } from './expressions.ts'
import type { Definition, NamedColumn, Rel, Relation } from './nodes.ts'

type ExternalData = Node<'ExternalDataExpression'>

function addressOf(node: Expression, env: Environment | undefined, ctx: Lowering): string {
  const expr = ctx.expr(node, { env, columns: [] })
  if (expr.kind !== 'lit' || typeof expr.value !== 'string') return unsupported(node, 'an address that is not constant')
  const { mayRead } = ctx.options
  if (!mayRead)
    return unsupported(
      node,
      'externaldata',
      'the server reads only what its setting externaldata lists; ingest the file into a table instead',
    )
  if (!mayRead(expr.value))
    return unsupported(node, 'reading this address', 'the setting externaldata of the server does not list it')
  return expr.value
}

interface Properties {
  readonly format: string | undefined
  readonly ignoreFirst: boolean
}

function propertiesOf(node: ExternalData): Properties {
  const given = elements<Node<'NamedParameter'>>(node.WithClause?.Properties)
  let format: string | undefined
  let ignoreFirst = false
  for (const p of given) {
    const name = (p.Name?.SimpleName ?? '').toLowerCase()
    if (name === 'format') format = word(p.Expression).toLowerCase()
    else if (name === 'ignorefirstrecord') ignoreFirst = word(p.Expression).toLowerCase() === 'true'
    else unsupported(p, `the property '${p.Name?.SimpleName ?? ''}'`, 'format and ignoreFirstRecord are here')
  }
  return { format, ignoreFirst }
}

function formatFor(address: string, given: string | undefined, node: ExternalData): Format {
  const format = given ?? formatOf(address)
  if (format !== undefined && isFormat(format)) return format
  return unsupported(node, `the format '${format ?? 'of this file'}'`, `one of ${formats.join(', ')}`)
}

/** Fields come as texts; the engine makes values of them, as of any text. */
export function externalData(node: ExternalData, env: Environment | undefined, ctx: Lowering): Relation {
  const { format, ignoreFirst } = propertiesOf(node)
  const files = elements<Expression>(node.URIs).map((u) => addressOf(u, env, ctx))
  const perFile = files.map((address) => formatFor(address, format, node))
  const bound = columnsOf(node.ResultType)
  const texts = bound.map((c) => ctx.newColumn(c.name, 'string'))
  const read: Rel = {
    kind: 'local',
    operator: 'externaldata',
    input: { kind: 'values', columns: [], rows: [], ordinal: ctx.newColumn('ordinal', 'long', false) },
    inputs: [],
    files,
    columns: texts,
    ordinal: ctx.newColumn('ordinal', 'long', false),
    run: (contents) =>
      contents.flatMap(([text], i) => {
        try {
          return recordsOf(String(text), perFile[i] ?? 'csv', bound, ignoreFirst)
        } catch (error) {
          const reason = error instanceof Error ? error.message : ''
          throw new CompileError(codes.refusedValue, `file ${i + 1} is no ${perFile[i]}: ${reason}`, span(node))
        }
      }),
  }
  const definitions: Definition[] = []
  const columns = bound.map((c, i): NamedColumn => {
    const id = texts[i] as number
    if (c.type === 'string') return { ...c, id }
    const own = ctx.newColumn(c.name, c.type)
    definitions.push({ id: own, expr: convert({ kind: 'col', id, type: 'string' }, c.type) })
    return { ...c, id: own }
  })
  return { rel: definitions.length === 0 ? read : { kind: 'extend', input: read, columns: definitions }, columns }
}
