// An alert as a document: made when it fires, changed when it resolves or when somebody answers it. Pure.
// https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema

import type { Column } from '@conshelf/kql'
import type { AlertBody, AlertModification } from '../resources/kinds/alert.ts'
import type { Outcome } from './evaluate.ts'
import { type Seen, searchLinks } from './links.ts'
import { isoDuration, type LogAlertRule } from './rule.ts'
import { scopeFacts } from './scope.ts'

export const system = 'System'

export interface Fired {
  readonly rule: LogAlertRule
  readonly outcome: Outcome
  readonly columns: readonly Column[]
  readonly seen: Seen
  /** Scheme and host of links. */
  readonly base: string
  readonly isMuted: boolean
  readonly at: number
  /** A run that was made up for. */
  readonly isLate: boolean
}

export function firedAlert(fired: Fired): AlertBody {
  const { rule, outcome, at, isMuted, isLate } = fired
  const time = new Date(at).toISOString()
  const target = scopeFacts(outcome.target ?? rule.scope)
  const note = isLate ? 'The run was made up for: it was missed at its time.' : ''
  const groups = isMuted ? [] : rule.actionGroups
  return {
    ruleName: rule.name,
    essentials: {
      severity: `Sev${rule.severity}`,
      signalType: 'Log',
      alertState: 'New',
      monitorCondition: 'Fired',
      targetResource: target.id,
      targetResourceName: target.name,
      targetResourceGroup: target.group,
      targetResourceType: target.type,
      monitorService: 'Log Alerts V2',
      alertRule: rule.id,
      sourceCreatedId: `${rule.id}|${outcome.key}|${time}`,
      startDateTime: time,
      lastModifiedDateTime: time,
      lastModifiedUserName: system,
      actionStatus: { isSuppressed: isMuted },
      description: rule.description,
    },
    context: contextOf(fired),
    customProperties: rule.customProperties,
    history: [
      modification('AlertCreated', { to: 'Fired', at, comments: note }),
      ...(isMuted ? [modification('ActionsSuppressed', { at, comments: 'muted after an earlier fire' })] : []),
    ],
    notifications: groups.map((group) => ({ condition: 'Fired', group, state: 'pending' })),
  }
}

function contextOf({ rule, outcome, seen, base, columns }: Fired): object {
  const { condition } = rule
  const [start, windowEndTime] = seen.timespan.split('/')
  const { resourceIdColumn } = condition
  const series = { ...outcome, ...(resourceIdColumn === undefined ? {} : { resourceIdColumn }) }
  return {
    conditionType: 'LogQueryCriteria',
    properties: rule.customProperties,
    condition: {
      windowSize: isoDuration(rule.window),
      allOf: [
        {
          searchQuery: condition.query,
          metricMeasureColumn: condition.measure ?? null,
          targetResourceTypes: JSON.stringify(rule.targetResourceTypes),
          operator: condition.operator,
          threshold: String(condition.threshold),
          timeAggregation: condition.aggregation,
          dimensions: outcome.dimensions,
          metricValue: outcome.value,
          failingPeriods: {
            numberOfEvaluationPeriods: condition.periods,
            minFailingPeriodsToAlert: condition.minFailing,
          },
          ...searchLinks(base, seen, series, columns),
        },
      ],
      windowStartTime: seen.windowStart ?? start,
      windowEndTime,
    },
  }
}

export function resolvedAlert(body: AlertBody, at: number, groups: readonly string[]): AlertBody {
  const time = new Date(at).toISOString()
  return {
    ...body,
    essentials: {
      ...body.essentials,
      monitorCondition: 'Resolved',
      monitorConditionResolvedDateTime: time,
      lastModifiedDateTime: time,
      lastModifiedUserName: system,
    },
    history: [...body.history, modification('MonitorConditionChange', { from: 'Fired', to: 'Resolved', at })],
    notifications: [
      ...body.notifications,
      ...groups.map((group) => ({ condition: 'Resolved' as const, group, state: 'pending' as const })),
    ],
  }
}

export type UserResponse = AlertBody['essentials']['alertState']
export const userResponses: readonly UserResponse[] = ['New', 'Acknowledged', 'Closed']

export interface Response {
  readonly state: UserResponse
  readonly by: string
  readonly comments: string
  readonly at: number
}

export function answeredAlert(body: AlertBody, { state, by, comments, at }: Response): AlertBody {
  const { alertState } = body.essentials
  if (alertState === state) return body
  const change = { from: alertState, to: state, at, by, comments }
  return {
    ...body,
    essentials: {
      ...body.essentials,
      alertState: state,
      lastModifiedDateTime: new Date(at).toISOString(),
      lastModifiedUserName: by,
    },
    history: [...body.history, modification('StateChange', change)],
  }
}

interface Change {
  readonly from?: string
  readonly to?: string
  readonly at: number
  readonly by?: string
  readonly comments?: string
}

export function modification(
  modificationEvent: AlertModification['modificationEvent'],
  { from = '', to = '', at, by = system, comments = '' }: Change,
): AlertModification {
  const modifiedAt = new Date(at).toISOString()
  return { modificationEvent, oldValue: from, newValue: to, modifiedAt, modifiedBy: by, comments }
}
