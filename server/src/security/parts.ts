// What the pieces of security are given; wiring/security.ts fills it.
import type { Tables, Workspace, Workspaces } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import type { Ids } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { RowOutbox } from '../ingest/outbox.ts'
import type { QueryService } from '../query/types.ts'
import type { Resources } from '../resources/resource.ts'
import type { Store } from '../store/store.ts'

export interface SecurityParts {
  readonly store: Pick<Store, 'value' | 'apply'>
  readonly resources: Resources
  readonly workspaces: Pick<Workspaces, 'list' | 'find'>
  readonly tables: Pick<Tables, 'watchlistsChanged'>
  readonly queries: Pick<QueryService, 'run' | 'compile'>
  readonly outbox: RowOutbox
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** Instants of changes, each later than the one before. */
  readonly nextInstant: () => string
  /** Scheme and host under which the server is reached, for what no request made. */
  readonly base: () => string
}

/** Whoever changes something through a surface. */
export interface Change {
  readonly by: Person
  /** Scheme and host that the client used. */
  readonly base: string
}

export interface Person {
  readonly name: string
  readonly objectId?: string
}

export const sentinelId = ({ resourceId }: Workspace, rest: string): string =>
  `${resourceId}/providers/Microsoft.SecurityInsights/${rest}`

/** The last segment of an id. */
export const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1)
/** The id without its last two segments: what it is part of. */
export const parentOf = (id: string): string => id.split('/').slice(0, -2).join('/')
