// Which incident an alert belongs to. Pure. https://learn.microsoft.com/azure/sentinel/create-analytics-rules#alert-grouping
import { entityKey } from '../entities/entities.ts'
import { entityTypes } from '../entities/types.ts'
import type { AlertDraft } from './alerts.ts'
import type { Grouping, QueryRule } from './rule.ts'

/** An incident that the rule made. */
export interface Candidate {
  readonly id: string
  readonly number: number
  readonly isClosed: boolean
  readonly alerts: number
  /** Of the alerts that it takes. */
  readonly key: string
  /** When its first alert was made, in milliseconds. */
  readonly firstAlert: number
}

export const mostAlertsOfIncident = 150

/** Alerts of equal keys belong together. */
export function groupKey(rule: Pick<QueryRule, 'mappings'>, grouping: Grouping, alert: AlertDraft): string {
  const { method } = grouping
  if (method === 'AnyAlert' || (method === 'AllEntities' && rule.mappings.length === 0)) return ''
  if (method === 'AllEntities') return alert.entities.map(entityKey).sort().join('\n')
  const stored = grouping.entities.map((name) => entityTypes[name]?.stored ?? name.toLowerCase())
  const entities = alert.entities.filter(({ Type }) => stored.includes(Type)).map(entityKey)
  const details = grouping.alertDetails.map((name) => `${name}=${name === 'Severity' ? alert.severity : alert.name}`)
  const custom = grouping.customDetails.map(
    (name) => `${name}=${(alert.customDetails[name] ?? []).toSorted().join(',')}`,
  )
  return [...entities.sort(), ...details, ...custom].join('\n')
}

/** The incident that an alert of that key joins; undefined: it makes one of its own. */
export function joined(
  key: string,
  { lookback, reopenClosedIncident }: Grouping,
  candidates: readonly Candidate[],
  now: number,
): Candidate | undefined {
  const matching = candidates
    .filter((each) => each.key === key && each.firstAlert >= now - lookback && each.alerts < mostAlertsOfIncident)
    .toSorted((a, b) => b.number - a.number)
  const open = matching.find(({ isClosed }) => !isClosed)
  return open ?? (reopenClosedIncident ? matching[0] : undefined)
}
