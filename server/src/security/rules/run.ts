// Runs of analytics rules: query, alerts, incidents. An alert, its row and its place in an incident are one transaction; the state
// of the rule comes last. A run that is repeated after a kill finds its alerts and makes none again.
import { owner } from '../../access/principal.ts'
import type { Workspace } from '../../catalog/types.ts'
import { ticksOf } from '../../core/clock.ts'
import { ServerError } from '../../core/errors.ts'
import { guidOf } from '../../core/ids.ts'
import { type Schedule, startSchedule } from '../../core/schedule.ts'
import { formatInstant, parseInstant } from '../../core/time-range.ts'
import { firstResult } from '../../query/first-result.ts'
import { alertRuleKind } from '../../resources/kinds/sentinel/alert-rule.ts'
import { severities } from '../../resources/kinds/sentinel/parts.ts'
import type { IncidentChanges, Incidents } from '../incidents/incidents.ts'
import type { StoredIncident } from '../incidents/read.ts'
import { alertRelation } from '../incidents/related.ts'
import { relatedNames } from '../incidents/view.ts'
import { type SecurityParts, sentinelId } from '../parts.ts'
import { alertRow, product } from './alert-row.ts'
import { type AlertDraft, alertsOf } from './alerts.ts'
import { afterRun, delays, dueRuns, mostFailures, type RuleState } from './due.ts'
import type { Properties } from './fields.ts'
import { type Candidate, groupKey, joined } from './grouping.ts'
import { type QueryRule, queryRule } from './rule.ts'
import type { AlertRule } from './rules.ts'

const space = 'analytics-rules'
const everyMillis = 15_000
const by = 'Microsoft Sentinel'

export function startRuleRuns(parts: SecurityParts, incidents: Incidents): Schedule {
  const { clock, log } = parts
  const work = (signal: AbortSignal) => runAll(parts, incidents, signal)
  return startSchedule({ name: 'the run of analytics rules', everyMillis, clock, log, work })
}

async function runAll(parts: SecurityParts, incidents: Incidents, signal: AbortSignal): Promise<void> {
  for (const workspace of parts.workspaces.list())
    for (const rule of await parts.resources.list(alertRuleKind, workspace.resourceId)) {
      if (signal.aborted) return
      await runDue(parts, incidents, workspace, rule, signal)
    }
}

const millisOf = (instant: string): number => Number(((parseInstant(instant) ?? 0n) - ticksOf(0)) / 10_000n)
const instantOf = (millis: number): string => formatInstant(ticksOf(millis))

async function runDue(
  parts: SecurityParts,
  incidents: Incidents,
  workspace: Workspace,
  stored: AlertRule,
  signal: AbortSignal,
): Promise<void> {
  const { kind, properties, record } = stored.body
  if (kind !== 'Scheduled' && kind !== 'NRT') return
  const rule = queryRule(kind, properties as Properties)
  if (!rule.isEnabled) return
  const { store, clock } = parts
  const key = stored.id.toLowerCase()
  const text = await store.value(space, key, 0)
  let state: RuleState = text === undefined ? { failures: 0 } : (JSON.parse(text) as RuleState)
  const start = millisOf(String((properties as Properties).startTimeUtc ?? ''))
  const modified = Math.max(millisOf(record.modified), start)
  const timing = { modified, frequency: rule.frequency, delay: delays[kind] }
  for (const at of dueRuns(state, timing, clock.now())) {
    if (signal.aborted) return
    state = await runOnce(parts, incidents, { workspace, stored, rule, state, at })
    await store.apply([{ do: 'set', space, key, value: JSON.stringify(state) }])
    if (state.isRetried) return
  }
  if (state.failures >= mostFailures) await disable(parts, stored)
}

interface OneRun {
  readonly workspace: Workspace
  readonly stored: AlertRule
  readonly rule: QueryRule
  readonly state: RuleState
  readonly at: number
}

async function runOnce(parts: SecurityParts, incidents: Incidents, run: OneRun): Promise<RuleState> {
  const { rule, state, at, stored } = run
  if (state.suppressedUntil !== undefined && at < state.suppressedUntil) return { ...state, lastRun: at }
  try {
    const alerts = await alertsAt(parts, run)
    if (alerts.length > 0) await keep(parts, incidents, run, alerts)
    return afterRun(state, at, { alerts: alerts.length, suppression: rule.suppression })
  } catch (error) {
    if (error instanceof ServerError && error.errorName === 'stopping') throw error
    parts.log.warn({ err: error, rule: stored.id }, 'an analytics rule could not be evaluated')
    return afterRun(state, at, 'failed')
  }
}

async function alertsAt(parts: SecurityParts, run: OneRun): Promise<readonly AlertDraft[]> {
  const { workspace, stored, rule, at } = run
  const range = { start: ticksOf(at - rule.period), end: ticksOf(at) }
  const result = await firstResult(parts.queries, {
    text: rule.query,
    workspaces: [workspace],
    principal: owner,
    profile: 'system',
    subset: 'detection',
    now: range.end,
    client: { app: 'Conshelf analytics rules', requestId: parts.ids.guid(), target: stored.id },
    // Rules in near real time look at what has arrived, whenever it happened.
    ...(rule.kind === 'NRT' ? { scopeRange: { ...range, column: '_TimeReceived' } } : { timeRange: range }),
  })
  const [from, to] = [instantOf(at - rule.period), instantOf(at)]
  return alertsOf(rule, result, { ruleId: stored.id, at: to, from, to })
}

async function keep(
  parts: SecurityParts,
  incidents: Incidents,
  run: OneRun,
  alerts: readonly AlertDraft[],
): Promise<void> {
  const { workspace, rule } = run
  await incidents.inTurn(workspace, async (changes) => {
    let known = rule.createsIncident ? await changes.list() : []
    for (const alert of alerts) {
      if (known.some((incident) => relatedNames(incident, 'SecurityAlert').includes(alert.id))) continue
      const saved = await keepAlert(parts, changes, run, alert, known)
      if (saved) known = [...known.filter(({ id }) => id !== saved.id), saved]
    }
  })
}

async function keepAlert(
  parts: SecurityParts,
  changes: IncidentChanges,
  { workspace, stored, rule, at }: OneRun,
  alert: AlertDraft,
  known: readonly StoredIncident[],
): Promise<StoredIncident | undefined> {
  const to = instantOf(at)
  const context = { workspace, ruleId: stored.id, rule, from: instantOf(at - rule.period), to, at: parts.nextInstant() }
  const held = parts.outbox.hold(workspace, [alertRow(alert, context)], alert.id)
  if (!rule.createsIncident) {
    await parts.store.apply([held.change])
    await parts.outbox.send(held)
    return undefined
  }
  const key = rule.grouping ? groupKey(rule, rule.grouping, alert) : alert.id
  const own = known.filter(({ body }) => body.record.group?.rule.toLowerCase() === stored.id.toLowerCase())
  const found = rule.grouping && joined(key, rule.grouping, own.map(candidateOf), at)
  const before = known.find(({ id }) => id === found?.id)
  const saved = await changes.save({
    id: before?.id ?? sentinelId(workspace, `incidents/${guidOf(`incident ${alert.id}`)}`),
    before,
    properties: before ? withAlert(before, alert) : ofAlert(alert),
    by,
    base: parts.base(),
    rules: [stored.id],
    relations: [alertRelation(workspace, { ...alert, product })],
    group: before?.body.record.group ?? { rule: stored.id, key, first: to },
    also: [held.change],
  })
  await parts.outbox.send(held)
  return saved
}

const candidateOf = (incident: StoredIncident): Candidate => ({
  id: incident.id,
  number: incident.body.record.number,
  isClosed: incident.body.properties.status === 'Closed',
  alerts: relatedNames(incident, 'SecurityAlert').length,
  key: incident.body.record.group?.key ?? '',
  firstAlert: millisOf(incident.body.record.group?.first ?? ''),
})

const ofAlert = ({ name, description, severity, start, end }: AlertDraft) => ({
  title: name,
  description,
  severity,
  status: 'New',
  firstActivityTimeUtc: start,
  lastActivityTimeUtc: end,
})

/** The incident with one more alert; a closed one is open again. */
function withAlert({ body: { properties } }: StoredIncident, { severity, start, end }: AlertDraft) {
  const { classification: _c, classificationReason: _r, classificationComment: _t, ...open } = properties
  const { firstActivityTimeUtc: first, lastActivityTimeUtc: last } = properties
  const highest = severities[Math.max(severities.indexOf(severity), severities.indexOf(properties.severity))]
  return {
    ...open,
    severity: highest ?? severity,
    status: properties.status === 'Closed' ? 'Active' : properties.status,
    firstActivityTimeUtc: first && first < start ? first : start,
    lastActivityTimeUtc: last && last > end ? last : end,
  }
}

const mark = 'AUTO DISABLED'

/** https://learn.microsoft.com/azure/sentinel/troubleshoot-analytics-rules */
async function disable({ resources, log }: SecurityParts, { id, etag, body }: AlertRule): Promise<void> {
  const properties = body.properties as Properties
  const displayName = `${mark} ${properties.displayName}`
  const disabled = { ...body, properties: { ...properties, displayName, enabled: false } }
  await resources.put(alertRuleKind, id, disabled, { by, match: { etag } })
  log.warn({ rule: id }, 'an analytics rule failed again and again and has been disabled')
}
