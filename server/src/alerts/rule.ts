// A log search alert rule as it is worked with: durations as numbers, defaults filled in, every field checked.
// https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule
import { parseDuration } from '../core/time-range.ts'
import { type ScheduledQueryRuleBody, scheduledQueryRuleKind } from '../resources/kinds/scheduled-query-rule.ts'
import { InvalidResource } from '../resources/resource.ts'

export const aggregations = ['Count', 'Average', 'Minimum', 'Maximum', 'Total'] as const
export type Aggregation = (typeof aggregations)[number]
export const operators = ['Equals', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'] as const
export type Operator = (typeof operators)[number]

export interface DimensionRule {
  readonly name: string
  readonly operator: 'Include' | 'Exclude'
  readonly values: readonly string[]
}

export interface Condition {
  readonly query: string
  readonly aggregation: Aggregation
  /** Absent with Count. */
  readonly measure?: string
  readonly resourceIdColumn?: string
  readonly dimensions: readonly DimensionRule[]
  readonly operator: Operator
  readonly threshold: number
  readonly periods: number
  readonly minFailing: number
}

/** Times in milliseconds. */
export interface LogAlertRule {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly severity: number
  readonly enabled: boolean
  readonly scope: string
  readonly targetResourceTypes: readonly string[]
  readonly frequency: number
  readonly window: number
  /** What the query reads, when it is more than the windows that are judged. */
  readonly override?: number
  readonly condition: Condition
  readonly mute?: number
  readonly stateful: boolean
  readonly actionGroups: readonly string[]
  readonly customProperties: Readonly<Record<string, string>>
}

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** How far back the query of a rule reads. */
export const rangeOf = ({ override, window, condition }: LogAlertRule): number => override ?? window * condition.periods

const mostActionGroups = 5
const mostDimensions = 6
const longestDescription = 4096
const longestRule = 64 * 1024

/** Throws InvalidResource. The query itself is not looked at. */
export function ruleOf(id: string, body: ScheduledQueryRuleBody): LogAlertRule {
  checkKind(body)
  const { properties } = body
  const name = properties.displayName || id.slice(id.lastIndexOf('/') + 1)
  const criteria = conditionOf(properties.criteria.allOf)
  const frequency = duration('evaluationFrequency', properties.evaluationFrequency, minute, day)
  const window = duration('windowSize', properties.windowSize, minute, 2 * day)
  const range = window * criteria.periods
  if (range > 2 * day)
    throw invalid('/criteria/allOf/0/failingPeriods', 'windowSize × numberOfEvaluationPeriods is at most 2 days')
  const override = optional(properties.overrideQueryTimeRange, (text) =>
    duration('overrideQueryTimeRange', text, range, 2 * day),
  )
  const { severity, description, scopes, targetResourceTypes } = properties
  if (severity < 0 || severity > 4) throw invalid('/severity', `${severity} is not 0 (critical) to 4 (verbose)`)
  if ((description?.length ?? 0) > longestDescription)
    throw invalid('/description', `is longer than ${longestDescription} characters`)
  const actionGroups = properties.actions?.actionGroups ?? []
  if (actionGroups.length > mostActionGroups)
    throw invalid('/actions/actionGroups', `a rule has at most ${mostActionGroups} action groups`)
  if (JSON.stringify(properties).length > longestRule) throw invalid('', 'the rule is longer than 64 KB')
  return {
    id,
    name,
    description: description ?? '',
    severity,
    enabled: properties.enabled ?? true,
    scope: scopeOf(scopes),
    targetResourceTypes: (targetResourceTypes ?? []).map((type) => type.toLowerCase()),
    frequency,
    window,
    ...(override === undefined ? {} : { override }),
    condition: criteria,
    ...life(body, frequency),
    actionGroups,
    customProperties: properties.actions?.customProperties ?? {},
  }
}

function checkKind({ location, kind }: ScheduledQueryRuleBody): void {
  if (!location) throw new InvalidResource(scheduledQueryRuleKind.kind, '/location', 'a rule needs a location')
  if (!kind || kind === 'LogAlert') return
  const reason = `'${kind}' is not supported; a rule is of the kind LogAlert`
  throw new InvalidResource(scheduledQueryRuleKind.kind, '/kind', reason)
}

/** Whether it resolves by itself, and how long its actions rest after a fire. */
function life({ properties }: ScheduledQueryRuleBody, frequency: number): Pick<LogAlertRule, 'stateful' | 'mute'> {
  const { autoMitigate, muteActionsDuration } = properties
  if ('resolveConfiguration' in properties && properties.resolveConfiguration)
    throw invalid('/resolveConfiguration', 'is not supported; autoMitigate resolves after some runs')
  const mute = optional(muteActionsDuration, (text) => duration('muteActionsDuration', text, minute, 30 * day))
  if (autoMitigate && mute !== undefined)
    throw invalid('/muteActionsDuration', 'goes with autoMitigate=false only: an alert that resolves itself fires once')
  if (autoMitigate && frequency > 12 * hour)
    throw invalid('/autoMitigate', 'a rule that runs less often than every 12 hours cannot resolve its alerts')
  const stateful = autoMitigate ?? (mute === undefined && frequency <= 12 * hour)
  return { stateful, ...(mute === undefined ? {} : { mute }) }
}

function scopeOf(scopes: readonly string[]): string {
  const [scope, ...more] = scopes
  if (scope === undefined || more.length > 0)
    throw invalid('/scopes', `has ${scopes.length} entries, and must have one`)
  if (!/^\/subscriptions\/[^/]+/i.test(scope))
    throw invalid(
      '/scopes/0',
      `'${scope}' is not the id of a workspace, a resource, a resource group or a subscription`,
    )
  return scope.replace(/\/+$/, '')
}

type Criteria = ScheduledQueryRuleBody['properties']['criteria']['allOf']

function conditionOf(allOf: Criteria): Condition {
  const [first, ...more] = allOf
  const at = '/criteria/allOf'
  if (!first || more.length > 0) throw invalid(at, `has ${allOf.length} conditions, and must have one`)
  if ('criterionType' in first && first.criterionType !== 'StaticThresholdCriterion')
    throw invalid(`${at}/0/criterionType`, 'a threshold that is learnt is not supported; give a threshold')
  if (typeof first.threshold !== 'number') throw invalid(`${at}/0/threshold`, 'is missing')
  const aggregation = oneOf(`${at}/0/timeAggregation`, first.timeAggregation, aggregations)
  if (aggregation !== 'Count' && !first.metricMeasureColumn)
    throw invalid(`${at}/0/metricMeasureColumn`, `is missing: ${aggregation} needs a column of numbers`)
  return {
    query: first.query,
    aggregation,
    ...(aggregation !== 'Count' && first.metricMeasureColumn ? { measure: first.metricMeasureColumn } : {}),
    ...(first.resourceIdColumn ? { resourceIdColumn: first.resourceIdColumn } : {}),
    dimensions: dimensionsOf(first.dimensions ?? []),
    operator: oneOf(`${at}/0/operator`, first.operator, operators),
    threshold: first.threshold,
    ...periodsOf(first.failingPeriods ?? {}),
  }
}

function periodsOf(given: NonNullable<Criteria[number]['failingPeriods']>) {
  const { numberOfEvaluationPeriods: periods = 1, minFailingPeriodsToAlert: minFailing = 1 } = given
  const at = '/criteria/allOf/0/failingPeriods'
  if (periods < 1 || minFailing < 1) throw invalid(at, 'counts from 1')
  if (minFailing > periods)
    throw invalid(at, `minFailingPeriodsToAlert (${minFailing}) is more than numberOfEvaluationPeriods (${periods})`)
  return { periods, minFailing }
}

function dimensionsOf(given: NonNullable<Criteria[number]['dimensions']>): readonly DimensionRule[] {
  const at = '/criteria/allOf/0/dimensions'
  if (given.length > mostDimensions) throw invalid(at, `a rule splits by at most ${mostDimensions} columns`)
  return given.map(({ name, operator, values }, index) => {
    const side = oneOf(`${at}/${index}/operator`, operator, ['Include', 'Exclude'] as const)
    if (values.length === 0) throw invalid(`${at}/${index}/values`, "is empty; '*' stands for every value")
    if (side === 'Exclude' && values.includes('*')) throw invalid(`${at}/${index}/values`, 'excludes every value')
    if (given.findIndex((other) => other.name === name) !== index)
      throw invalid(`${at}/${index}/name`, `'${name}' is there twice`)
    return { name, operator: side, values }
  })
}

function duration(name: string, text: string, least: number, most: number): number {
  const ticks = parseDuration(text)
  if (ticks === undefined) throw invalid(`/${name}`, `'${text}' is not an ISO 8601 duration, such as PT5M`)
  const millis = Number(ticks / 10_000n)
  if (millis < least || millis > most)
    throw invalid(`/${name}`, `${text} is not between ${spanText(least)} and ${spanText(most)}`)
  if (millis % minute !== 0) throw invalid(`/${name}`, `${text} is not whole minutes`)
  return millis
}

const spanText = (millis: number): string => (millis % day === 0 ? `P${millis / day}D` : `PT${millis / minute}M`)

function optional<T>(text: string | null | undefined, read: (text: string) => T): T | undefined {
  return text ? read(text) : undefined
}

function oneOf<T extends string>(path: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one.toLowerCase() === value.toLowerCase())
  if (found === undefined) throw invalid(path, `'${value}' is none of ${known.join(', ')}`)
  return found
}

export function invalid(path: string, reason: string): InvalidResource {
  return new InvalidResource('alert rule', `/properties${path}`, reason)
}

/** ISO 8601, of whole minutes. */
export function isoDuration(millis: number): string {
  if (millis % day === 0) return `P${millis / day}D`
  return millis % hour === 0 ? `PT${millis / hour}H` : `PT${millis / minute}M`
}
