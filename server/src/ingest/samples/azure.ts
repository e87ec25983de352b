// What must come of records of diagnostic settings, as the reference of the tables and the names of the columns say.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics
import { type ExpectedRow, ticksOf } from './compare.ts'

// biome-ignore lint/suspicious/noExplicitAny: records of any shape
export type SampleRecord = Readonly<Record<string, any>>

const plain: Readonly<Record<string, string>> = {
  category: 'Category',
  operationName: 'OperationName',
  operationVersion: 'OperationVersion',
  resultType: 'ResultType',
  resultSignature: 'ResultSignature',
  resultDescription: 'ResultDescription',
  durationMs: 'DurationMs',
  callerIpAddress: 'CallerIPAddress',
  correlationId: 'CorrelationId',
  level: 'Level',
  Level: 'Level',
}

/** The record's own time, in the column that has it: samples are old, so that TimeGenerated is the time of arrival. */
export function timeColumns({ time, timeStamp, TimeGenerated }: SampleRecord): Record<string, unknown> {
  return { OriginalTime: time ?? timeStamp ?? TimeGenerated }
}

function resourceColumns(id: unknown): Record<string, unknown> {
  if (typeof id !== 'string') return {}
  const steps = id.toUpperCase().split('/')
  const after = (name: string) => (steps.includes(name) ? steps[steps.indexOf(name) + 1] : undefined)
  return {
    ResourceId: id.toUpperCase(),
    SubscriptionId: after('SUBSCRIPTIONS')?.toLowerCase(),
    ResourceGroup: after('RESOURCEGROUPS'),
    ResourceProvider: after('PROVIDERS'),
    ...(steps.length > 7 && { ResourceType: steps[7], Resource: steps.at(-1) }),
    SourceId: id.toLowerCase(),
  }
}

/** What the id says too. */
const ofResource: ReadonlySet<string> = new Set(['resource', 'resourceGroup', 'resourceProvider', 'resourceType'])

export function diagnosticsRow(record: SampleRecord): ExpectedRow {
  const { properties, resourceId, time: _time, timeStamp, ...outer } = record
  const columns: Record<string, unknown> = { ...timeColumns(record), ...resourceColumns(resourceId) }
  if (record.time !== undefined && timeStamp !== undefined) add(columns, 'timeStamp', timeStamp)
  for (const [name, value] of Object.entries(outer)) {
    const column = plain[name]
    if (ofResource.has(name)) continue
    if (column === undefined || value === null) add(columns, name, value)
    else columns[column] = name === 'Level' && outer.level !== undefined ? columns[column] : value
  }
  const { message, ...rest } = typeof properties === 'object' ? properties : {}
  if (message !== undefined) columns.Message = message
  for (const [name, value] of Object.entries(rest)) add(columns, name, value)
  return { table: 'AzureDiagnostics', columns }
}

function add(columns: Record<string, unknown>, path: string, value: unknown): void {
  const name = path.replace(/[^A-Za-z0-9_]+/g, '_')
  if (value === null) return
  if (Array.isArray(value)) columns[`${name}_s`] = value
  else if (typeof value === 'object')
    for (const [member, inner] of Object.entries(value as object)) add(columns, `${name}_${member}`, inner)
  else columns[`${name}_${suffixOf(value)}`] = typeof value === 'string' ? dashed(value) : value
}

const guid = /^\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/i

export function suffixOf(value: unknown): string {
  if (typeof value === 'number') return 'd'
  if (typeof value === 'boolean') return 'b'
  if (typeof value !== 'string') return 's'
  if (guid.test(value)) return 'g'
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value) && !ticksOf(value).startsWith('NaN') ? 't' : 's'
}

function dashed(value: string): string {
  if (!guid.test(value)) return value
  return value
    .toLowerCase()
    .replace(/[{}-]/g, '')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** Columns of the schema that members of the record, or of its properties, are named after. */
export function namedRow(table: string, record: SampleRecord, schema: readonly string[]): ExpectedRow {
  const columns: Record<string, unknown> = { ...timeColumns(record) }
  const id = record.resourceId ?? record.ResourceId
  if (typeof id === 'string') columns.SourceId = id.toLowerCase()
  const named = new Map(schema.map((name) => [plainName(name), name]))
  const properties = typeof record.properties === 'object' ? record.properties : {}
  for (const members of [properties, record]) {
    for (const [name, value] of Object.entries(members)) {
      const column = named.get(plainName(name))
      if (column === undefined || elsewhere.has(column) || (columns[column] !== undefined && value === null)) continue
      columns[column] = value
    }
  }
  return { table, columns: { ...columns, ...exceptions[table]?.(record) } }
}

const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** The pipeline's and the workspace's. */
const elsewhere: ReadonlySet<string> = new Set(['TimeGenerated', 'TenantId', 'Type', '_ResourceId', 'ResourceId'])

/** Columns that have another name than what they hold. */
const exceptions: Readonly<Record<string, (record: SampleRecord) => Record<string, unknown>>> = {
  AzureActivity: ({ operationName, resultType, resultSignature, category, properties, identity, level }) => ({
    OperationNameValue: operationName,
    ActivityStatusValue: resultType,
    ActivitySubstatusValue: resultSignature,
    CategoryValue: category,
    Properties_d: properties,
    ...(level !== undefined && { Level: level }),
    ...(identity?.claims && { Claims_d: identity.claims }),
    ...(identity?.authorization && { Authorization_d: identity.authorization }),
  }),
  AGWFirewallLogs: ({ properties }) => ({
    ...(properties.details?.message && { DetailedMessage: properties.details.message }),
    ...(properties.details?.file && { FileDetails: properties.details.file }),
  }),
  AZKVAuditLogs: ({ properties }) => ({
    ...(properties.properties && { VaultProperties: properties.properties, Properties: () => true }),
  }),
  SigninLogs: ({ tenantId, properties }) => ({ AADTenantId: tenantId, LocationDetails: properties.location }),
}

const klogLevels: Readonly<Record<string, string>> = { I: 'INFO', W: 'WARNING', E: 'ERROR', F: 'FATAL' }

export function controlPlaneRow(record: SampleRecord): ExpectedRow {
  const { log, stream, pod } = record.properties
  const [, letter, rest] = /^([IWEF])\d{4} [^\]]*\] ?(.*)$/s.exec(log) ?? []
  const level = letter === undefined ? /^\{.*"level":"(\w+)"/.exec(log)?.[1]?.toUpperCase() : klogLevels[letter]
  return {
    table: 'AKSControlPlane',
    columns: {
      ...timeColumns(record),
      SourceId: record.resourceId.toLowerCase(),
      Category: record.category,
      Level: level === 'WARN' ? 'WARNING' : level,
      Message: (rest ?? log).replace(/\n$/, ''),
      Stream: stream,
      PodName: pod,
    },
  }
}

export function auditRow(table: string, event: SampleRecord, more: Record<string, unknown>): ExpectedRow {
  return {
    table,
    columns: {
      Level: event.level,
      AuditId: event.auditID,
      Stage: event.stage,
      RequestUri: event.requestURI,
      Verb: event.verb,
      User: event.user,
      SourceIps: event.sourceIPs,
      UserAgent: event.userAgent,
      ObjectRef: event.objectRef,
      ResponseStatus: event.responseStatus,
      RequestObject: event.requestObject,
      ResponseObject: event.responseObject,
      RequestReceivedTime: event.requestReceivedTimestamp,
      StageReceivedTime: event.stageTimestamp,
      Annotations: event.annotations,
      ...more,
    },
  }
}

/** The row of a record in the table that its category has of its own. */
export function resourceRow(table: string, record: SampleRecord, schema: readonly string[]): ExpectedRow {
  if (table === 'AzureDiagnostics') return diagnosticsRow(record)
  if (table === 'AKSControlPlane') return controlPlaneRow(record)
  if (table === 'AKSAudit' || table === 'AKSAuditAdmin') {
    const { log, pod } = record.properties
    const more = { PodName: pod, SourceId: record.resourceId.toLowerCase(), ...timeColumns(record) }
    return auditRow(table, JSON.parse(log), more)
  }
  return namedRow(table, record, schema)
}
