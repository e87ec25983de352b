// A span -> a row of OTelSpans. https://opentelemetry.io/docs/specs/otel/trace/api/#span
// Columns: https://learn.microsoft.com/azure/azure-monitor/reference/tables/otelspans
import type { Json, TableRow } from '../../types.ts'
import { bigintIn, type Fields, integerIn, listIn, messageIn, textIn } from '../protobuf/values.ts'
import { type Origin, scopeOrigin, sdkColumns } from './source.ts'
import { attributesIn, idIn, instantOf, timeIn } from './values.ts'

const kinds = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer']
const statusCodes = ['Unset', 'Ok', 'Error']

/** Made once for each scope. */
export function spansScope(resource: Origin, entry: Fields): Origin {
  const origin = scopeOrigin(resource, entry)
  return { ...origin, columns: { ...origin.columns, ...sdkColumns(origin) } }
}

export function spanRow(span: Fields, { columns, resourceId }: Origin): TableRow {
  const start = bigintIn(span, 'startTimeUnixNano')
  const end = bigintIn(span, 'endTimeUnixNano')
  const status = messageIn(span, 'status') ?? {}
  const statusCode = nameOf(integerIn(status, 'code'), statusCodes)
  const attributes = attributesIn(span)
  return {
    table: 'OTelSpans',
    ...(start !== 0n && { time: instantOf(start) }),
    ...(resourceId !== undefined && { resourceId }),
    fields: {
      ...columns,
      Name: textIn(span, 'name'),
      Kind: nameOf(integerIn(span, 'kind'), kinds),
      TraceId: idIn(span, 'traceId', 16),
      SpanId: idIn(span, 'spanId', 8),
      ParentSpanId: idIn(span, 'parentSpanId', 8),
      TraceState: textIn(span, 'traceState'),
      ...(end !== 0n && { EndTime: instantOf(end) }),
      ...(start !== 0n && end !== 0n && { DurationMs: Number(end - start) / 1e6 }),
      StatusCode: statusCode,
      StatusMessage: textIn(status, 'message'),
      Success: statusCode !== 'Error',
      ...(attributes && { Attributes: attributes }),
      Events: listIn(span, 'events').map(eventOf),
      Links: listIn(span, 'links').map(linkOf),
      DroppedAttributesCount: integerIn(span, 'droppedAttributesCount'),
      DroppedEventsCount: integerIn(span, 'droppedEventsCount'),
      DroppedLinksCount: integerIn(span, 'droppedLinksCount'),
      Flags: integerIn(span, 'flags'),
    },
  }
}

function eventOf(event: Fields): Json {
  const time = timeIn(event, 'timeUnixNano')
  return {
    ...(time !== undefined && { time }),
    name: textIn(event, 'name'),
    attributes: attributesIn(event) ?? {},
    ...dropped(event),
  }
}

function linkOf(link: Fields): Json {
  return {
    traceId: idIn(link, 'traceId', 16),
    spanId: idIn(link, 'spanId', 8),
    traceState: textIn(link, 'traceState'),
    attributes: attributesIn(link) ?? {},
    flags: integerIn(link, 'flags'),
    ...dropped(link),
  }
}

function dropped(message: Fields): { readonly [name: string]: Json } {
  const count = integerIn(message, 'droppedAttributesCount')
  return count === 0 ? {} : { droppedAttributesCount: count }
}

/** A number that newer versions of the protocol may know is kept as it is. */
function nameOf(number: Json, names: readonly string[]): string {
  return (typeof number === 'number' ? names[number] : undefined) ?? String(number)
}
