// FROM clauses: where the rows of a block come from.
import type { ColumnId, RangeRel, Scan, Union, Unnest, Values } from '../plan/nodes.ts'
import { columnsIn } from '../plan/walk.ts'
import type { Block, From } from './blocks.ts'
import { writeExpr } from './expr.ts'
import { joinText } from './join.ts'
import { writeLiteral } from './literal.ts'
import { quoteName, quoteString } from './quote.ts'
import { localText, sharedText } from './stages.ts'
import { sqlTypes } from './types.ts'
import { exprContext, nameOf, type Output, outputsFor, ownName, type Writer, writeBlock } from './write.ts'
import { fromUnixTicks, unixTicks } from './written.ts'

const typeOf = (id: ColumnId, w: Writer): Output['type'] => w.columns[id]?.type ?? 'dynamic'

function scanText(scan: Scan, needed: ReadonlySet<ColumnId>, w: Writer): string {
  if (!scan.source) return emptyText(needed, w)
  const { database, table } = scan.source
  const name = `${quoteName(database)}.${quoteName(table)}`
  const read = w.reads.get(name) ?? { table: scan.table, source: { database, table }, columns: new Set() }
  w.reads.set(name, read)
  for (const c of scan.columns) {
    if (!needed.has(c.id)) continue
    w.names.set(c.id, c.name)
    read.columns.add(c.name)
  }
  return `FROM ${name}`
}

/** Columns of the right types and no rows. */
function emptyText(needed: ReadonlySet<ColumnId>, w: Writer): string {
  const columns = [...needed].map((id) => {
    const type = typeOf(id, w)
    w.names.delete(id)
    return `${writeLiteral({ kind: 'lit', type, value: type === 'string' ? '' : null }).sql} AS ${quoteName(nameOf(id, w))}`
  })
  return `FROM (SELECT ${columns.length > 0 ? columns.join(', ') : '1'} WHERE false)`
}

function valuesText(values: Values, needed: ReadonlySet<ColumnId>, w: Writer): string {
  const ids = values.columns.filter((id) => needed.has(id))
  const ordered = needed.has(values.ordinal)
  if (values.rows.length === 0) return emptyText(needed, w)
  if (ids.length === 0 && !ordered)
    return values.rows.length === 1 ? 'FROM system.one' : `FROM numbers(${values.rows.length})`
  const structure = ids.map((id) => `${quoteName(nameOf(id, w))} ${sqlTypes[typeOf(id, w)]}`)
  if (ordered) structure.unshift(`${quoteName(nameOf(values.ordinal, w))} Int64`)
  const rows = values.rows.map((row, n) => {
    const cells = ids.map((id) => {
      const value = row[values.columns.indexOf(id)] ?? null
      const type = typeOf(id, w)
      return value === null && type !== 'string' ? 'NULL' : writeLiteral({ kind: 'lit', type, value: value ?? '' }).sql
    })
    return `(${[...(ordered ? [String(n)] : []), ...cells].join(', ')})`
  })
  return `FROM values(${quoteString(structure.join(', '))}, ${rows.join(', ')})`
}

function rangeText(range: RangeRel, w: Writer): string {
  const ctx = exprContext(w)
  const type = typeOf(range.id, w)
  const [from, to, step] = [range.from, range.to, range.step].map((e) => writeExpr(e, ctx).sql)
  const name = quoteName(nameOf(range.id, w))
  if (type === 'datetime') {
    const first = unixTicks(from ?? '')
    const count = `toUInt64(greatest(0, intDiv(${unixTicks(to ?? '')} - ${first}, ${step}) + 1))`
    return `FROM (SELECT ${fromUnixTicks(`toInt64(${first} + toInt64(number) * ${step})`)} AS ${name} FROM numbers(assumeNotNull(${count})))`
  }
  const count = `toUInt64(greatest(0, floor((${to} - ${from}) / ${step}) + 1))`
  const number = type === 'real' || type === 'decimal' ? 'number' : 'toInt64(number)'
  return `FROM (SELECT ${from} + ${number} * ${step} AS ${name} FROM numbers(assumeNotNull(${count})))`
}

/** A block in parentheses, its columns under their own names from here on. */
export function subquery(block: Block, ids: readonly ColumnId[], w: Writer): string {
  const sql = writeBlock(block, outputsFor(ids, w), w)
  for (const id of ids) w.names.set(id, ownName(id, w))
  return `(\n${sql.replace(/^/gm, '  ')}\n)`
}

function unionText(union: Union, blocks: readonly Block[], needed: ReadonlySet<ColumnId>, w: Writer): string {
  const columns = union.columns.filter((c) => needed.has(c.id))
  if (blocks.length === 0) return emptyText(needed, w)
  const legs = blocks.map((block, leg) => {
    const outputs = columns.map((c): Output => ({ id: c.from[leg], alias: nameOf(c.id, w), type: typeOf(c.id, w) }))
    return writeBlock(block, outputs, w)
  })
  return `FROM (\n${legs.join('\nUNION ALL\n').replace(/^/gm, '  ')}\n)`
}

function unnestText(unnest: Unnest, input: Block, needed: ReadonlySet<ColumnId>, w: Writer): string {
  const made = new Set([...unnest.columns.map((c) => c.id), unnest.index])
  const reads = new Set([...needed].filter((id) => !made.has(id)))
  for (const c of unnest.columns) for (const id of columnsIn(c.expr)) reads.add(id)
  const source = subquery(input, [...reads], w)
  const ctx = exprContext(w)
  const arrays = unnest.columns.map((c) => {
    const array = writeExpr(c.expr, ctx).sql
    return unnest.limit === undefined ? array : `arraySlice(${array}, 1, ${unnest.limit})`
  })
  const least = unnest.dropEmpty ? '' : ', 1'
  const length =
    arrays.length === 1 && unnest.dropEmpty
      ? `length(${arrays[0]})`
      : `greatest(${arrays.map((a) => `length(${a})`).join(', ')}${least})`
  const joined = unnest.columns.map(
    (c, i) => `arrayResize(${arrays[i]}, ${length}, NULL) AS ${quoteName(nameOf(c.id, w))}`,
  )
  w.nullable.set(unnest.index, false)
  if (needed.has(unnest.index))
    joined.push(`arrayMap(i -> toInt64(i), range(${length})) AS ${quoteName(nameOf(unnest.index, w))}`)
  return `FROM ${source}\nARRAY JOIN ${joined.join(', ')}`
}

export function writeFrom(from: From, needed: ReadonlySet<ColumnId>, w: Writer): string {
  switch (from.kind) {
    case 'scan':
      return scanText(from.scan, needed, w)
    case 'values':
      return valuesText(from.values, needed, w)
    case 'range':
      return rangeText(from.range, w)
    case 'block':
      return `FROM ${subquery(from.block, [...needed], w)}`
    case 'join':
      return joinText(from, needed, w)
    case 'union':
      return unionText(from.union, from.blocks, needed, w)
    case 'unnest':
      return unnestText(from.unnest, from.input, needed, w)
    case 'shared':
      return sharedText(from.shared, needed, w)
    case 'local':
      return localText(from.local, from.input, needed, w)
    default:
      return from satisfies never
  }
}
