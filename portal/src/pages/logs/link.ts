// A query as a link: what it asks, where and for which time stands readable behind the # of the address.
import { fromTimespan, toTimespan } from '../../components/time-range/time-range.ts'
import type { QueryTab, TabContent } from './tabs.ts'

export function toHash({ query, range, workspace, resource }: QueryTab): string {
  const parameters = new URLSearchParams()
  if (workspace) parameters.set('workspace', workspace)
  if (resource) parameters.set('resource', resource)
  parameters.set('timespan', toTimespan(range) ?? 'query')
  parameters.set('query', query)
  return `#${parameters}`
}

/** Undefined: the hash holds no query. */
export function fromHash(hash: string): TabContent | undefined {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const query = parameters.get('query')?.replaceAll('\r\n', '\n')
  if (!query) return undefined
  return {
    query,
    range: fromTimespan(parameters.get('timespan')),
    ...(parameters.has('workspace') ? { workspace: parameters.get('workspace') ?? '' } : {}),
    ...(parameters.has('resource') ? { resource: parameters.get('resource') ?? '' } : {}),
  }
}

/** Whether the link asks for its query to be run, and this is its tab. The address of an open tab asks no more. */
export function runsAtOnce(hash: string, { query, workspace, resource }: QueryTab): boolean {
  const isAsked = new URLSearchParams(hash.replace(/^#/, '')).get('run') === 'true'
  const wanted = isAsked ? fromHash(hash) : undefined
  if (!wanted) return false
  return wanted.query === query && (wanted.workspace ?? workspace) === workspace && wanted.resource === resource
}
