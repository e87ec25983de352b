// Splunk's HTTP Event Collector: events as JSON objects one after another, or lines of text (`raw`), into SplunkEvents_CL, where
// the index is a column as it is in Splunk's searches; events of containers into ContainerLogV2.
// Parameters: `host`, `source`, `sourcetype`, `index`, which events that do not say take.
// https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector
import { isFields, type JsonFields, type JsonRecord, readAll, readRecords } from '../json/records.ts'
import { type Decoded, type Head, type Json, MalformedBody, type Receiver } from '../types.ts'
import { linesOf } from './lines.ts'
import { containerRow } from './shipper/container-log.ts'
import { present } from './shipper/fields.ts'
import { shippedTime } from './shipper/time.ts'

/** Reasons that have a code of their own in Splunk's answers. */
export const hecFaults = {
  missing: 'Event field is required',
  blank: 'Event field cannot be blank',
  fields: 'Error in handling indexed fields',
} as const

type Origin = Readonly<Record<'host' | 'source' | 'sourcetype' | 'index', Json | undefined>>

/** Of a request without events. */
export const noEvents = /^(?:No data|the body is empty)/

export const splunkEvents: Receiver = {
  name: 'splunk-hec',
  async *decode(body, head) {
    const defaults = originOf(head)
    let isEmpty = true
    for await (const batch of readRecords(body)) {
      if (batch.length > 0) isEmpty = false
      yield batch
        .flatMap(severalOf)
        .map((record) =>
          'rejected' in record
            ? { rejected: record.rejected, raw: record.text }
            : eventRow(record.value, defaults, record.text),
        )
    }
    if (isEmpty) throw new MalformedBody('No data')
  },
}

/** Objects on one line that follow others on lines of their own. */
function severalOf(record: JsonRecord): readonly JsonRecord[] {
  if ('value' in record) return [record]
  try {
    const records = readAll(record.text)
    return records.every((one) => 'value' in one) ? records : [record]
  } catch (error) {
    if (error instanceof MalformedBody) return [record]
    throw error
  }
}

export const splunkRaw: Receiver = {
  name: 'splunk-hec',
  async *decode(body, head) {
    const origin = originOf(head)
    let isEmpty = true
    for await (const lines of linesOf(body)) {
      const events = lines.filter((line) => line.trim() !== '')
      if (events.length > 0) isEmpty = false
      yield events.map((line) => customRow(line, origin, {}, line, undefined))
    }
    if (isEmpty) throw new MalformedBody('No data')
  },
}

function originOf({ parameters: { host, source, sourcetype, index } }: Head): Origin {
  return { host, source, sourcetype, index }
}

function eventRow(record: JsonFields, defaults: Origin, raw: string): Decoded {
  const { event, fields = {} } = record
  if (event === undefined || event === null) return { rejected: hecFaults.missing, raw }
  if (event === '') return { rejected: hecFaults.blank, raw }
  if (!isFields(fields)) return { rejected: hecFaults.fields, raw }
  const origin: Origin = {
    host: record.host ?? defaults.host,
    source: record.source ?? defaults.source,
    sourcetype: record.sourcetype ?? defaults.sourcetype,
    index: record.index ?? defaults.index,
  }
  const time = shippedTime(record.time)
  return containerOf(event, origin, fields, raw, time) ?? customRow(event, origin, fields, raw, time)
}

/** The pod is in the event, as Fluent Bit sends it, or in the fields, as OpenTelemetry's exporter does. */
function containerOf(
  event: Json,
  origin: Origin,
  fields: JsonFields,
  raw: string,
  time: string | undefined,
): Decoded | undefined {
  const record = isFields(event) ? { ...fields, ...event } : { ...fields, message: event }
  const { host, source, sourcetype, index } = origin
  const more = present({ splunk: present({ host, source, sourcetype, index }) })
  return containerRow({ tag: '', fields: { ...record, ...more }, raw, ...(time !== undefined && { time }) })
}

function customRow(event: Json, origin: Origin, fields: JsonFields, raw: string, time: string | undefined): Decoded {
  const columns = present({
    Event: event,
    Host: origin.host,
    Source: origin.source,
    SourceType: origin.sourcetype,
    Index: origin.index,
    Fields: Object.keys(fields).length > 0 ? fields : undefined,
  })
  return { table: 'SplunkEvents_CL', fields: columns, misfits: 'leave out', raw, ...(time !== undefined && { time }) }
}
