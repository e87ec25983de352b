// A log record -> a row of OTelLogs. https://opentelemetry.io/docs/specs/otel/logs/data-model/
// Columns: https://learn.microsoft.com/azure/azure-monitor/reference/tables/otellogs
import { jsonText } from '../../json/exact.ts'
import type { TableRow } from '../../types.ts'
import { type Fields, integerIn, messageIn, textIn } from '../protobuf/values.ts'
import { type Origin, placeColumns, scopeOrigin, sdkColumns } from './source.ts'
import { anyValue, attributesIn, idIn, timeIn } from './values.ts'

/** Made once for each scope. */
export function logsScope(resource: Origin, entry: Fields): Origin {
  const origin = scopeOrigin(resource, entry)
  return { ...origin, columns: { ...origin.columns, ...placeColumns(origin), ...sdkColumns(origin) } }
}

export function logRow(record: Fields, { columns, resourceId }: Origin): TableRow {
  const observed = timeIn(record, 'observedTimeUnixNano')
  const time = timeIn(record, 'timeUnixNano') ?? observed
  const attributes = attributesIn(record)
  const severity = integerIn(record, 'severityNumber')
  const body = anyValue(messageIn(record, 'body'))
  return {
    table: 'OTelLogs',
    ...(time !== undefined && { time }),
    ...(resourceId !== undefined && { resourceId }),
    fields: {
      ...columns,
      ...(observed !== undefined && { ObservedTime: observed }),
      ...(body !== null && { Body: typeof body === 'string' ? body : jsonText(body) }),
      SeverityNumber: severity,
      SeverityText: textIn(record, 'severityText'),
      ...(typeof severity === 'number' && severity > 0 && { SeverityLevel: severityLevel(severity) }),
      ...(attributes && { Attributes: attributes }),
      DroppedAttributesCount: integerIn(record, 'droppedAttributesCount'),
      TraceId: idIn(record, 'traceId', 16),
      SpanId: idIn(record, 'spanId', 8),
      Flags: integerIn(record, 'flags'),
      EventName: textIn(record, 'eventName'),
    },
  }
}

/** Application Insights' five levels, Verbose to Critical, for OpenTelemetry's 24. */
function severityLevel(severity: number): number {
  return Math.min(Math.max(Math.ceil(severity / 4) - 2, 0), 4)
}
