// Tells action groups of alerts. What is to be told stands in the alert itself, so it is told after a restart too: at least once.

import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { type ActionGroupBody, actionGroupKind } from '../resources/kinds/action-group.ts'
import type { AlertBody, AlertNotification } from '../resources/kinds/alert.ts'
import type { Resources } from '../resources/resource.ts'
import { commonAlertSchema } from './actions/common-schema.ts'
import type { Webhooks } from './actions/webhook.ts'
import { modification, system } from './alert-body.ts'
import type { Alert, AlertBook } from './book.ts'

export interface Notifier {
  /** Alerts by id. */
  add(ids: readonly string[]): void
  /** What was to be told when the server stopped. */
  resume(): Promise<void>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export interface NotifierParts {
  readonly book: AlertBook
  readonly resources: Resources
  readonly webhooks: Webhooks
  readonly clock: Clock
  readonly log: Log
  readonly base: () => string
}

const side = 10

export function openNotifier(parts: NotifierParts): Notifier {
  const waiting = new Set<string>()
  const busy = new Map<string, Promise<void>>()
  const closing = new AbortController()
  const next = (): void => {
    for (const id of waiting) {
      if (busy.size >= side || closing.signal.aborted) return
      if (busy.has(id)) continue
      waiting.delete(id)
      const work = tell(parts, id, closing.signal)
        .catch((error: unknown) => {
          if (!closing.signal.aborted) parts.log.error({ err: error, alert: id }, 'an alert could not be told')
        })
        .finally(() => {
          busy.delete(id)
          next()
        })
      busy.set(id, work)
    }
  }
  const add = (ids: readonly string[]) => {
    for (const id of ids) waiting.add(id)
    next()
  }
  return {
    add,
    async resume() {
      const pending = (await parts.book.list()).filter(({ body }) => pendingOf(body) !== undefined)
      add(pending.map(({ id }) => id))
    },
    async idle() {
      while (busy.size > 0) await Promise.all(busy.values())
    },
    async stop() {
      closing.abort()
      await Promise.all(busy.values())
    },
  }
}

const pendingOf = ({ notifications }: AlertBody) => notifications.find(({ state }) => state === 'pending')

async function tell(parts: NotifierParts, id: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const alert = await parts.book.find(id)
    const pending = alert && pendingOf(alert.body)
    if (!alert || !pending) return
    const results = await tellGroup(parts, alert, pending, signal)
    await parts.book.change(id, system, (body) => told(body, pending, results, parts.clock.now()))
  }
}

interface Result {
  readonly ok: boolean
  readonly text: string
}

function told(body: AlertBody, pending: AlertNotification, results: readonly Result[], at: number): AlertBody {
  const isSame = (one: AlertNotification) =>
    one.group === pending.group && one.condition === pending.condition && one.state === 'pending'
  const index = body.notifications.findIndex(isSame)
  const ok = results.every((result) => result.ok)
  const notifications = body.notifications.map((one, place) =>
    place === index ? { ...one, state: ok ? ('sent' as const) : ('failed' as const) } : one,
  )
  const event = ok ? 'ActionsTriggered' : 'ActionsFailed'
  const comments = results.map(({ text }) => text).join('; ')
  const change = modification(event, { to: pending.condition, at, comments })
  return { ...body, notifications, history: [...body.history, change] }
}

async function tellGroup(
  { resources, webhooks, base }: NotifierParts,
  alert: Alert,
  { group: id, condition }: AlertNotification,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const name = id.slice(id.lastIndexOf('/') + 1)
  const group = await resources.get(actionGroupKind, id)
  if (!group) return [{ ok: false, text: `the action group ${name} is not there` }]
  const { properties } = group.body
  if (properties.enabled === false) return [{ ok: true, text: `the action group ${name} is off` }]
  const body = JSON.stringify(commonAlertSchema({ id: alert.id, body: alert.body, condition, base: base() }))
  const posts = (properties.webhookReceivers ?? []).map(async (receiver) => {
    const { ok, detail } = await webhooks.post(receiver.serviceUri, body, signal)
    return { ok, text: `${name}/${receiver.name}: ${detail}` }
  })
  return [...(await Promise.all(posts)), ...untold(properties, name)]
}

/** Receivers that are kept and cannot be told anything, by the property that lists them. */
export const untoldReceivers = {
  emailReceivers: 'no mail server is set up',
  smsReceivers: 'text messages are not supported',
  voiceReceivers: 'calls are not supported',
  azureAppPushReceivers: "Azure's app is not supported",
  armRoleReceivers: 'no mail server is set up',
  itsmReceivers: 'ITSM connections are not supported',
  automationRunbookReceivers: 'runbooks are not supported',
  logicAppReceivers: 'logic apps are not supported',
  azureFunctionReceivers: 'functions are not supported',
  eventHubReceivers: 'event hubs are not supported',
} as const satisfies Partial<Record<keyof ActionGroupBody['properties'], string>>

type UntoldList = keyof typeof untoldReceivers
export const untoldLists = Object.keys(untoldReceivers) as readonly UntoldList[]

function untold(properties: ActionGroupBody['properties'], group: string): readonly Result[] {
  return untoldLists.flatMap((list) =>
    (properties[list] ?? []).map(({ name }) => ({
      ok: false,
      text: `${group}/${name}: not sent, ${untoldReceivers[list]}`,
    })),
  )
}
