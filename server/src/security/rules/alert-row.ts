// An alert as a row of SecurityAlert. https://learn.microsoft.com/azure/azure-monitor/reference/tables/securityalert
import type { Workspace } from '../../catalog/types.ts'
import type { TableRow } from '../../ingest/types.ts'
import type { AlertDraft } from './alerts.ts'
import type { QueryRule } from './rule.ts'

export const product = 'Azure Sentinel'

export interface AlertContext {
  readonly workspace: Workspace
  readonly ruleId: string
  readonly rule: QueryRule
  readonly from: string
  readonly to: string
  /** When it is written. */
  readonly at: string
}

export function alertRow(alert: AlertDraft, { workspace, ruleId, rule, from, to, at }: AlertContext): TableRow {
  const [, , subscription = '', , group = ''] = workspace.resourceId.split('/')
  const extended = {
    Query: rule.query,
    'Query Period': spanOf(rule.period),
    'Trigger Operator': rule.trigger,
    'Trigger Threshold': String(rule.threshold),
    'Query Start Time UTC': from,
    'Query End Time UTC': to,
    'Search Query Results Overall Count': String(alert.rows),
    'Event Grouping': rule.isPerResult ? 'AlertPerResult' : 'SingleAlert',
    'Analytic Rule Ids': JSON.stringify([nameOf(ruleId)]),
    'Analytic Rule Name': rule.name,
    ...(Object.keys(alert.customDetails).length > 0 ? { 'Custom Details': JSON.stringify(alert.customDetails) } : {}),
  }
  return {
    table: 'SecurityAlert',
    time: at,
    fields: {
      SystemAlertId: alert.id,
      VendorOriginalId: alert.id,
      DisplayName: alert.name,
      AlertName: alert.name,
      AlertSeverity: alert.severity,
      Description: alert.description,
      ProviderName: rule.kind === 'NRT' ? 'ASI NRT Alerts' : 'ASI Scheduled Alerts',
      ProductComponentName: rule.kind === 'NRT' ? 'NRT Alerts' : 'Scheduled Alerts',
      VendorName: 'Microsoft',
      ProductName: product,
      AlertType: `${workspace.id}_${nameOf(ruleId)}`,
      ConfidenceLevel: 'Unknown',
      IsIncident: false,
      StartTime: alert.start,
      EndTime: alert.end,
      ProcessingEndTime: at,
      Status: 'New',
      Tactics: alert.tactics.join(', '),
      Techniques: JSON.stringify(alert.techniques),
      Entities: JSON.stringify(alert.entities),
      ExtendedProperties: JSON.stringify(extended),
      WorkspaceSubscriptionId: subscription,
      WorkspaceResourceGroup: group,
    },
  }
}

const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1)

/** As .NET writes a span: `05:00:00`. */
function spanOf(millis: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const [days, hours, minutes] = [millis / 86_400_000, (millis / 3_600_000) % 24, (millis / 60_000) % 60].map(
    Math.floor,
  )
  return `${days ? `${days}.` : ''}${two(hours ?? 0)}:${two(minutes ?? 0)}:00`
}
