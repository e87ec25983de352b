// Plug-ins whose columns depend on the data (bag_unpack, pivot): compiling stops, asks for a query to be run, and starts again
// with its answer, which becomes the output schema that the query's author could have written after the plug-in.
import type { Column, Row } from '../model.ts'
import type { ColumnInfo, Relation, SharedRelation } from './nodes.ts'

/** Columns of the result of the plug-in whose call ends at offset `at` of the query. */
export interface Fact {
  readonly at: number
  readonly columns: readonly Column[]
}

/** Thrown while lowering; carries the relation that must be computed first. */
export class MissingFact extends Error {
  readonly call: string
  readonly at: number
  readonly relation: Relation
  readonly columns: readonly ColumnInfo[]
  readonly shared: readonly SharedRelation[]
  readonly read: (rows: readonly Row[]) => readonly Column[]
  constructor(
    at: { readonly offset: number; readonly call: string },
    relation: Relation,
    ctx: { readonly columns: readonly ColumnInfo[]; readonly shared: readonly SharedRelation[] },
    read: (rows: readonly Row[]) => readonly Column[],
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
const schemaText = (columns: readonly Column[]): string =>
  `: (${columns.map((c) => `${quoted(c.name)}:${c.type}`).join(', ')})`

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
