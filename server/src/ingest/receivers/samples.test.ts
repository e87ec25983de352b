// Every file of real records in ../shared/samples: the receiver it goes in through and the tables it comes out in. A file
// without an entry fails. Values are compared in the tests of the receivers.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openContent } from '../../content/content.ts'
import { type ReceiverName, receivers } from './index.ts'
import { columnsOf, decodeRows } from './testing.ts'

interface Sample {
  readonly receiver: ReceiverName
  /** Tables with the number of their rows. */
  readonly tables: Readonly<Record<string, number>>
  readonly parameters?: Readonly<Record<string, string>>
  /** Columns of exported rows that the table no longer has: such rows are refused. */
  readonly formerColumns?: readonly string[]
  /** Each line is a body. */
  readonly byLine?: true
}

const azure = (tables: Sample['tables']): Sample => ({
  receiver: 'azure-diagnostics',
  parameters: { mode: 'resource' },
  tables,
})
const rows = (table: string, count: number): Sample => ({
  receiver: 'json',
  parameters: { table },
  tables: { [table]: count },
})

const samples: Readonly<Record<string, Sample>> = {
  'aks-control-plane-other.jsonl': azure({ AKSControlPlane: 13 }),
  'application-gateway-access-log.jsonl': azure({ AGWAccessLogs: 5 }),
  'application-gateway-firewall-log.jsonl': azure({ AGWFirewallLogs: 3 }),
  'application-gateway-performance-log.jsonl': azure({ AGWPerformanceLogs: 2 }),
  'azfw-application-rule.rows.jsonl': rows('AZFWApplicationRule', 6),
  'azfw-dns-query.rows.jsonl': rows('AZFWDnsQuery', 9),
  'azure-activity.jsonl': azure({ AzureActivity: 6 }),
  'azure-firewall-application-rule.jsonl': azure({ AzureDiagnostics: 2 }),
  'azure-firewall-dns-proxy.jsonl': azure({ AzureDiagnostics: 2 }),
  'azure-firewall-network-rule.jsonl': azure({ AzureDiagnostics: 1 }),
  'azure-firewall-structured.jsonl': azure({
    AZFWApplicationRule: 1,
    AZFWApplicationRuleAggregation: 1,
    AZFWDnsQuery: 1,
    AZFWFatFlow: 1,
    AZFWFlowTrace: 1,
    AZFWInternalFqdnResolutionFailure: 1,
    AZFWNatRule: 1,
    AZFWNatRuleAggregation: 1,
    AZFWThreatIntel: 1,
  }),
  'azure-metrics.jsonl': azure({ AzureMetricsV2: 2 }),
  'cef.txt': { receiver: 'syslog', tables: { CommonSecurityLog: 6 } },
  'cloud-controller-manager.jsonl': azure({ AKSControlPlane: 2 }),
  'cluster-autoscaler.jsonl': azure({ AKSControlPlane: 1 }),
  'container-log-files.txt': { receiver: 'cri-logs', tables: { ContainerLogV2: 18 } },
  'container-log-v2.jsonl': rows('ContainerLogV2', 5),
  'fluent-bit-json.jsonl': {
    receiver: 'fluent-bit',
    parameters: { tag: 'dummy.0' },
    tables: { dummy_0_CL: 12 },
  },
  'guard.jsonl': azure({ AKSControlPlane: 1 }),
  'k8s-audit-events.jsonl': { receiver: 'kubernetes-audit', tables: { AKSAudit: 66 } },
  'key-vault-audit-event.jsonl': azure({ AZKVAuditLogs: 2, AzureDiagnostics: 1 }),
  'key-vault-policy-evaluation.jsonl': azure({ AZKVPolicyEvaluationDetailsLogs: 1 }),
  'kube-apiserver.jsonl': azure({ AKSControlPlane: 2 }),
  'kube-audit-admin.jsonl': azure({ AKSAuditAdmin: 2 }),
  'kube-audit.jsonl': azure({ AKSAudit: 3 }),
  'kube-controller-manager.jsonl': azure({ AKSControlPlane: 3 }),
  'kube-scheduler.jsonl': azure({ AKSControlPlane: 1 }),
  'nsg-flow-logs.jsonl': { receiver: 'flow-logs', tables: { AzureNetworkAnalytics_CL: 116 } },
  'nsg-rule-counter.jsonl': azure({ AzureDiagnostics: 1 }),
  'otlp-logs.jsonl': { receiver: 'otlp-logs', tables: { OTelLogs: 2 }, byLine: true },
  'otlp-metrics.jsonl': { receiver: 'otlp-metrics', parameters: { routes: 'none' }, tables: { OTelMetrics: 4 } },
  'prometheus-exposition.txt': {
    receiver: 'prometheus-text',
    parameters: { routes: 'none' },
    tables: { PrometheusMetrics: 1150, PrometheusMetadata: 464 },
  },
  'security-alert.rows.jsonl': {
    ...rows('SecurityAlert', 52),
    formerColumns: ['AlertDisplayName', 'EndTimeUtc', 'ProviderAlertId', 'Severity', 'StartTimeUtc'],
  },
  // One record has no category.
  'signin-logs.jsonl': azure({
    SigninLogs: 1,
    AADManagedIdentitySignInLogs: 1,
    AADNonInteractiveUserSignInLogs: 1,
    MicrosoftServicePrincipalSignInLogs: 1,
    AzureDiagnostics: 1,
  }),
  'syslog-rfc3164.txt': { receiver: 'syslog', tables: { Syslog: 50, CommonSecurityLog: 2 } },
  'syslog-rfc5424.txt': { receiver: 'syslog', tables: { Syslog: 30, CommonSecurityLog: 4 } },
  'syslog-vendor-variants.txt': { receiver: 'syslog', tables: { Syslog: 38 } },
  'syslog.rows.jsonl': { ...rows('Syslog', 58), formerColumns: ['MG'] },
  'vnet-flow-logs.jsonl': { receiver: 'flow-logs', tables: { NTANetAnalytics: 128 } },
}

/** Files that no receiver takes as they are, and why. */
const others: Readonly<Record<string, string>> = {
  'golden-resource-specific.jsonl': 'pairs of record and row: published-pairs.test.ts',
  'azure-policy-addon.txt': 'bare lines of a container, without those of its log file around them',
  'kured.txt': 'bare lines of a container, without those of its log file around them',
  'container-log.jsonl': 'a row with its names in lower case, as an exporter wrote it',
  'container-node-inventory.jsonl': "an agent's record on its way, not yet a row",
  'kube-node-inventory.jsonl': "an agent's record on its way, not yet a row",
  'perf.jsonl': "an agent's record on its way, several counters in one",
  'nta-traffic-analytics.jsonl': 'records of traffic analytics before they are rows',
  'security-alert-ingest.jsonl': 'alerts before they are rows',
  'defender-alert-activity-log.jsonl': 'an answer of a REST API',
  'defender-alert-continuous-export.jsonl': 'an event of continuous export',
  'defender-alert-resource.jsonl': 'an answer of a REST API',
  'policy-states.jsonl': 'an answer of a REST API',
  'regulatory-compliance-assessments.jsonl': 'an answer of a REST API',
  'regulatory-compliance-controls.jsonl': 'an answer of a REST API',
  'regulatory-compliance-standards.jsonl': 'an answer of a REST API',
  'security-assessments.jsonl': 'an answer of a REST API',
}

const folder = new URL('../../../../../shared/samples/', import.meta.url)

describe.skipIf(!existsSync(folder))('real records (skipped without ../shared)', () => {
  const content = openContent()

  test('every file has an entry', () => {
    const files = readdirSync(folder).filter((name) => /\.(?:jsonl|txt)$/.test(name))
    expect([...Object.keys(samples), ...Object.keys(others)].sort()).toEqual(files.sort())
  })

  test.each(Object.entries(samples))(
    '%s',
    async (file, { receiver, tables, parameters = {}, byLine, formerColumns = [] }) => {
      const text = readFileSync(new URL(file, folder), 'utf8')
      const bodies = byLine ? text.trim().split('\n') : [text]
      const decoded = (
        await Promise.all(bodies.map((body) => decodeRows(receivers[receiver], body, parameters)))
      ).flat()
      const counts: Record<string, number> = {}
      const unknown = new Set<string>()
      for (const { table, fields } of decoded) {
        counts[table] = (counts[table] ?? 0) + 1
        const item = content.table(table)
        if (!item || item.grows) continue
        const columns = columnsOf(content, table)
        for (const name of Object.keys(fields)) if (!columns.has(name)) unknown.add(name)
      }
      expect(counts).toEqual(tables)
      expect([...unknown].sort()).toEqual(formerColumns)
    },
  )
})
