// Azure resource logs as Event Hubs and storage carry them: `{"records":[…]}`, an array, or one record a line. The activity
// log, platform metrics and sign-in logs come in the same envelope. Parameter `mode`: `diagnostics` (default) or `resource`.
// https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs
import { parseExact } from '../json/exact.ts'
import { isFields, type JsonFields, type JsonRecord, readRecords } from '../json/records.ts'
import {
  type Decoded,
  type Head,
  type Json,
  MalformedBody,
  type Receiver,
  type SettingAnswer,
  type TableRow,
  unwanted,
} from '../types.ts'
import { attempt } from './attempt.ts'
import type { DiagnosticContent } from './diagnostics/content.ts'
import { readLogLine } from './diagnostics/klog.ts'
import { type DiagnosticRecord, diagnosticRecord } from './diagnostics/record.ts'
import { resourceParts } from './diagnostics/resource-id.ts'
import { resourceSpecific } from './diagnostics/resource-specific.ts'
import { diagnosticsRow } from './diagnostics/suffixes.ts'
import { flowLogKind, flowRows } from './flow/record.ts'
import { auditColumns, auditFault } from './kubernetes/audit-event.ts'

export type Mode = 'diagnostics' | 'resource'

type RowOf = (record: DiagnosticRecord, raw: string) => Decoded

export function azureDiagnostics(content: DiagnosticContent): Receiver {
  const router = new Router(content)
  const decodeOne = (record: JsonRecord, otherwise: Mode, setting: Head['setting']): Decoded | readonly Decoded[] => {
    if ('rejected' in record) return { rejected: record.rejected, raw: record.text }
    const diagnostic = diagnosticRecord(record.value)
    const asked = askedBy(diagnostic, setting)
    if (asked === 'off') return unwanted
    const flowLog = flowLogKind(diagnostic.category)
    if (flowLog !== undefined) return flowRows(record.value, flowLog, record.text)
    const mode = asked ?? otherwise
    const table = router.tableOf(diagnostic, mode)
    if (table === undefined)
      return { rejected: 'no diagnostic record: neither category nor resourceId', raw: record.text }
    return router.rowOf(table)(diagnostic, record.text)
  }
  return {
    name: 'azure-diagnostics',
    async *decode(body, head) {
      const mode = modeOf(head.parameters.mode, 'diagnostics')
      for await (const batch of readRecords(body, { member: 'records' })) {
        yield batch.flatMap((record) => attempt(record.text, () => decodeOne(record, mode, head.setting)))
      }
    },
  }
}

/** What the settings of the record's resource want with it. */
function askedBy({ fields, category, resourceId }: DiagnosticRecord, setting: Head['setting']): SettingAnswer {
  if (!setting || resourceId === undefined) return undefined
  return setting({ resourceId, category, isMetric: isMetric(fields) })
}

const isMetric = (fields: JsonFields): boolean => fields.metricName !== undefined || fields.MetricName !== undefined

export function modeOf(text: string | undefined, otherwise: Mode): Mode {
  if (text === undefined || text === '') return otherwise
  if (text === 'diagnostics' || text === 'resource') return text
  throw new MalformedBody(`mode is 'diagnostics' or 'resource', not '${text}'`)
}

/** Which table a record goes to and how it gets there. Remembers both, as they hold for whole streams of records. */
class Router {
  readonly #content: DiagnosticContent
  readonly #tables = new Map<string, string>()
  readonly #rows = new Map<string, RowOf>()

  constructor(content: DiagnosticContent) {
    this.#content = content
  }

  /** Undefined: it is no diagnostic record. */
  tableOf({ fields, category, resourceId }: DiagnosticRecord, mode: Mode): string | undefined {
    if (isMetric(fields)) return metricsTable(fields)
    if (category === '') return resourceId === undefined ? undefined : 'AzureDiagnostics'
    const { provider, fullType } = resourceParts(resourceId ?? '')
    const key = `${mode} ${fullType} ${category}`
    const known = this.#tables.get(key)
    if (known !== undefined) return known
    if (this.#tables.size >= mostRoutes) this.#tables.clear()
    const found = this.#find(category, provider, fullType, mode)
    this.#tables.set(key, found)
    return found
  }

  rowOf(table: string): RowOf {
    const known = this.#rows.get(table)
    if (known) return known
    const made = this.#makeRowOf(table)
    this.#rows.set(table, made)
    return made
  }

  /** A table that no content declares does not count. */
  #find(category: string, provider: string, type: string, mode: Mode): string {
    const content = this.#content
    const own = content.categoryTable(type, category)
    const ownTable = own && (own.always || mode === 'resource') ? own.table : undefined
    const table = own ? ownTable : (content.tenantTable(provider, category) ?? tableByName(category, type, mode))
    return table !== undefined && content.columns(table) ? table : 'AzureDiagnostics'
  }

  #makeRowOf(table: string): RowOf {
    const columns = this.#content.columns(table) ?? []
    if (table === 'AzureDiagnostics') return diagnosticsRow
    if (table === 'AKSControlPlane') return controlPlaneRow
    if (table === 'AKSAudit' || table === 'AKSAuditAdmin')
      return auditRows(table, new Set(columns.map(({ name }) => name)))
    return resourceSpecific(table, columns, this.#content.fields(table))
  }
}

const mostRoutes = 10_000

/** Categories that no list has: the cluster's other components, and tables named as their category is. */
function tableByName(category: string, resourceType: string, mode: Mode): string | undefined {
  if (mode !== 'resource') return undefined
  return resourceType === 'microsoft.containerservice/managedclusters' ? 'AKSControlPlane' : category
}

/** Metrics with dimensions have a table of their own. */
function metricsTable(fields: JsonFields): string {
  const hasDimensions = isFields(fields.dimension) || isFields(fields.Dimension)
  return hasDimensions ? 'AzureMetricsV2' : 'AzureMetrics'
}

function controlPlaneRow(record: DiagnosticRecord, raw: string): TableRow {
  const { log, stream, pod } = record.properties ?? {}
  const { level, message } = readLogLine(typeof log === 'string' ? log : '')
  const fields: Record<string, Json> = {
    SourceSystem: 'Azure',
    Category: record.category,
    Level: level,
    Message: message,
  }
  if (stream !== undefined) fields.Stream = stream
  if (pod !== undefined) fields.PodName = pod
  return placed('AKSControlPlane', fields, record, raw)
}

function auditRows(table: string, columns: ReadonlySet<string>): RowOf {
  return (record, raw) => {
    const event = eventOf(record.properties?.log)
    if (typeof event === 'string') return { rejected: event, raw }
    const fields = auditColumns(event, columns)
    const pod = record.properties?.pod
    if (pod !== undefined && pod !== null) fields.PodName = pod
    return placed(table, fields, record, raw)
  }
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
