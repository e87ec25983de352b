// Alerts and their rules, over Azure Resource Manager's paths: https://learn.microsoft.com/rest/api/monitor/alertsmanagement/alerts
import { request } from './http.ts'

export type UserResponse = 'New' | 'Acknowledged' | 'Closed'
export type MonitorCondition = 'Fired' | 'Resolved'
export type Severity = 'Sev0' | 'Sev1' | 'Sev2' | 'Sev3' | 'Sev4'
export type AlertRange = '1h' | '1d' | '7d' | '30d'

export interface Essentials {
  readonly severity: Severity
  readonly alertState: UserResponse
  readonly monitorCondition: MonitorCondition
  readonly targetResource: string
  readonly targetResourceName: string
  readonly targetResourceType: string
  readonly alertRule: string
  readonly startDateTime: string
  readonly lastModifiedDateTime: string
  readonly monitorConditionResolvedDateTime?: string
  readonly actionStatus: { readonly isSuppressed: boolean }
  readonly description: string
}

export interface AlertCondition {
  readonly searchQuery: string
  readonly metricMeasureColumn: string | null
  readonly operator: string
  readonly threshold: string
  readonly timeAggregation: string
  readonly dimensions: readonly { readonly name: string; readonly value: string }[]
  readonly metricValue: number | null
  readonly linkToFilteredSearchResultsUI: string
}

export interface Alert {
  readonly id: string
  readonly name: string
  readonly properties: {
    readonly essentials: Essentials
    /** As people know it. */
    readonly alertRuleName: string
    readonly context: {
      readonly context: {
        readonly condition: {
          readonly windowStartTime: string
          readonly windowEndTime: string
          readonly allOf: readonly AlertCondition[]
        }
      }
      readonly customProperties: Readonly<Record<string, string>>
    }
  }
}

export interface Modification {
  readonly modificationEvent: string
  readonly oldValue: string
  readonly newValue: string
  readonly modifiedAt: string
  readonly modifiedBy: string
  readonly comments: string
}

const version = 'api-version=2019-05-05-preview'
/** Beyond them a list says that it is cut. */
const mostAlerts = 2_000

export interface AlertList {
  readonly alerts: readonly Alert[]
  readonly isCut: boolean
}

/** Those of some subscriptions, the latest first. */
export async function listAlerts(
  subscriptions: readonly string[],
  range: AlertRange,
  signal: AbortSignal,
): Promise<AlertList> {
  const parameters = `${version}&timeRange=${range}&includeContext=true&pageCount=250&sortBy=startDateTime`
  const lists = subscriptions.map((id) =>
    followed(`/subscriptions/${id}/providers/Microsoft.AlertsManagement/alerts?${parameters}`, signal),
  )
  const alerts = (await Promise.all(lists)).flat()
  const time = ({ properties }: Alert) => properties.essentials.startDateTime
  return {
    alerts: alerts.toSorted((a, b) => time(b).localeCompare(time(a))),
    isCut: alerts.length >= mostAlerts,
  }
}

async function followed(first: string, signal: AbortSignal): Promise<readonly Alert[]> {
  const found: Alert[] = []
  let path: string | undefined = first
  while (path !== undefined && found.length < mostAlerts) {
    const page: { readonly value: readonly Alert[]; readonly nextLink?: string } = await request(path, { signal })
    found.push(...page.value)
    // The server is this one, whatever name it knows itself by.
    path = page.nextLink === undefined ? undefined : page.nextLink.replace(/^https?:\/\/[^/]+/, '')
  }
  return found
}

export async function alertHistory(id: string, signal: AbortSignal): Promise<readonly Modification[]> {
  const answer = await request<{ readonly properties: { readonly modifications: readonly Modification[] } }>(
    `${id}/history?${version}`,
    { signal },
  )
  return answer.properties.modifications
}

export function answerAlert(id: string, state: UserResponse, comments: string): Promise<Alert> {
  return request<Alert>(`${id}/changestate?${version}&newState=${state}`, { body: { comments } })
}

export interface AlertRule {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly severity: number
  readonly enabled: boolean
  readonly scope: string
  readonly query: string
  /** To be read by people. */
  readonly condition: string
  readonly frequencyMinutes: number
  readonly windowMinutes: number
  readonly stateful: boolean
  readonly actionGroups: readonly string[]
  readonly openAlerts: number
  readonly health: { readonly state: string; readonly detail: string; readonly since: string }
  readonly lastRun?: string
  readonly nextRun?: string
}

export async function listAlertRules(signal: AbortSignal): Promise<readonly AlertRule[]> {
  return (await request<{ readonly rules: readonly AlertRule[] }>('/conshelf/alert-rules', { signal })).rules
}

export function enableRule(id: string, enabled: boolean): Promise<unknown> {
  const path = id.split('/').map(encodeURIComponent).join('/')
  return request(`${path}?api-version=2022-06-15`, { method: 'PATCH', body: { properties: { enabled } } })
}
