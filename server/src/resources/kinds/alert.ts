// An alert that fired: what Azure's Alerts Management answers, its history, and what became of its notifications.
// https://learn.microsoft.com/rest/api/monitor/alertsmanagement/alerts
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'

const essentials = Type.Object({
  severity: Type.String({ pattern: '^Sev[0-4]$' }),
  signalType: Type.Literal('Log'),
  alertState: Type.Union([Type.Literal('New'), Type.Literal('Acknowledged'), Type.Literal('Closed')]),
  monitorCondition: Type.Union([Type.Literal('Fired'), Type.Literal('Resolved')]),
  targetResource: Type.String(),
  targetResourceName: Type.String(),
  targetResourceGroup: Type.String(),
  targetResourceType: Type.String(),
  monitorService: Type.Literal('Log Alerts V2'),
  alertRule: Type.String({ description: 'ARM id.' }),
  sourceCreatedId: Type.String(),
  startDateTime: Type.String(),
  lastModifiedDateTime: Type.String(),
  monitorConditionResolvedDateTime: Type.Optional(Type.String()),
  lastModifiedUserName: Type.String(),
  actionStatus: Type.Object({ isSuppressed: Type.Boolean() }),
  description: Type.String(),
})

const modification = Type.Object({
  modificationEvent: Type.Union([
    Type.Literal('AlertCreated'),
    Type.Literal('StateChange'),
    Type.Literal('MonitorConditionChange'),
    Type.Literal('ActionsTriggered'),
    Type.Literal('ActionsFailed'),
    Type.Literal('ActionsSuppressed'),
  ]),
  oldValue: Type.String(),
  newValue: Type.String(),
  modifiedAt: Type.String(),
  modifiedBy: Type.String(),
  comments: Type.String(),
})

const notification = Type.Object({
  condition: Type.Union([Type.Literal('Fired'), Type.Literal('Resolved')]),
  /** ARM id. */
  group: Type.String(),
  state: Type.Union([Type.Literal('pending'), Type.Literal('sent'), Type.Literal('failed')]),
})

const schema = Type.Object({
  /** Of the rule, as people know it. */
  ruleName: Type.String(),
  essentials,
  /** `alertContext` of the common alert schema. */
  context: Type.Unknown(),
  customProperties: Type.Record(Type.String(), Type.String()),
  history: Type.Array(modification),
  notifications: Type.Array(notification),
})

export type AlertBody = Static<typeof schema>
export type AlertModification = Static<typeof modification>
export type AlertNotification = Static<typeof notification>

export const alertKind: ResourceKind<typeof schema> = { kind: 'microsoft.alertsmanagement/alerts', schema }

/** Below the subscription of what the alert is about, whatever path it is asked for by. */
export function alertId(target: string, name: string): string {
  const subscription = target.split('/')[2] ?? '00000000-0000-0000-0000-000000000000'
  return `/subscriptions/${subscription}/providers/Microsoft.AlertsManagement/alerts/${name}`
}
