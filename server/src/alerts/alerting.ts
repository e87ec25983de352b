// Runs each rule when it is due, tells action groups, forgets old alerts. Opened by main.ts.
import type { Workspaces } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'
import type { Ids } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { type Schedule, startSchedule } from '../core/schedule.ts'
import { operationRow } from '../ingest/operation-row.ts'
import type { Ingest } from '../ingest/types.ts'
import type { QueryService } from '../query/types.ts'
import type { Resources } from '../resources/resource.ts'
import type { Store } from '../store/store.ts'
import { openWebhooks, type WebhookOptions } from './actions/webhook.ts'
import { type AlertBook, openAlertBook } from './book.ts'
import { openNotifier } from './notifier.ts'
import { hour } from './rule.ts'
import { type AlertRules, type KnownRule, openAlertRules } from './rules.ts'
import { runRule } from './run.ts'
import { due, isLate } from './schedule.ts'
import { reachOf } from './scope.ts'

export interface Alerting {
  readonly rules: AlertRules
  readonly book: AlertBook
  /** Runs what is due now; resolves when it is done, notifications not among it. */
  tick(): Promise<void>
  /** Resolves when every notification was told, or cannot be. */
  told(): Promise<void>
  /** From now on by itself. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface AlertingParts {
  readonly resources: Resources
  readonly store: Pick<Store, 'value' | 'apply'>
  readonly workspaces: Pick<Workspaces, 'find' | 'list'>
  readonly queries: Pick<QueryService, 'compile' | 'run'>
  readonly ingest: Pick<Ingest, 'append'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** Scheme and host of links. */
  readonly base: () => string
  readonly webhooks?: Omit<WebhookOptions, 'clock'>
}

const tickMillis = 1_000
const restMillis = 60_000
/** Rules that run at the same time. */
const side = 4

export function openAlerting(parts: AlertingParts): Alerting {
  const { clock, log, resources, store } = parts
  const rules = openAlertRules(parts)
  const book = openAlertBook(resources, store)
  const webhooks = openWebhooks({ clock, ...parts.webhooks })
  const notifier = openNotifier({ ...parts, book, webhooks })
  const running = new Map<string, Promise<void>>()
  /** Rules whose run could not even be noted, and when they are tried again. */
  const rests = new Map<string, number>()
  let stopped = false
  let schedule: Schedule | undefined
  let cleaned = 0

  const catchUp = async (known: KnownRule): Promise<void> => {
    const { rule } = known
    const { times, skipped } = due(known.state, rule.frequency, clock.now())
    if (skipped > 0)
      log.warn({ rule: rule.id, skipped }, 'runs of an alert rule were missed and are too old to make up for')
    let state = known.state
    for (const time of times) {
      if (stopped) return
      const before = state.health.state
      const ran = await runRule({ ...parts, rules, book }, { ...known, state }, time, isLate(time, clock.now()))
      state = ran.state
      notifier.add(ran.told)
      if (state.health.state !== before && state.health.state !== 'Available') await say(parts, { ...known, state })
      if (await isOutdated(rules, known)) return
    }
  }

  /** Begins as many of the runs that are due as there is room for; answers how many. */
  const launch = async (): Promise<number> => {
    const now = clock.now()
    const isReady = ({ rule, state }: KnownRule) =>
      rule.enabled &&
      !running.has(rule.id) &&
      (rests.get(rule.id) ?? 0) <= now &&
      due(state, rule.frequency, now).times.length > 0
    const ready = stopped ? [] : (await rules.list()).filter(isReady).slice(0, side - running.size)
    for (const known of ready) {
      const { id } = known.rule
      const work = catchUp(known)
        .catch((error: unknown) => {
          rests.set(id, clock.now() + restMillis)
          if (!(error instanceof ServerError && error.errorName === 'stopping'))
            log.error({ err: error, rule: id }, 'a run of an alert rule failed')
        })
        .finally(() => running.delete(id))
      running.set(id, work)
    }
    if (now - cleaned >= hour) {
      cleaned = now
      await book.expire(now, await openAlerts(rules))
    }
    return ready.length
  }
  const tick = async (): Promise<void> => {
    while ((await launch()) > 0) await Promise.all(running.values())
  }

  return {
    rules,
    book,
    tick,
    told: () => notifier.idle(),
    async start() {
      await notifier.resume()
      const work = async () => {
        await launch()
      }
      schedule = startSchedule({ name: 'the look for rules that are due', everyMillis: tickMillis, clock, log, work })
    },
    async stop() {
      stopped = true
      await schedule?.stop()
      await Promise.all(running.values())
      await notifier.stop()
    },
  }
}

async function openAlerts(rules: AlertRules): Promise<ReadonlySet<string>> {
  const names = (await rules.list()).flatMap(({ state }) => Object.values(state.series).map(({ alert }) => alert))
  return new Set(names.filter((name) => name !== undefined))
}

/** Whether the rule was changed or taken away since. */
async function isOutdated(rules: AlertRules, { rule, resource }: KnownRule): Promise<boolean> {
  const now = (await rules.list()).find((one) => one.rule.id === rule.id)
  return now?.resource.etag !== resource.etag || !now.rule.enabled
}

/** Where people look for what goes wrong: the table Operation. */
async function say({ ingest, workspaces, log }: AlertingParts, { rule, state }: KnownRule): Promise<void> {
  const [workspace] = reachOf(rule.scope, workspaces)?.workspaces ?? []
  const { state: health, detail } = state.health
  log.warn({ rule: rule.id, health, detail }, 'an alert rule cannot be evaluated as it should')
  if (!workspace) return
  const text = `The alert rule '${rule.name}' (${rule.id}): ${health}. ${detail}`
  const event = { workspace, operation: 'Alert rule health', level: 'Error', category: 'Alerts', detail: text } as const
  await ingest
    .append(workspace, [operationRow(event)])
    .catch((error: unknown) => log.warn({ err: error }, 'the state of an alert rule could not be written'))
}
