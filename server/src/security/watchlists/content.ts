// The file of a watchlist: separated values with a line of names. https://learn.microsoft.com/azure/sentinel/watchlists-create
import { csvRecords } from '../../ingest/delimited/records.ts'
import { InvalidResource } from '../../resources/resource.ts'

/** Bytes of a file that is sent with the resource. */
export const mostBytes = 3_800_000

/** Columns that every watchlist has. */
const ownColumns = ['_DTItemId', 'LastUpdatedTimeUTC', 'SearchKey']

export interface WatchlistContent {
  readonly columns: readonly string[]
  readonly rows: readonly Readonly<Record<string, string>>[]
}

export interface ContentOptions {
  readonly searchKey: string
  readonly linesToSkip: number
  readonly separator: ',' | '\t'
}

const fault = (reason: string) => new InvalidResource('watchlist', '/properties/rawContent', reason)

/** Throws InvalidResource. */
export async function readContent(text: string, options: ContentOptions): Promise<WatchlistContent> {
  if (Buffer.byteLength(text) > mostBytes) throw fault('must not have more than 3.8 MB')
  const { linesToSkip, separator, searchKey } = options
  const body = text.split('\n').slice(linesToSkip).join('\n')
  let columns: readonly string[] | undefined
  const rows: Readonly<Record<string, string>>[] = []
  for await (const cells of recordsOf(body, separator)) {
    if (!columns) {
      columns = cells.map((name) => name.trim())
      checkColumns(columns, searchKey)
      continue
    }
    if (cells.length !== columns.length)
      throw fault(
        `record ${rows.length + 1} has ${cells.length} values, not ${columns.length}: ${cells.join(separator).slice(0, 80)}`,
      )
    rows.push(Object.fromEntries(columns.map((name, at) => [name, cells[at] ?? ''])))
  }
  if (!columns) throw fault('has no line of names')
  return { columns, rows }
}

async function* recordsOf(text: string, separator: string): AsyncGenerator<readonly string[]> {
  try {
    yield* csvRecords(
      (async function* () {
        yield text
      })(),
      separator,
    )
  } catch (error) {
    throw fault(error instanceof Error ? error.message : String(error))
  }
}

function checkColumns(columns: readonly string[], searchKey: string): void {
  const twice = columns.find((name, at) => columns.indexOf(name) !== at)
  if (twice !== undefined) throw fault(`the column '${twice}' is there twice`)
  const own = columns.find((name) => ownColumns.includes(name) || name === '')
  if (own !== undefined) throw fault(own === '' ? 'a column has no name' : `'${own}' is a column of every watchlist`)
  if (!columns.includes(searchKey))
    throw new InvalidResource(
      'watchlist',
      '/properties/itemsSearchKey',
      `'${searchKey}' is no column of the file: ${columns.join(', ')}`,
    )
}
