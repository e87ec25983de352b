// Rows of one table by its column names: an array of objects, or one object a line. Parameter `table`.
import { type JsonFields, readRecords } from '../json/records.ts'
import { MalformedBody, type Receiver, type TableRow } from '../types.ts'

export const json: Receiver = {
  name: 'json',
  async *decode(body, head) {
    const { table } = head.parameters
    if (table === undefined || table === '') throw new MalformedBody('the table to write to is missing')
    for await (const batch of readRecords(body)) {
      yield batch.map((record) =>
        'rejected' in record
          ? { rejected: record.rejected, raw: record.text }
          : rowOf(table, record.value, record.text),
      )
    }
  },
}

/** The pipeline takes the time from the table's time column and sets the other standard columns itself. */
function rowOf(table: string, fields: JsonFields, raw: string): TableRow {
  const id = fields._ResourceId
  return { table, fields, raw, ...(typeof id === 'string' && id !== '' && { resourceId: id }) }
}
