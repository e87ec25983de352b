// Which alerts a list shows, in which order, and their numbers by what they have in common. Pure.
// https://learn.microsoft.com/rest/api/monitor/alertsmanagement/alerts/get-all

import { unixEpochTicks } from '../core/clock.ts'
import { parseInstant } from '../core/time-range.ts'
import { type Alert, keptMillis } from './book.ts'
import { day, hour } from './rule.ts'

export type AlertQuery = Readonly<Record<string, string>>

/** A parameter that is not understood. */
export class WrongParameter extends Error {}

type Essentials = Alert['body']['essentials']

const ranges: Readonly<Record<string, number>> = { '1h': hour, '1d': day, '7d': 7 * day, '30d': keptMillis }
const lower = (text: string) => text.toLowerCase()

/** Those below `scope` that fit the parameters. Throws WrongParameter. */
export function alertsOf(all: readonly Alert[], scope: string, query: AlertQuery, now: number): readonly Alert[] {
  const { from, to } = timesOf(query, now)
  const below = lower(scope)
  return all.filter(({ body: { essentials, ruleName } }) => {
    const start = Date.parse(essentials.startDateTime)
    const target = lower(essentials.targetResource)
    const isBelow = below === '' || target === below || target.startsWith(`${below}/`)
    return isBelow && start >= from && start <= to && fits(essentials, ruleName, query)
  })
}

function timesOf({ timeRange, customTimeRange }: AlertQuery, now: number): { from: number; to: number } {
  if (customTimeRange && timeRange) throw new WrongParameter('give timeRange or customTimeRange, not both')
  if (customTimeRange) {
    const [from, to] = customTimeRange.split('/').map((text) => parseInstant(text))
    if (from === undefined || to === undefined || from > to)
      throw new WrongParameter(`customTimeRange '${customTimeRange}' is not <start>/<end>`)
    return { from: millisOf(from), to: millisOf(to) }
  }
  const millis = ranges[lower(timeRange || '1d')]
  if (millis === undefined)
    throw new WrongParameter(`timeRange '${timeRange}' is none of ${Object.keys(ranges).join(', ')}`)
  return { from: now - millis, to: Number.POSITIVE_INFINITY }
}

const millisOf = (ticks: bigint): number => Number((ticks - unixEpochTicks) / 10_000n)

function fits(essentials: Essentials, ruleName: string, query: AlertQuery): boolean {
  const { targetResource, targetResourceType, targetResourceGroup, monitorService, alertRule } = query
  const same = (wanted: string | undefined, value: string) => !wanted || lower(wanted) === lower(value)
  const service = !monitorService || ['log alerts v2', 'log analytics'].includes(lower(monitorService))
  const group = targetResourceGroup?.slice(targetResourceGroup.lastIndexOf('/') + 1)
  return (
    same(targetResource, essentials.targetResource) &&
    same(targetResourceType, essentials.targetResourceType) &&
    same(group, essentials.targetResourceGroup) &&
    service &&
    same(query.monitorCondition, essentials.monitorCondition) &&
    same(query.severity, essentials.severity) &&
    same(query.alertState, essentials.alertState) &&
    !query.smartGroupId &&
    (!alertRule || [essentials.alertRule, ruleName].some((name) => lower(name) === lower(alertRule)))
  )
}

const sortKeys: Readonly<Record<string, (alert: Alert) => string>> = {
  name: ({ body }) => body.ruleName,
  alertid: ({ id }) => id,
  ...Object.fromEntries(
    (
      [
        ...(['severity', 'alertState', 'monitorCondition', 'targetResource', 'targetResourceName'] as const),
        ...(['targetResourceGroup', 'targetResourceType', 'startDateTime', 'lastModifiedDateTime'] as const),
      ] as const
    ).map((name) => [lower(name), ({ body }: Alert) => body.essentials[name]]),
  ),
}

/** Throws WrongParameter. */
export function sorted(alerts: readonly Alert[], { sortBy, sortOrder }: AlertQuery): readonly Alert[] {
  const key = sortKeys[lower(sortBy || 'lastModifiedDateTime')]
  if (!key) throw new WrongParameter(`sortBy '${sortBy}' is not a field that lists are sorted by`)
  const order = lower(sortOrder || 'desc')
  if (order !== 'asc' && order !== 'desc') throw new WrongParameter(`sortOrder '${sortOrder}' is neither asc nor desc`)
  const sign = order === 'asc' ? 1 : -1
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return alerts.toSorted((a, b) => sign * compare(key(a), key(b)) || compare(a.id, b.id))
}

const groupings = {
  severity: ['Sev0', 'Sev1', 'Sev2', 'Sev3', 'Sev4'],
  alertState: ['New', 'Acknowledged', 'Closed'],
  monitorCondition: ['Fired', 'Resolved'],
  monitorService: ['Log Alerts V2'],
  signalType: ['Log'],
  alertRule: [],
} as const satisfies Partial<Record<keyof Essentials, readonly string[]>>
type Grouping = keyof typeof groupings

export interface SummaryValue {
  readonly name: string
  readonly count: number
  readonly groupedby?: string
  readonly values?: readonly SummaryValue[]
}

/** `groupby`: one or two of the fields, with a comma between them. Throws WrongParameter. */
export function summaryOf(alerts: readonly Alert[], groupby: string | undefined) {
  const names = (groupby ?? '').split(',').map((name) => name.trim())
  const fields = names.map((name) => (Object.keys(groupings) as Grouping[]).find((one) => lower(one) === lower(name)))
  const [first, second] = fields
  if (!first || fields.length > 2 || fields.includes(undefined))
    throw new WrongParameter(`groupby '${groupby ?? ''}' is not one or two of ${Object.keys(groupings).join(', ')}`)
  return { groupedby: first, smartGroupsCount: 0, total: alerts.length, values: counted(alerts, first, second) }
}

function counted(alerts: readonly Alert[], field: Grouping, next: Grouping | undefined): readonly SummaryValue[] {
  const found = Map.groupBy(alerts, ({ body }) => body.essentials[field])
  const names = new Set<string>([...groupings[field], ...found.keys()])
  return [...names].map((name) => {
    const own = found.get(name as never) ?? []
    const inner = next ? { groupedby: next, values: counted(own, next, undefined) } : {}
    return { name, count: own.length, ...inner }
  })
}
