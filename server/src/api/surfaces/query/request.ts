// Reads a query request: body and URL parameters, `timespan`, `workspaces`, `Prefer`.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format and …/prefer-options
import type { Workspace, Workspaces } from '../../../catalog/types.ts'
import { ServerError } from '../../../core/errors.ts'
import { isGuid } from '../../../core/ids.ts'
import { intersect, parseInstant, parseTimespan, type TimeRange } from '../../../core/time-range.ts'

export type Fields = Readonly<Record<string, unknown>>

/** The object that a body or a URL carries. Throws invalidBody. */
export function fieldsOf(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    if (isFields(value)) return value
  } catch (error) {
    throw new ServerError(
      'invalidBody',
      { reason: `Request body is not valid JSON: ${String(error)}` },
      { cause: error },
    )
  }
  throw new ServerError('invalidBody', { reason: 'Request body is not a JSON object' })
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A query text is required and not blank. */
export function queryText(fields: Fields): string {
  const { query } = fields
  if (typeof query === 'string' && query.trim() !== '') return query
  const reason =
    query === undefined ? "The property 'query' is missing" : "The property 'query' must be a text that is not empty"
  throw new ServerError('invalidBody', { reason, target: 'query' })
}

/** What lies in every bound that body and URL give. */
export function timeRangeOf(sources: readonly Fields[], now: bigint): TimeRange | undefined {
  let range: TimeRange | undefined
  for (const { timespan, query_datetimescope_from: from, query_datetimescope_to: to } of sources) {
    range = intersect(range, timespanOf(timespan, now))
    range = intersect(range, bound('start', 'query_datetimescope_from', from))
    range = intersect(range, bound('end', 'query_datetimescope_to', to))
  }
  return range
}

function timespanOf(timespan: unknown, now: bigint): TimeRange | undefined {
  if (timespan === undefined || timespan === null || timespan === '') return undefined
  const range = typeof timespan === 'string' ? parseTimespan(timespan, now) : undefined
  if (range) return range
  throw new ServerError('invalidArgument', {
    reason: `timespan ${JSON.stringify(timespan)} is neither an ISO 8601 duration (PT1H, P7D) nor an interval (start/end)`,
    target: 'timespan',
  })
}

function bound(side: 'start' | 'end', name: string, value: unknown): TimeRange | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const instant = typeof value === 'string' ? parseInstant(value) : undefined
  if (instant !== undefined) return side === 'start' ? { start: instant } : { end: instant }
  throw new ServerError('invalidArgument', { reason: `${name} ${JSON.stringify(value)} is not a time`, target: name })
}

/** The addressed workspace and those that `workspaces` adds, each once. */
export function workspacesOf(
  addressed: readonly Workspace[],
  sources: readonly Fields[],
  known: Pick<Workspaces, 'find'>,
  limit: number,
): readonly Workspace[] {
  const all = new Map(addressed.map((workspace) => [workspace.id, workspace]))
  for (const name of sources.flatMap(namesOf)) {
    const workspace = known.find(name) ?? known.find(armId(name))
    if (!workspace)
      throw new ServerError('invalidArgument', {
        reason: `workspace '${name}' could not be found`,
        target: 'workspaces',
      })
    all.set(workspace.id, workspace)
  }
  if (all.size > limit) {
    throw new ServerError('invalidArgument', {
      reason: `a query reads at most ${limit} workspaces`,
      target: 'workspaces',
    })
  }
  return [...all.values()]
}

function namesOf({ workspaces, resources }: Fields): readonly string[] {
  return [...texts('workspaces', workspaces), ...texts('resources', resources)]
}

function texts(target: string, value: unknown): readonly string[] {
  if (value === undefined || value === null || value === '') return []
  if (typeof value === 'string') return value.split(',').map((name) => name.trim())
  if (Array.isArray(value) && value.every((name): name is string => typeof name === 'string')) return value
  throw new ServerError('invalidArgument', { reason: `${target} must be a list of texts`, target })
}

/** `subscription/group/name`, the short form of a workspace's id. */
function armId(name: string): string {
  const [subscription = '', group, workspace, ...rest] = name.split('/')
  if (!isGuid(subscription) || !group || !workspace || rest.length > 0) return name
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.OperationalInsights/workspaces/${workspace}`
}

export interface Preferences {
  readonly waitMillis?: number
  readonly statistics: boolean
  readonly render: boolean
}

/** Entries that nobody knows are passed over. */
export function preferencesOf(header: string | readonly string[] | undefined): Preferences {
  const wishes = new Map(
    String(header ?? '')
      .toLowerCase()
      .split(/[,;]/)
      .map((entry) => {
        const [name = '', value = ''] = entry.split('=', 2)
        return [name.trim(), value.trim()] as const
      }),
  )
  const wait = Number(wishes.get('wait'))
  return {
    ...(wishes.has('wait') && Number.isFinite(wait) && wait > 0 ? { waitMillis: wait * 1000 } : {}),
    statistics: wishes.get('include-statistics') === 'true',
    render: wishes.get('include-render') === 'true',
  }
}
