// One run of a rule: query, evaluation, next states; alerts and state are stored together, so that a run that is repeated after
// a kill makes the same alerts.
import { owner, principalWith } from '../access/principal.ts'
import type { Workspaces } from '../catalog/types.ts'
import { ticksOf } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'
import { guidOf, type Ids } from '../core/ids.ts'
import { formatInstant } from '../core/time-range.ts'
import { firstResult } from '../query/first-result.ts'
import { InvalidQuery, type QueryService } from '../query/types.ts'
import { type AlertBody, alertId, alertKind } from '../resources/kinds/alert.ts'
import { StoreConflict } from '../resources/resource.ts'
import type { Change, Store } from '../store/store.ts'
import { firedAlert, resolvedAlert, system } from './alert-body.ts'
import { type Step, step } from './alert-state.ts'
import type { AlertBook } from './book.ts'
import { type Answer, evaluate, MissingColumn, type Outcome } from './evaluate.ts'
import type { Seen } from './links.ts'
import { type LogAlertRule, rangeOf } from './rule.ts'
import { type AlertRules, type HealthState, type KnownRule, type RuleState, reasonOf, subsetOf } from './rules.ts'
import { type Reach, reachOf } from './scope.ts'

export interface RunParts {
  readonly rules: AlertRules
  readonly book: AlertBook
  readonly store: Pick<Store, 'apply'>
  readonly queries: Pick<QueryService, 'run'>
  readonly workspaces: Pick<Workspaces, 'find' | 'list'>
  readonly ids: Ids
  /** Scheme and host of links. */
  readonly base: () => string
}

/** Rules run as the server itself; what they may name was asked for whoever put them. */
const rulePrincipal = principalWith(guidOf('alert rules'), 'alert rules', owner.rights)

interface Failure {
  readonly state: HealthState
  readonly detail: string
}

export interface Ran {
  readonly state: RuleState
  /** Alerts that have something to tell. */
  readonly told: readonly string[]
}

/** `at`: where the newest window ends. Throws a ServerError `stopping`; nothing was stored then. */
export async function runRule(parts: RunParts, { rule, state }: KnownRule, at: number, isLate: boolean): Promise<Ran> {
  const reach = reachOf(rule.scope, parts.workspaces)
  const found = reach ? await judged(parts, rule, reach, state, at) : noWorkspace(rule)
  const failed = 'failure' in found ? found.failure : undefined
  const after: Step =
    'failure' in found
      ? { states: state.series, transitions: [] }
      : step(rule, state.series, found.outcomes, at, (key) => guidOf(`${rule.id.toLowerCase()} ${at} ${key}`))
  const health = failed ?? (after.exceeded ? { state: after.exceeded, detail: limitText } : available)
  const next: RuleState = {
    etag: state.etag,
    since: state.since,
    lastRun: at,
    series: after.states,
    health: health.state === state.health.state ? { ...state.health, ...health } : { ...health, since: at },
  }
  const firing = 'failure' in found ? undefined : { ...found, at, isLate, base: parts.base() }
  const told = await commit(parts, rule, next, after, firing)
  parts.rules.kept(rule.id, next)
  return { state: next, told }
}

const available: Failure = { state: 'Available', detail: '' }
const limitText = 'More series breach at once than one rule makes alerts for; the others have none.'

function noWorkspace({ scope }: LogAlertRule): { readonly failure: Failure } {
  return { failure: { state: 'Workspace not found', detail: `there is no workspace '${scope}'` } }
}

interface Found extends Answer {
  readonly outcomes: readonly Outcome[]
  readonly seen: Seen
}

async function judged(
  parts: RunParts,
  rule: LogAlertRule,
  reach: Reach,
  state: RuleState,
  at: number,
): Promise<Found | { readonly failure: Failure }> {
  const end = ticksOf(at)
  const start = end - BigInt(rangeOf(rule)) * 10_000n
  try {
    const answer = await ask(parts, rule, reach, { start, end })
    const { condition, targetResourceTypes, override } = rule
    const window = BigInt(rule.window) * 10_000n
    const judging = { condition, targetResourceTypes, end, window, readsMore: override !== undefined }
    const outcomes = evaluate(judging, answer, Object.values(state.series))
    const [first] = reach.workspaces
    const windowStart = formatInstant(end - window * BigInt(condition.periods))
    const seen: Seen = {
      query: condition.query,
      timespan: `${formatInstant(start)}/${formatInstant(end)}`,
      now: formatInstant(end),
      ...(override === undefined ? {} : { windowStart }),
      workspace: { id: first?.id ?? '', name: first?.name ?? '' },
      ...(reach.resourceScope ? { resource: rule.scope } : {}),
    }
    return { ...answer, outcomes, seen }
  } catch (error) {
    return { failure: failureOf(error, rule) }
  }
}

class ResponseTooLarge extends Error {}

async function ask(
  { queries, ids }: RunParts,
  rule: LogAlertRule,
  reach: Reach,
  timeRange: { readonly start: bigint; readonly end: bigint },
): Promise<Answer> {
  const { truncated, ...answer } = await firstResult(queries, {
    text: rule.condition.query,
    ...reach,
    timeRange,
    now: timeRange.end,
    subset: subsetOf(rule),
    principal: rulePrincipal,
    profile: 'system',
    client: { app: 'Conshelf alert rules', requestId: ids.guid(), target: rule.id },
  })
  if (truncated) throw new ResponseTooLarge()
  return answer
}

function failureOf(error: unknown, rule: LogAlertRule): Failure {
  if (error instanceof MissingColumn) return { state: 'Semantic error', detail: error.message }
  if (error instanceof ResponseTooLarge)
    return { state: 'Response too large', detail: 'the query answers more than one run takes; summarize in it' }
  if (error instanceof InvalidQuery) {
    const isSyntax = error.diagnostics.some(({ code }) => code.startsWith('KS0'))
    const detail = reasonOf(rule.condition.query, error.diagnostics)
    return { state: isSyntax ? 'Syntax error' : 'Semantic error', detail }
  }
  const name = error instanceof ServerError ? error.errorName : undefined
  if (name === 'stopping') throw error
  return { state: name === 'throttled' ? 'Throttled' : 'Query failed', detail: String((error as Error).message) }
}

type Firing = Found & { readonly at: number; readonly isLate: boolean; readonly base: string }

async function commit(
  parts: RunParts,
  rule: LogAlertRule,
  next: RuleState,
  { transitions }: Step,
  firing: Firing | undefined,
): Promise<readonly string[]> {
  for (;;) {
    const changes: Change[] = [parts.rules.changeOf(rule.id, next)]
    const told: string[] = []
    for (const transition of transitions) {
      if (!firing) continue
      if (transition.do === 'fire') {
        const { outcome, isMuted, alert } = transition
        const id = alertId(outcome.target ?? rule.scope, alert)
        changes.push(put(id, firedAlert({ ...firing, rule, outcome, isMuted }), firing.at))
        told.push(id)
      } else {
        const id = alertId(transition.series.target ?? rule.scope, transition.alert)
        const resolved = await resolve(parts, rule, id, firing.at)
        if (resolved) changes.push(resolved)
        if (resolved) told.push(resolved.id)
      }
    }
    try {
      await parts.store.apply(changes)
      return told
    } catch (error) {
      // Somebody answered an alert in between.
      if (!(error instanceof StoreConflict)) throw error
    }
  }
}

type Put = Extract<Change, { readonly do: 'put' }>

const put = (id: string, body: AlertBody, at: number): Put => ({
  do: 'put',
  id,
  kind: alertKind.kind,
  body: JSON.stringify(body),
  changedAt: at,
  changedBy: system,
})

async function resolve({ book }: RunParts, rule: LogAlertRule, id: string, at: number): Promise<Put | undefined> {
  const found = await book.find(id)
  if (!found) return undefined
  return { ...put(found.id, resolvedAlert(found.body, at, rule.actionGroups), at), match: { etag: found.etag } }
}
