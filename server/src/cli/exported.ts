// Rows of a table as they were exported: CSV of Azure's portal, answers of the query API. Names and cells become those that
// the table had.
import type { Json, JsonObject } from '../ingest/types.ts'

export type Renames = ReadonlyMap<string, string>
export type Row = JsonObject

/** `TimeGenerated [UTC]` -> `TimeGenerated`; another zone's times would be misread. */
export function columnOfHeader(header: string, renames: Renames): string {
  const found = /^(.*?)\s*\[([^\]]+)\]$/.exec(header.trim())
  if (found && !/^utc$/i.test(found[2] ?? '')) {
    throw new Error(`the column '${header}' holds times of another zone than UTC; export it with UTC`)
  }
  const plain = found?.[1] ?? header.trim()
  return renames.get(header) ?? renames.get(plain) ?? plain
}

/** An empty cell is no value. */
export function rowOfCells(names: readonly string[], cells: readonly string[]): Row {
  if (cells.length > names.length) throw new Error(`a record has ${cells.length} cells, the header ${names.length}`)
  const row: Record<string, string> = {}
  for (const [index, cell] of cells.entries()) if (cell !== '') row[names[index] as string] = cell
  return row
}

interface ExportedTable {
  readonly columns: readonly { readonly name: string; readonly type?: string }[]
  readonly rows: readonly (readonly Json[])[]
}

/** `{"tables":[{"columns":[…],"rows":[[…]]}]}`; undefined: it is not that. */
export function exportedTable(value: unknown): ExportedTable | undefined {
  if (typeof value !== 'object' || value === null || !('tables' in value) || !Array.isArray(value.tables))
    return undefined
  const table: unknown = value.tables[0]
  if (typeof table !== 'object' || table === null || !('rows' in table) || !('columns' in table)) return undefined
  return Array.isArray(table.rows) && Array.isArray(table.columns) ? (table as ExportedTable) : undefined
}

export function* rowsOfTable({ columns, rows }: ExportedTable, renames: Renames): Generator<Row> {
  const names = columns.map(({ name }) => columnOfHeader(name, renames))
  for (const values of rows) {
    const row: Record<string, Json> = {}
    for (const [index, value] of values.entries()) {
      if (value !== null && value !== '') row[names[index] as string] = value
    }
    yield row
  }
}
