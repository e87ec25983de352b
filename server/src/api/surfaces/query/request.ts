// Reads a query request: body and URL parameters, `timespan`, `workspaces`, `Prefer`.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format and …/prefer-options
import type { Workspace, Workspaces } from '../../../catalog/types.ts'
import { workspaceIdOf } from '../../../catalog/workspaces.ts'
import { ServerError } from '../../../core/errors.ts'
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
  for (const { timespan } of sources) range = intersect(range, timespanOf(timespan, now))
  return range
}

/** `query_datetimescope_from`, `…_to` and `…_column`, as dashboards send them beside `timespan`. */
export function scopeRangeOf(sources: readonly Fields[]): (TimeRange & { readonly column: string }) | undefined {
  let range: TimeRange | undefined
  let column = 'TimeGenerated'
  for (const fields of sources) {
    range = intersect(range, bound('start', 'query_datetimescope_from', fields.query_datetimescope_from))
    range = intersect(range, bound('end', 'query_datetimescope_to', fields.query_datetimescope_to))
    if (typeof fields.query_datetimescope_column === 'string' && fields.query_datetimescope_column !== '')
      column = fields.query_datetimescope_column
  }
  return range && { ...range, column }
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

export interface Reach {
  readonly workspaces: readonly Workspace[]
  /** Lower-case ARM ids; absent: all rows of the workspaces. */
  readonly resourceScope?: readonly string[]
}

/** What was addressed, and what `workspaces` and `resources` add to it, each once. */
export function reachOf(
  addressed: Reach,
  sources: readonly Fields[],
  known: Pick<Workspaces, 'find'>,
  limit: number,
): Reach {
  const { resourceScope } = addressed
  const workspaces = new Map(addressed.workspaces.map((workspace) => [workspace.id, workspace]))
  const resources = new Set(resourceScope)
  for (const name of sources.flatMap(({ workspaces: names }) => texts('workspaces', names))) {
    const workspace = known.find(name) ?? known.find(workspaceIdOf(name))
    if (!workspace) throw refusal('workspaces', `workspace '${name}' could not be found`)
    if (resourceScope)
      throw refusal('workspaces', 'a query addressed to a resource reads its rows in all workspaces; none can be added')
    workspaces.set(workspace.id, workspace)
  }
  for (const name of sources.flatMap(({ resources: names }) => texts('resources', names))) {
    const workspace = known.find(name) ?? known.find(workspaceIdOf(name))
    if (Boolean(workspace) === Boolean(resourceScope))
      throw refusal('resources', `'${name}' and what was addressed are not both workspaces or both other resources`)
    if (workspace) workspaces.set(workspace.id, workspace)
    else resources.add(scopeOf(name))
  }
  if (workspaces.size > limit) throw refusal('workspaces', `a query reads at most ${limit} workspaces`)
  return { workspaces: [...workspaces.values()], ...(resourceScope ? { resourceScope: [...resources] } : {}) }
}

/** A resource's id as rows are compared with it. */
export function scopeOf(resourceId: string): string {
  return `/${resourceId
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '')
    .join('/')}`
}

const refusal = (target: string, reason: string): ServerError => new ServerError('invalidArgument', { reason, target })

function texts(target: string, value: unknown): readonly string[] {
  if (value === undefined || value === null || value === '') return []
  if (typeof value === 'string') return value.split(',').map((name) => name.trim())
  if (Array.isArray(value) && value.every((name): name is string => typeof name === 'string')) return value
  throw refusal(target, `${target} must be a list of texts`)
}

export interface Preferences {
  readonly waitMillis?: number
  readonly statistics: boolean
  readonly render: boolean
  /** Which tables of which workspaces were read. */
  readonly dataSources: boolean
  /** Which tables the caller may read of what was asked for. */
  readonly permissions: boolean
}

/** Entries that nobody knows are passed over; Azure's portal writes them with `ai.` in front. */
export function preferencesOf(header: string | readonly string[] | undefined): Preferences {
  const wishes = new Map(
    String(header ?? '')
      .toLowerCase()
      .split(/[,;]/)
      .map((entry) => {
        const [name = '', value = ''] = entry.split('=', 2)
        return [name.trim().replace(/^ai\./, ''), value.trim()] as const
      }),
  )
  const wait = Number(wishes.get('wait'))
  return {
    ...(wishes.has('wait') && Number.isFinite(wait) && wait > 0 ? { waitMillis: wait * 1000 } : {}),
    statistics: wishes.get('include-statistics') === 'true',
    render: wishes.get('include-render') === 'true',
    dataSources: wishes.get('include-datasources') === 'true',
    permissions: wishes.get('include-permissions') === 'true',
  }
}
