// Alerts of the table SecurityAlert, each in its latest state, and how the management API shows them.
// https://learn.microsoft.com/azure/sentinel/security-alert-schema
import type { Workspace } from '../../catalog/types.ts'
import { ask, type Found, kqlText } from '../ask.ts'
import { parseEntities, type StoredEntity } from '../entities/entities.ts'
import { type SecurityParts, sentinelId } from '../parts.ts'

export interface Alert {
  /** SystemAlertId. */
  readonly id: string
  readonly columns: Found
  readonly entities: readonly StoredEntity[]
  readonly tactics: readonly string[]
  readonly techniques: readonly string[]
  readonly product: string
}

/** In the order of their time. */
export async function readAlerts(
  parts: Pick<SecurityParts, 'queries' | 'ids'>,
  workspace: Workspace,
  ids: readonly string[],
): Promise<readonly Alert[]> {
  if (ids.length === 0) return []
  const query = `SecurityAlert
| where SystemAlertId in~ (${ids.map(kqlText).join(', ')})
| summarize arg_max(TimeGenerated, *) by SystemAlertId
| sort by TimeGenerated asc, SystemAlertId asc`
  return (await ask(parts, workspace, query)).map(alertOf)
}

export function alertOf(columns: Found): Alert {
  return {
    id: String(columns.SystemAlertId),
    columns,
    entities: parseEntities(String(columns.Entities ?? '')),
    tactics: namesIn(columns.Tactics),
    techniques: namesIn(columns.Techniques),
    product: String(columns.ProductName ?? ''),
  }
}

/** A list as text: `A, B`, or the JSON of one. */
function namesIn(cell: unknown): readonly string[] {
  return (String(cell ?? '').match(/[\w.]+/g) ?? []).filter((name) => name !== 'Unknown')
}

export function alertDocument(workspace: Workspace, { id, columns, tactics }: Alert): object {
  return {
    id: sentinelId(workspace, `Entities/${id}`),
    name: id,
    type: 'Microsoft.SecurityInsights/Entities',
    kind: 'SecurityAlert',
    properties: {
      systemAlertId: id,
      alertDisplayName: columns.DisplayName,
      friendlyName: columns.DisplayName,
      description: columns.Description,
      severity: columns.AlertSeverity,
      status: columns.Status || 'New',
      alertType: columns.AlertType,
      vendorName: columns.VendorName,
      productName: columns.ProductName,
      productComponentName: columns.ProductComponentName,
      providerAlertId: columns.VendorOriginalId,
      compromisedEntity: columns.CompromisedEntity,
      confidenceLevel: columns.ConfidenceLevel || 'Unknown',
      tactics,
      startTimeUtc: columns.StartTime,
      endTimeUtc: columns.EndTime,
      processingEndTime: columns.ProcessingEndTime,
      timeGenerated: columns.TimeGenerated,
      alertLink: columns.AlertLink,
      additionalData: jsonIn(columns.ExtendedProperties),
      resourceIdentifiers: [],
    },
  }
}

function jsonIn(cell: unknown): unknown {
  try {
    return JSON.parse(String(cell)) as unknown
  } catch {
    return {}
  }
}
