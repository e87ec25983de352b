// The audit webhook of the Kubernetes API server: an EventList; single events, as its log backend writes them, are taken
// too. Parameters: `cluster` (ARM id), `mode` (`resource`, the default: AKSAudit; `diagnostics`: AzureDiagnostics as AKS
// fills it), `category` (instead of one by verb).
// https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#webhook-backend
import { type JsonFields, type JsonRecord, readRecords } from '../json/records.ts'
import { type Decoded, type Head, type Json, MalformedBody, type Receiver } from '../types.ts'
import { modeOf } from './azure-diagnostics.ts'
import type { DiagnosticContent } from './diagnostics/content.ts'
import { diagnosticRecord } from './diagnostics/record.ts'
import { diagnosticsRow } from './diagnostics/suffixes.ts'
import { auditColumns, auditFault } from './kubernetes/audit-event.ts'

type RowOf = (event: JsonFields, text: string) => Decoded

export function kubernetesAudit(content: DiagnosticContent): Receiver {
  return {
    name: 'kubernetes-audit',
    async *decode(body, head) {
      const rowOf =
        modeOf(head.parameters.mode, 'resource') === 'resource' ? auditRows(content, head) : diagnosticsRows(head)
      for await (const batch of readRecords(body, { member: 'items', onEnvelope: checkList })) {
        yield batch.map((record) => decodeOne(record, rowOf))
      }
    },
  }
}

function checkList(list: JsonFields, place: string): void {
  if (list.kind !== 'EventList') {
    throw new MalformedBody(
      `expected an EventList of audit.k8s.io, found kind ${JSON.stringify(list.kind ?? null)}`,
      place,
    )
  }
}

function decodeOne(record: JsonRecord, rowOf: RowOf): Decoded {
  if ('rejected' in record) return { rejected: record.rejected, raw: record.text }
  const { value, text } = record
  if (typeof value.kind === 'string' && value.kind !== 'Event') {
    throw new MalformedBody(`expected an EventList of audit.k8s.io, found kind ${JSON.stringify(value.kind)}`)
  }
  const fault = auditFault(value)
  return fault === undefined ? rowOf(value, text) : { rejected: fault, raw: text }
}

function auditRows(content: DiagnosticContent, head: Head): RowOf {
  const cluster = clusterOf(head)
  const names = new Set(content.columns('AKSAudit')?.map(({ name }) => name))
  return (event, text) => ({
    table: 'AKSAudit',
    fields: auditColumns(event, names),
    raw: text,
    ...(cluster !== undefined && { resourceId: cluster }),
    ...timeOf(event),
  })
}

/** What AKS would have sent for the event. */
function diagnosticsRows(head: Head): RowOf {
  const cluster = clusterOf(head)
  const { category } = head.parameters
  return (event, text) => {
    const fields: Record<string, Json> = {
      operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
      category: category || (isRead(event.verb) ? 'kube-audit' : 'kube-audit-admin'),
      properties: { log: `${withKind(event, text)}\n`, stream: 'stdout' },
      ...(cluster !== undefined && { resourceId: cluster.toUpperCase() }),
      ...timeOf(event),
    }
    return diagnosticsRow(diagnosticRecord(fields), text)
  }
}

/** kube-audit-admin leaves out what only reads. https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-planeresource-logs */
function isRead(verb: Json | undefined): boolean {
  return verb === 'get' || verb === 'list' || verb === 'watch'
}

/** Items of a list leave out what the list says; AKS writes events with it. */
function withKind(event: JsonFields, text: string): string {
  if (event.kind !== undefined) return text
  const rest = text.slice(text.indexOf('{') + 1)
  return `{"kind":"Event","apiVersion":"audit.k8s.io/v1",${rest}`
}

function timeOf(event: JsonFields): { time?: string } {
  for (const value of [event.requestReceivedTimestamp, event.stageTimestamp, event.timestamp]) {
    if (typeof value === 'string' && value !== '') return { time: value }
  }
  return {}
}

function clusterOf(head: Head): string | undefined {
  const { cluster } = head.parameters
  if (cluster === undefined || cluster === '') return undefined
  if (!cluster.startsWith('/')) throw new MalformedBody(`cluster is the ARM id of a cluster, not '${cluster}'`)
  return cluster
}
