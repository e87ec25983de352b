// Azure resource logs as Event Hubs and storage carry them: `{"records":[…]}`, an array, or one record a line. The activity
// log, platform metrics and sign-in logs come in the same envelope. Parameter `mode`: `diagnostics` (default) or `resource`.
// https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs
import { parseExact } from '../json/exact.ts'
import { isFields, type JsonFields, type JsonRecord, readRecords } from '../json/records.ts'
import { type Decoded, type Json, MalformedBody, type Receiver, type TableRow } from '../types.ts'
import type { DiagnosticContent } from './diagnostics/content.ts'
import { readLogLine } from './diagnostics/klog.ts'
import { type DiagnosticRecord, diagnosticRecord } from './diagnostics/record.ts'
import { resourceParts } from './diagnostics/resource-id.ts'
import { resourceSpecific, type RowOf } from './diagnostics/resource-specific.ts'
import { diagnosticsRow } from './diagnostics/suffixes.ts'
import { auditColumns, auditFault } from './kubernetes/audit-event.ts'

export type Mode = 'diagnostics' | 'resource'

export function azureDiagnostics(content: DiagnosticContent): Receiver {
  const rows = new Map<string, RowOf>()
  const rowOf = (table: string): RowOf => {
    const known = rows.get(table)
    if (known) return known
    const made = resourceSpecific(table, content.columns(table) ?? [], content.fields(table))
    rows.set(table, made)
    return made
  }
  const decodeOne = (record: JsonRecord, mode: Mode): Decoded => {
    if ('rejected' in record) return { rejected: record.rejected, raw: record.text }
    const diagnostic = diagnosticRecord(record.value)
    const table = tableOf(content, diagnostic, mode)
    if (table === undefined) return { rejected: 'no diagnostic record: neither category nor resourceId', raw: record.text }
    if (table === 'AzureDiagnostics') return diagnosticsRow(diagnostic, record.text)
    if (table === 'AKSControlPlane') return controlPlaneRow(diagnostic, record.text)
    if (table === 'AKSAudit' || table === 'AKSAuditAdmin') return auditRow(content, table, diagnostic, record.text)
    return rowOf(table)(diagnostic, record.text)
  }
  return {
    name: 'azure-diagnostics',
    async *decode(body, head) {
      const mode = modeOf(head.parameters.mode, 'diagnostics')
      for await (const batch of readRecords(body, { member: 'records' })) {
        yield batch.map((record) => decodeOne(record, mode))
      }
    },
  }
}

export function modeOf(text: string | undefined, otherwise: Mode): Mode {
  if (text === undefined || text === '') return otherwise
  if (text === 'diagnostics' || text === 'resource') return text
  throw new MalformedBody(`mode is 'diagnostics' or 'resource', not '${text}'`)
}

/** Undefined: it is no diagnostic record. A table that no content declares does not count. */
function tableOf(content: DiagnosticContent, record: DiagnosticRecord, mode: Mode): string | undefined {
  const { fields, category, resourceId } = record
  if (fields.metricName !== undefined || fields.MetricName !== undefined) return metricsTable(fields)
  if (category === '') return resourceId === undefined ? undefined : 'AzureDiagnostics'
  const { provider, fullType } = resourceParts(resourceId ?? '')
  const own = content.categoryTable(fullType, category)
  const wanted = own ? ownTable() : (content.tenantTable(provider, category) ?? byName())
  return wanted !== undefined && content.columns(wanted) ? wanted : 'AzureDiagnostics'

  function ownTable(): string | undefined {
    return own && (own.always || mode === 'resource') ? own.table : undefined
  }

  /** Categories that no list has: the cluster's other components, and tables named as their category is. */
  function byName(): string | undefined {
    if (mode !== 'resource') return undefined
    return fullType === 'microsoft.containerservice/managedclusters' ? 'AKSControlPlane' : category
  }
}

/** Metrics with dimensions have a table of their own. */
function metricsTable(fields: JsonFields): string {
  const hasDimensions = isFields(fields.dimension) || isFields(fields.Dimension)
  return hasDimensions ? 'AzureMetricsV2' : 'AzureMetrics'
}

function controlPlaneRow(record: DiagnosticRecord, raw: string): TableRow {
  const { log, stream, pod } = record.properties ?? {}
  const { level, message } = readLogLine(typeof log === 'string' ? log : '')
  const fields: Record<string, Json> = { SourceSystem: 'Azure', Category: record.category, Level: level, Message: message }
  if (stream !== undefined) fields.Stream = stream
  if (pod !== undefined) fields.PodName = pod
  return placed('AKSControlPlane', fields, record, raw)
}

function auditRow(content: DiagnosticContent, table: string, record: DiagnosticRecord, raw: string): Decoded {
  const event = eventOf(record.properties?.log)
  if (typeof event === 'string') return { rejected: event, raw }
  const names = new Set(content.columns(table)?.map(({ name }) => name))
  const fields = auditColumns(event, (column) => names.has(column))
  const pod = record.properties?.pod
  if (pod !== undefined && pod !== null) fields.PodName = pod
  return placed(table, fields, record, raw)
}

/** The event in `properties.log`, or why there is none. */
function eventOf(log: Json | undefined): JsonFields | string {
  if (typeof log !== 'string') return 'properties.log is no text'
  try {
    const event = parseExact(log)
    if (!isFields(event)) return 'properties.log is no JSON object'
    return auditFault(event) ?? event
  } catch (error) {
    return `properties.log is not JSON: ${error instanceof Error ? error.message : String(error)}`
  }
}

function placed(table: string, fields: Record<string, Json>, record: DiagnosticRecord, raw: string): TableRow {
  const { resourceId, time } = record
  return {
    table,
    fields,
    raw,
    misfits: 'leave out',
    ...(resourceId !== undefined && { resourceId }),
    ...(time !== undefined && { time }),
  }
}
