// An audit event of Kubernetes -> the columns of AKSAudit and AKSAuditAdmin.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/aksaudit
// https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
import type { JsonFields } from '../../json/records.ts'
import type { Json } from '../../types.ts'

/** Member of the event by column. */
const members = {
  Level: 'level',
  AuditId: 'auditID',
  Stage: 'stage',
  RequestUri: 'requestURI',
  Verb: 'verb',
  User: 'user',
  ImpersonatedUser: 'impersonatedUser',
  SourceIps: 'sourceIPs',
  UserAgent: 'userAgent',
  ObjectRef: 'objectRef',
  ResponseStatus: 'responseStatus',
  RequestObject: 'requestObject',
  ResponseObject: 'responseObject',
  RequestReceivedTime: 'requestReceivedTimestamp',
  StageReceivedTime: 'stageTimestamp',
  Annotations: 'annotations',
} as const
const memberOf = Object.entries(members)

/** The columns that the table has. */
export function auditColumns(event: JsonFields, has: ReadonlySet<string>): Record<string, Json> {
  const columns: Record<string, Json> = { SourceSystem: 'Azure' }
  for (const [column, member] of memberOf) {
    const value = event[member]
    if (value !== undefined && value !== null && has.has(column)) columns[column] = value
  }
  return columns
}

/** Why it is no audit event. */
export function auditFault(event: JsonFields): string | undefined {
  if (typeof event.auditID !== 'string') return 'no audit event: auditID is missing'
  if (event.kind !== undefined && event.kind !== 'Event')
    return `no audit event: its kind is ${JSON.stringify(event.kind)}`
  return undefined
}
