// The files of real records in ../shared/samples: how each is sent, and what must be stored of it.
import { dataCollector } from '../receivers/data-collector.ts'
import type { ReceiverName } from '../receivers/index.ts'
import type { Receiver } from '../types.ts'
import { auditRow, diagnosticsRow, resourceRow, type SampleRecord, timeColumns } from './azure.ts'
import type { ExpectedRow } from './compare.ts'
import { golden } from './golden.ts'
import { activityRow, alertRow, complianceRow, inventoryRow, perfRows, recommendationRow } from './security.ts'
import { groupFlowRows, logRows, metricRows, networkFlowRows } from './telemetry.ts'
import { dockerRow, expositionRows, logRow, suffixedRow, syslogRow } from './text.ts'

export interface Body {
  readonly body: string
  readonly parameters?: Readonly<Record<string, string>>
}

export interface Sample {
  readonly receiver: ReceiverName | Receiver
  readonly bodies: (text: string) => readonly Body[]
  readonly expected: (text: string, reference: Reference) => readonly ExpectedRow[]
  /** Reasons that the error table has, for values that are not of their column's type. */
  readonly misfits?: readonly RegExp[]
}

/** What the reference of Azure Monitor says: columns of a table, the table of a record's category. */
export interface Reference {
  columns(table: string): readonly string[]
  tableOf(record: SampleRecord): string
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '')
const recordsOf = (text: string): SampleRecord[] => linesOf(text).map((line) => JSON.parse(line))

const whole =
  (parameters: Body['parameters'] = {}) =>
  (body: string): readonly Body[] => [{ body, parameters }]

/** In the envelope of event hubs, in both modes. */
const envelope = (mode: string) => (text: string) => [
  { body: `{"records":[${linesOf(text).join(',')}]}`, parameters: { mode } },
]

const diagnostics: Sample = {
  receiver: 'azure-diagnostics',
  bodies: envelope('diagnostics'),
  expected: (text) => recordsOf(text).map(diagnosticsRow),
}
const resource: Sample = {
  receiver: 'azure-diagnostics',
  bodies: envelope('resource'),
  expected: (text, reference) =>
    recordsOf(text).map((record) => {
      const table = reference.tableOf(record)
      return resourceRow(table, record, reference.columns(table))
    }),
}
const bothModes = [diagnostics, resource]
/** Tables that hold in both modes. */
const oneTable = [{ ...resource, bodies: envelope('diagnostics') }, resource]

const rows = (table: string): Sample[] => [
  {
    receiver: 'json',
    bodies: whole({ table }),
    expected: (text, reference) =>
      recordsOf(text).map((row) => {
        const known = new Set(reference.columns(table))
        const own = Object.entries(row).filter(
          ([name]) => known.has(name) && !/^(?:TimeGenerated|TenantId|Type|_.*)$/.test(name),
        )
        const id = row._ResourceId ? { SourceId: String(row._ResourceId).toLowerCase() } : {}
        return { table, columns: { ...Object.fromEntries(own), ...id, ...timeColumns(row) } }
      }),
  },
]
const each =
  (rowOf: (record: SampleRecord) => ExpectedRow | readonly ExpectedRow[]): Sample['expected'] =>
  (text) =>
    recordsOf(text).flatMap(rowOf)

/** Lines that containers wrote, as containerd puts them into their files; one is already in a line of Docker's. */
const containerLines: Sample[] = [
  {
    receiver: 'cri-logs',
    bodies: (text) => [
      {
        body: linesOf(text)
          .map((l) => (l.startsWith('{') ? l : `${written} stderr F ${l}`))
          .join('\n'),
      },
    ],
    expected: (text) => linesOf(text).map((l) => (l.startsWith('{') ? dockerRow(l) : logRow(l, 'stderr', written))),
  },
]
const written = '2020-06-21T03:00:09.5Z'

const alerts: Sample[] = [{ receiver: 'defender', bodies: (body) => [{ body }], expected: each(alertRow) }]

/** By an agent of Container insights. */
const agent = (dataType: string, rowOf: (record: SampleRecord) => ExpectedRow | readonly ExpectedRow[]): Sample[] => [
  {
    receiver: 'container-insights',
    bodies: (text) => [
      { body: `{"DataType":"${dataType}","IPName":"LogManagement","DataItems":[${linesOf(text).join(',')}]}` },
    ],
    expected: each(rowOf),
  },
]

const cluster = '/subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerService/managedClusters/C'
const clusterColumns = { SourceId: cluster.toLowerCase() }

/** The API server's lists. */
const webhook = (mode: string, rowOf: (event: SampleRecord) => ExpectedRow): Sample => ({
  receiver: 'kubernetes-audit',
  bodies: (text) => [
    {
      body: `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${linesOf(text).join(',')}]}`,
      parameters: { mode, cluster },
    },
  ],
  expected: each(rowOf),
})

/** Answers of APIs that no table is for: as scripts send them. */
const posted = (logType: string): Sample[] => [
  {
    receiver: dataCollector({ table: `${logType}_CL`, columnType: () => undefined }),
    bodies: (text) => [{ body: `[${linesOf(text).join(',')}]` }],
    expected: each((record) => suffixedRow(`${logType}_CL`, record)),
  },
]

/** Of a workspace's data export, or of another program that writes rows of its tables. */
const exported = (tableOf: (row: SampleRecord) => string, parameters?: 'table'): Sample[] => [
  {
    receiver: 'data-export',
    bodies: (text) =>
      recordsOf(text).map((row) => ({
        body: JSON.stringify(row),
        parameters: parameters ? { table: tableOf(row) } : {},
      })),
    expected: (text, reference) => recordsOf(text).map((row) => exportedRow(tableOf(row), row, reference)),
  },
]

const syslog: Sample[] = [{ receiver: 'syslog', bodies: whole(), expected: (text) => linesOf(text).map(syslogRow) }]

/** Names in any case. */
function exportedRow(table: string, given: SampleRecord, reference: Reference): ExpectedRow {
  const row: SampleRecord = given.record?.[table.toLowerCase()] ?? given
  const known = new Map(reference.columns(table).map((name) => [name.toLowerCase(), name]))
  const columns: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(row)) {
    const column = known.get(name.toLowerCase())
    if (column !== undefined && !/^(?:TimeGenerated|TenantId|Type|_.*)$/.test(column)) columns[column] = value
  }
  const [time, id] = [row.TimeGenerated ?? row.timegenerated, row._ResourceId ?? row._resourceid]
  return {
    table,
    columns: { ...columns, ...(time && { OriginalTime: time }), ...(id && { SourceId: id.toLowerCase() }) },
  }
}

export const samples: Readonly<Record<string, readonly Sample[]>> = {
  'aks-control-plane-other.jsonl': bothModes,
  'application-gateway-access-log.jsonl': bothModes,
  'application-gateway-firewall-log.jsonl': bothModes,
  'application-gateway-performance-log.jsonl': bothModes,
  'azfw-application-rule.rows.jsonl': rows('AZFWApplicationRule'),
  'azfw-dns-query.rows.jsonl': rows('AZFWDnsQuery'),
  'azure-activity.jsonl': oneTable,
  'azure-firewall-application-rule.jsonl': bothModes,
  'azure-firewall-dns-proxy.jsonl': bothModes,
  'azure-firewall-network-rule.jsonl': bothModes,
  'azure-firewall-structured.jsonl': [
    diagnostics,
    { ...resource, misfits: [/'SourcePort' is of type int, the value is "76\.90\.233\.8"/] },
  ],
  'azure-metrics.jsonl': oneTable,
  'azure-policy-addon.txt': containerLines,
  'cef.txt': syslog,
  'cloud-controller-manager.jsonl': bothModes,
  'cluster-autoscaler.jsonl': bothModes,
  'container-log-files.txt': [
    { receiver: 'cri-logs', bodies: whole(), expected: (text) => linesOf(text).map(dockerRow) },
  ],
  'container-log.jsonl': exported(() => 'ContainerLog'),
  'container-node-inventory.jsonl': agent('CONTAINER_NODE_INVENTORY_BLOB', inventoryRow('ContainerNodeInventory')),
  'defender-alert-activity-log.jsonl': [
    { receiver: 'azure-diagnostics', bodies: envelope('resource'), expected: each(activityRow) },
  ],
  'defender-alert-continuous-export.jsonl': alerts,
  'defender-alert-resource.jsonl': alerts,
  'golden-resource-specific.jsonl': golden,
  'kube-node-inventory.jsonl': agent('KUBE_NODE_INVENTORY_BLOB', inventoryRow('KubeNodeInventory')),
  'kured.txt': containerLines,
  'nta-traffic-analytics.jsonl': exported(
    ({ SubType }) => (SubType === 'FlowLog' ? 'NTANetAnalytics' : 'NTAInsights'),
    'table',
  ).map((sample) => ({ ...sample, misfits: [/NTAInsights has no column 'ResourceId'/] })),
  'perf.jsonl': agent('LINUX_PERF_BLOB', perfRows),
  'policy-states.jsonl': posted('PolicyStates'),
  'regulatory-compliance-assessments.jsonl': [
    { receiver: 'defender', bodies: (body) => [{ body }], expected: each(complianceRow) },
  ],
  'regulatory-compliance-controls.jsonl': posted('ComplianceControls'),
  'regulatory-compliance-standards.jsonl': posted('ComplianceStandards'),
  'security-alert-ingest.jsonl': alerts,
  'security-alert.rows.jsonl': alerts,
  'security-assessments.jsonl': [
    { receiver: 'defender', bodies: (body) => [{ body }], expected: each(recommendationRow) },
  ],
  'syslog.rows.jsonl': exported(() => 'Syslog'),
  'container-log-v2.jsonl': rows('ContainerLogV2'),
  'fluent-bit-json.jsonl': [
    {
      receiver: 'fluent-bit',
      bodies: (text) => [{ body: `[${linesOf(text).join(',')}]`, parameters: { tag: 'dummy.0' } }],
      expected: (text) =>
        recordsOf(text).map(({ date, ...columns }) => ({
          table: 'dummy_0_CL',
          columns: {
            ...columns,
            ...(columns.rand_value > 2 ** 63 && { rand_value: null }),
            OriginalTime: (got: unknown) => Math.abs(Date.parse(String(got)) / 1000 - date) < 0.001,
          },
        })),
      misfits: [/'rand_value' is of type long, the value is 17/],
    },
  ],
  'guard.jsonl': bothModes,
  'k8s-audit-events.jsonl': [
    webhook('resource', (event) => auditRow('AKSAudit', event, clusterColumns)),
    webhook('diagnostics', ({ auditID, stage, verb }) => ({
      table: 'AzureDiagnostics',
      columns: {
        ...clusterColumns,
        Category: (got: unknown) =>
          got === 'kube-audit-admin' || (got === 'kube-audit' && /^(?:get|list|watch)$/.test(verb)),
        log_s: (got: unknown) => {
          const event = JSON.parse(String(got))
          return event.auditID === auditID && event.stage === stage && event.verb === verb
        },
      },
    })),
  ],
  'key-vault-audit-event.jsonl': bothModes,
  'key-vault-policy-evaluation.jsonl': bothModes,
  'kube-apiserver.jsonl': bothModes,
  'kube-audit-admin.jsonl': bothModes,
  'kube-audit.jsonl': bothModes,
  'kube-controller-manager.jsonl': bothModes,
  'kube-scheduler.jsonl': bothModes,
  'nsg-flow-logs.jsonl': [
    { receiver: 'flow-logs', bodies: envelope(''), expected: (text) => recordsOf(text).flatMap(groupFlowRows) },
  ],
  'nsg-rule-counter.jsonl': bothModes,
  'otlp-logs.jsonl': [
    {
      receiver: 'otlp-logs',
      bodies: (text) => linesOf(text).map((body) => ({ body })),
      expected: (text) => recordsOf(text).flatMap(logRows),
    },
  ],
  'otlp-metrics.jsonl': [
    {
      receiver: 'otlp-metrics',
      bodies: whole({ routes: 'none' }),
      expected: (text) => recordsOf(text).flatMap(metricRows),
    },
  ],
  'prometheus-exposition.txt': [
    { receiver: 'prometheus-text', bodies: whole({ routes: 'none' }), expected: expositionRows },
  ],
  'signin-logs.jsonl': oneTable,
  'syslog-rfc3164.txt': syslog,
  'syslog-rfc5424.txt': syslog,
  'syslog-vendor-variants.txt': syslog,
  'vnet-flow-logs.jsonl': [
    { receiver: 'flow-logs', bodies: envelope(''), expected: (text) => recordsOf(text).flatMap(networkFlowRows) },
  ],
}
