// Plug-ins whose columns depend on the data (bag_unpack, pivot): compiling stops, asks for a query to be run, and starts again
// with its answer, which becomes the output schema that the query's author could have written after the plug-in.
import type { Diagnostic } from '../diagnostics.ts'
import { codes } from '../diagnostics.ts'
import type { Column, Row, ScalarType } from '../model.ts'
import type { ColumnInfo, Relation, SharedRelation } from './nodes.ts'

/** Columns of the result of the plug-in whose call ends at offset `at` of the query. */
export interface Fact {
  readonly at: number
  readonly columns: readonly Column[]
  /** The input had no rows: any name may be one of its columns, of this type. */
  readonly open?: ScalarType
}

/** Thrown while lowering; carries the relation that must be computed first. */
export class MissingFact extends Error {
  readonly call: string
  readonly at: number
  readonly relation: Relation
  readonly columns: readonly ColumnInfo[]
  readonly shared: readonly SharedRelation[]
  readonly read: (rows: readonly Row[]) => Omit<Fact, 'at'>
  constructor(
    at: { readonly offset: number; readonly call: string },
    relation: Relation,
    ctx: { readonly columns: readonly ColumnInfo[]; readonly shared: readonly SharedRelation[] },
    read: (rows: readonly Row[]) => Omit<Fact, 'at'>,
  ) {
    super('the columns of a plug-in are not known yet')
    this.at = at.offset
    this.call = at.call
    this.relation = relation
    this.columns = ctx.columns
    this.shared = ctx.shared
    this.read = read
  }
}

const quoted = (name: string): string => `['${name.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}']`
/** Blanks that nobody writes tell a schema that the data gave from one that the query's author wrote. */
const fromData = ':\t \t('
const schemaText = (columns: readonly Column[]): string =>
  `${fromData}${columns.map((c) => `${quoted(c.name)}:${c.type}`).join(', ')})`

/** Whether the schema at this place of a text came from the data. */
export const isFromData = (text: string, offset: number): boolean => text.startsWith(fromData, offset)

export interface Schemas {
  readonly text: string
  /** Offset in the original query of an offset in `text`, and the other way round. */
  readonly original: (offset: number) => number
}

/** The query with the schemas written behind their plug-ins. */
export function withSchemas(query: string, facts: readonly Fact[]): Schemas {
  const sorted = [...facts].sort((a, b) => a.at - b.at)
  let text = ''
  let done = 0
  const inserted: { readonly at: number; readonly length: number }[] = []
  for (const fact of sorted) {
    const schema = schemaText(fact.columns)
    text += query.slice(done, fact.at)
    inserted.push({ at: text.length, length: schema.length })
    text += schema
    done = fact.at
  }
  const original = (offset: number): number =>
    inserted.reduce((o, i) => (offset <= i.at ? o : o - Math.min(i.length, offset - i.at)), offset)
  return { text: text + query.slice(done), original }
}

/** The name that the binder did not find. */
const unresolved = (d: Diagnostic): string | undefined =>
  d.code === 'KS142' ? /'(.+)' does not refer/.exec(d.message)?.[1] : undefined

/**
 * Gives names that do not resolve to plug-ins before them whose input had no rows: the last one first, the one before it if that did
 * not help. Undefined when there is nothing to try.
 */
export function withOpenColumns(
  facts: readonly Fact[],
  diagnostics: readonly Diagnostic[],
): readonly Fact[] | undefined {
  const wanted = diagnostics.flatMap((d) => {
    const name = unresolved(d)
    return name === undefined ? [] : [{ name, start: d.start }]
  })
  let changed = false
  let next = facts
  for (const { name, start } of wanted) {
    const places = next.filter((f) => f.open && f.at <= start && !f.columns.some((c) => c.name === name))
    const last = places.reduce<Fact | undefined>((a, b) => (a && a.at > b.at ? a : b), undefined)
    if (!last?.open) continue
    const column: Column = { name, type: last.open }
    next = next.map((f) => (f === last ? { ...f, columns: [...f.columns, column] } : f))
    changed = true
  }
  return changed ? next : undefined
}

/** Says which columns were made up. `before`: the facts as the data gave them. */
export function openColumnWarnings(facts: readonly Fact[], before: readonly Fact[], query: string): Diagnostic[] {
  return facts.flatMap((fact, i): Diagnostic[] => {
    const added = fact.columns.slice(before[i]?.columns.length ?? 0).map((c) => `'${c.name}'`)
    if (added.length === 0) return []
    const start = query.lastIndexOf('evaluate', fact.at)
    const message = `no rows reach this plug-in, so its columns are not known: ${added.join(', ')} taken to be among them`
    return [{ code: codes.noRowsToLearnFrom, severity: 'warning', start, length: fact.at - start, message }]
  })
}
