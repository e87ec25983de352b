// Alerts, below their subscription or any scope, their history and their numbers.
// https://learn.microsoft.com/rest/api/monitor/alertsmanagement/alerts
import { answeredAlert, type UserResponse, userResponses } from '../../../../alerts/alert-body.ts'
import { alertsOf, sorted, summaryOf, WrongParameter } from '../../../../alerts/alert-list.ts'
import { type Alert, nameOf } from '../../../../alerts/book.ts'
import { ServerError } from '../../../../core/errors.ts'
import type { ArmDocument, ArmFace, ArmPage, ArmRequest } from '../face.ts'
import { paged } from '../pages.ts'
import { isReadable } from '../rights.ts'

const type = 'Microsoft.AlertsManagement/alerts'
const mostOnPage = 250
const defaultOnPage = 25

export const alerts: ArmFace = {
  type,
  get: async ({ parts, path }) => {
    const found = await parts.alerting.book.find(path.id)
    return found && whole(found)
  },
  list: (request) => understood(() => page(request)),
  actions: {
    changestate: (request) => understood(() => changeState(request)),
  },
}

export const alertHistory: ArmFace = {
  type: 'Microsoft.AlertsManagement/alerts/history',
  get: async () => undefined,
  list: async () => [],
  answer: async ({ parts, path }) => {
    const found = await parts.alerting.book.find(path.scope)
    if (!found) throw new ServerError('armResourceNotFound', { resource: path.scope })
    const { id, body } = found
    const properties = { alertId: id, modifications: body.history.toReversed() }
    return { id: `${id}/history/default`, name: 'default', type: alertHistory.type, properties }
  },
}

export const alertsSummary: ArmFace = {
  type: 'Microsoft.AlertsManagement/alertsSummary',
  get: async () => undefined,
  list: async () => [],
  answer: (request) =>
    understood(async () => {
      const { parts, path, query, principal } = request
      const readable = (await parts.alerting.book.list()).filter((alert) => isReadable(alerts, principal, alert))
      const found = alertsOf(readable, path.scope, query, parts.clock.now())
      const properties = summaryOf(found, query.groupby)
      return { id: `${path.id}/current`, name: 'current', type: alertsSummary.type, properties }
    }),
}

async function page({ parts, path, query, base }: ArmRequest): Promise<ArmPage> {
  const all = await parts.alerting.book.list()
  // Resource Graph lists all that there are.
  if (path.id === '') return { value: all.map(whole) }
  const found = sorted(alertsOf(all, path.scope, query, parts.clock.now()), query)
  const size = Number(query.pageCount || defaultOnPage)
  if (!Number.isInteger(size) || size < 1 || size > mostOnPage)
    throw new WrongParameter(`pageCount '${query.pageCount}' is not a number between 1 and ${mostOnPage}`)
  const documents = found.map((alert) => shown(alert, query))
  return paged(
    documents,
    { ...query, $top: String(size) },
    `${base}${encodeURI(path.id)}?${new URLSearchParams(query)}`,
  )
}

function shown(alert: Alert, { select, includeContext }: ArmRequest['query']): ArmDocument {
  const { essentials } = alert.body
  const fields = select ? new Set(select.split(',').map((name) => name.trim().toLowerCase())) : undefined
  const chosen = Object.entries(essentials).filter(([name]) => !fields || fields.has(name.toLowerCase()))
  const context =
    includeContext?.toLowerCase() === 'true' ? { context: contextOf(alert), alertRuleName: alert.body.ruleName } : {}
  return { ...heading(alert), properties: { essentials: Object.fromEntries(chosen), ...context } }
}

const heading = (alert: Alert) => ({ id: alert.id, name: nameOf(alert), type })
const contextOf = ({ body }: Alert) => ({ context: body.context, customProperties: body.customProperties })

function whole(alert: Alert): ArmDocument {
  const { essentials, ruleName } = alert.body
  return { ...heading(alert), properties: { essentials, context: contextOf(alert), alertRuleName: ruleName } }
}

async function changeState({ parts, path, query, options, body }: ArmRequest): Promise<ArmDocument | undefined> {
  const wanted = query.newState ?? ''
  const state = userResponses.find((one) => one.toLowerCase() === wanted.toLowerCase())
  if (!state) throw new WrongParameter(`newState '${wanted}' is none of ${userResponses.join(', ')}`)
  const found = await parts.alerting.book.find(path.id)
  if (!found) return undefined
  const response = { state: state as UserResponse, by: options.by, comments: commentOf(body), at: parts.clock.now() }
  const changed = await parts.alerting.book.change(found.id, options.by, (now) => answeredAlert(now, response))
  return changed && whole(changed)
}

function commentOf(body: unknown): string {
  if (typeof body === 'string') return body
  const { comments } = (body ?? {}) as { readonly comments?: unknown }
  return typeof comments === 'string' ? comments : ''
}

async function understood<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof WrongParameter ? new ServerError('armInvalid', { reason: error.message }) : error
  }
}
