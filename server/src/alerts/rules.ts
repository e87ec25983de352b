// The alert rules there are, and what each remembers between two runs.
import { type Diagnostic, lineColumn } from '@conshelf/kql'
import { owner, type Principal } from '../access/principal.ts'
import type { Workspaces } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { QueryService } from '../query/types.ts'
import { type ScheduledQueryRuleBody, scheduledQueryRuleKind } from '../resources/kinds/scheduled-query-rule.ts'
import { checkBody, type PutOptions, type Resource, type Resources } from '../resources/resource.ts'
import type { Change, Store } from '../store/store.ts'
import type { SeriesStates } from './alert-state.ts'
import { type Condition, invalid, type LogAlertRule, minute, ruleOf } from './rule.ts'
import { reachOf } from './scope.ts'

/** https://learn.microsoft.com/azure/azure-monitor/alerts/log-alert-rule-health */
export type HealthState =
  | 'Available'
  | 'Disabled'
  | 'Syntax error'
  | 'Semantic error'
  | 'Query failed'
  | 'Response too large'
  | 'Throttled'
  | 'Workspace not found'
  | 'Active alerts limit exceeded'
  | 'Dimension limit exceeded'

export interface Health {
  readonly state: HealthState
  readonly detail: string
  /** Milliseconds. */
  readonly since: number
}

/** Kept in the store. Times in milliseconds. */
export interface RuleState {
  /** Of the rule that it belongs to; another one begins anew, with the alerts that are open. */
  readonly etag: string
  readonly since: number
  readonly lastRun?: number
  readonly series: SeriesStates
  readonly health: Health
}

export interface KnownRule {
  readonly resource: Resource<ScheduledQueryRuleBody>
  readonly rule: LogAlertRule
  readonly state: RuleState
}

export interface AlertRules {
  /** `from`: the rule makes up for runs since then, as if it had been there. Throws InvalidResource, or alertQueryInvalid. */
  put(
    id: string,
    body: unknown,
    principal: Principal,
    options: PutOptions,
    from?: number,
  ): Promise<Resource<ScheduledQueryRuleBody>>
  remove(id: string): Promise<boolean>
  list(): Promise<readonly KnownRule[]>
  /** The change that keeps a state; `kept` says that it is stored. */
  changeOf(id: string, state: RuleState): Change
  kept(id: string, state: RuleState): void
}

export interface AlertRulesParts {
  readonly resources: Resources
  readonly store: Pick<Store, 'value' | 'apply'>
  readonly workspaces: Pick<Workspaces, 'find' | 'list'>
  readonly queries: Pick<QueryService, 'compile'>
  readonly clock: Clock
  readonly log: Log
}

const space = 'alert-rules'

export function openAlertRules(parts: AlertRulesParts): AlertRules {
  const { resources, store, clock, log } = parts
  const states = new Map<string, RuleState>()
  let known: Promise<readonly Omit<KnownRule, 'state'>[]> | undefined
  const load = async () => (await resources.list(scheduledQueryRuleKind)).flatMap(readable)
  /** Rules were checked when they were put, perhaps by a version that took more. */
  const readable = (resource: Resource<ScheduledQueryRuleBody>) => {
    try {
      return [{ resource, rule: ruleOf(resource.id, resource.body) }]
    } catch (error) {
      log.error({ err: error, rule: resource.id }, 'an alert rule cannot be read and does not run')
      return []
    }
  }
  const stateOf = async (resource: Resource<unknown>, { frequency }: LogAlertRule): Promise<RuleState> => {
    const key = resource.id.toLowerCase()
    const stored = states.get(key) ?? parsed(await store.value(space, key, clock.now()))
    const state = stored?.etag === resource.etag ? stored : stateAfter(stored, resource, frequency)
    states.set(key, state)
    return state
  }
  return {
    async put(id, body, principal, options, from) {
      checkBody(scheduledQueryRuleKind, body)
      const rule = ruleOf(id, body)
      // Who may not read everything must name what it may read.
      const isFree = body.properties.skipQueryValidation && principal.rights.key === owner.rights.key
      if (!isFree) checkQuery(parts, rule, principal)
      const stored = await resources.put(scheduledQueryRuleKind, id, body, options)
      if (from !== undefined) {
        const state = { ...(await stateOf(stored, rule)), lastRun: from }
        await store.apply([changeOf(id, state)])
        states.set(id.toLowerCase(), state)
      }
      known = undefined
      return stored
    },
    async remove(id) {
      if (!(await resources.get(scheduledQueryRuleKind, id))) return false
      await resources.delete(id, undefined, [{ do: 'unset', space, key: id.toLowerCase() }])
      states.delete(id.toLowerCase())
      known = undefined
      return true
    },
    async list() {
      known ??= load()
      const found = await known
      return Promise.all(found.map(async (one) => ({ ...one, state: await stateOf(one.resource, one.rule) })))
    },
    changeOf,
    kept: (id, state) => {
      states.set(id.toLowerCase(), state)
    },
  }
}

/** A rule that was changed keeps its rhythm; one that is new, or was off for longer than a period, runs at once. */
function stateAfter(stored: RuleState | undefined, { etag, changed }: Resource<unknown>, frequency: number): RuleState {
  const health = stored?.health ?? { state: 'Available' as const, detail: '', since: changed.at }
  const { lastRun } = stored ?? {}
  const goesOn = lastRun !== undefined && changed.at - lastRun < frequency
  return { etag, since: changed.at, ...(goesOn ? { lastRun } : {}), series: stored?.series ?? {}, health }
}

const changeOf = (id: string, state: RuleState): Change => ({
  do: 'set',
  space,
  key: id.toLowerCase(),
  value: JSON.stringify(state),
})

const parsed = (text: string | undefined): RuleState | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as RuleState)

/** What less than the whole language a rule may use. */
export const subsetOf = ({ frequency }: LogAlertRule) =>
  frequency < 5 * minute ? ('log-alert-minute' as const) : ('log-alert' as const)

function checkQuery({ workspaces, queries }: AlertRulesParts, rule: LogAlertRule, principal: Principal): void {
  const reach = reachOf(rule.scope, workspaces)
  if (!reach) throw invalid('/scopes/0', `there is no workspace '${rule.scope}'`)
  const result = queries.compile({ text: rule.condition.query, ...reach, principal, subset: subsetOf(rule) })
  if (!result.ok)
    throw new ServerError('alertQueryInvalid', { reason: reasonOf(rule.condition.query, result.diagnostics) })
  checkColumns(rule.condition, result.compiled.results[0]?.columns ?? [])
}

/** The first error, with its place. */
export function reasonOf(query: string, diagnostics: readonly Diagnostic[]): string {
  const first = diagnostics.find(({ severity }) => severity === 'error')
  if (!first) return 'it does not compile'
  const { line, column } = lineColumn(query, first.start)
  const place = `line ${line}, column ${column}`
  return `${first.message} (${place}${first.hint === undefined ? '' : `; ${first.hint}`})`
}

const numeric = ['int', 'long', 'real', 'decimal']

function checkColumns(
  condition: Condition,
  columns: readonly { readonly name: string; readonly type: string }[],
): void {
  const need = (path: string, name: string, types: readonly string[]) => {
    const found = columns.find((column) => column.name === name)
    const at = `/criteria/allOf/0${path}`
    if (!found) throw invalid(at, `the result of the query has no column '${name}'`)
    if (!types.includes(found.type)) throw invalid(at, `'${name}' is ${found.type}, and must be ${types.join(' or ')}`)
  }
  const { measure, resourceIdColumn, dimensions } = condition
  if (measure !== undefined) need('/metricMeasureColumn', measure, numeric)
  if (resourceIdColumn !== undefined) need('/resourceIdColumn', resourceIdColumn, ['string'])
  for (const [index, { name }] of dimensions.entries()) need(`/dimensions/${index}/name`, name, ['string', ...numeric])
}
