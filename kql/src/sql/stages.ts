// Work that must be done before the final SELECT: shared relations and local operators, each into a scratch table.
import type { Column } from '../model.ts'
import type { ColumnId, Local, Shared } from '../plan/nodes.ts'
import { type Block, blockOf } from './blocks.ts'
import { quoteName } from './quote.ts'
import { sqlTypes } from './types.ts'
import { nameOf, type Output, type Writer, writeBlock } from './write.ts'

/** Rows of a relation beyond which an operator that runs in this process gives up. */
export const maxLocalRows = 500_000

const cell = (index: number): string => `c${index}`

function createText(table: string, columns: readonly Column[]): string {
  const list = columns.map((c, i) => `${cell(i)} ${sqlTypes[c.type]}`)
  return `CREATE TABLE ${table} (${[...list, 'ordinal Int64'].join(', ')}) ENGINE = Memory`
}

const columnOf = (id: ColumnId, w: Writer): Column => ({
  name: w.columns[id]?.name ?? '',
  type: w.columns[id]?.type ?? 'dynamic',
})

/** `name AS alias` for the cells that are needed. */
function readText(
  table: string,
  cells: readonly { readonly id: ColumnId; readonly at: number }[],
  ordinal: ColumnId | undefined,
  w: Writer,
): string {
  const columns = cells.map((c) => `${cell(c.at)} AS ${quoteName(nameOf(c.id, w))}`)
  if (ordinal !== undefined) columns.push(`ordinal AS ${quoteName(nameOf(ordinal, w))}`)
  return `FROM (SELECT ${columns.length > 0 ? columns.join(', ') : '1'} FROM ${table})`
}

export function sharedText(shared: Shared, needed: ReadonlySet<ColumnId>, w: Writer): string {
  const relation = w.shared[shared.index]
  if (!relation) throw new Error(`shared relation ${shared.index} is missing`)
  const ids = relation.columns.map((c) => c.id)
  let table = w.sharedTables.get(shared.index)
  if (!table) {
    table = `${w.scratch}shared${shared.index}`
    w.sharedTables.set(shared.index, table)
    const outputs = ids.map((id, i): Output => ({ id, alias: cell(i), type: columnOf(id, w).type }))
    const rows = writeBlock(blockOf(relation.rel), outputs, w)
    const insert = `INSERT INTO ${table} SELECT *, toInt64(rowNumberInAllBlocks()) FROM (\n${rows}\n)`
    w.stages.push({
      kind: 'sql',
      table,
      create: createText(
        table,
        ids.map((id) => columnOf(id, w)),
      ),
      insert,
    })
  }
  const cells = shared.columns.filter((c) => needed.has(c.id)).map((c) => ({ id: c.id, at: ids.indexOf(c.from) }))
  return readText(table, cells, needed.has(shared.ordinal) ? shared.ordinal : undefined, w)
}

export function localText(local: Local, input: Block, needed: ReadonlySet<ColumnId>, w: Writer): string {
  const idle = new Set((local.passes ?? []).filter((id) => !needed.has(id)))
  const outputs = local.inputs.map(
    (id, i): Output => ({ id: idle.has(id) ? undefined : id, alias: cell(i), type: columnOf(id, w).type }),
  )
  const sql = writeBlock(input, outputs, w)
  const columns = local.columns.map((id) => columnOf(id, w))
  const table = `${w.scratch}local${w.stages.length}`
  w.stages.push({
    kind: 'local',
    operator: local.operator,
    table,
    create: createText(table, columns),
    input: sql,
    inputColumns: local.inputs.map((id) => columnOf(id, w)),
    columns,
    maxRows: maxLocalRows,
    ...(local.files ? { files: local.files } : {}),
    run: local.run,
  })
  const cells = local.columns.map((id, at) => ({ id, at })).filter((c) => needed.has(c.id))
  return readText(table, cells, needed.has(local.ordinal) ? local.ordinal : undefined, w)
}
