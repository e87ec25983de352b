// JSON records of a log shipper's HTTP output, of whatever framing -> rows. Parameters: `table` (custom table of what is no
// line of a container), `tag` (names it otherwise), `timeField`.
import { readRecords } from '../../json/records.ts'
import { type Head, MalformedBody, type Receiver } from '../../types.ts'
import { shippedRow } from './route.ts'
import { takeTime } from './time.ts'

export interface ShipperFormat {
  readonly name: string
  /** Fields that may hold the time. */
  readonly timeFields: readonly string[]
  /** Where records go that say nothing of their origin. */
  readonly defaultTag: string
}

export function shipperJson({ name, timeFields, defaultTag }: ShipperFormat): Receiver {
  return {
    name,
    async *decode(body, head) {
      refuseOtherFormats(head, name)
      const { table, tag = '', timeField } = head.parameters
      const names = timeField ? [timeField, ...timeFields] : timeFields
      const origin = { tag: tag || defaultTag, ...(table && { table }) }
      for await (const batch of readRecords(body)) {
        yield batch.map((record) =>
          'rejected' in record
            ? { rejected: record.rejected, raw: record.text }
            : shippedRow({ ...origin, ...takeTime(record.value, names), raw: record.text }),
        )
      }
    },
  }
}

function refuseOtherFormats({ contentType }: Head, name: string): void {
  if (/msgpack/i.test(contentType)) {
    throw new MalformedBody(`${name} takes JSON, not MessagePack: set the output's format to json or json_lines`)
  }
}
