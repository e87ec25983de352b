// The Operation rows: what goes wrong while data comes in, so that people find it where Azure's users look, in _LogOperation.
// https://learn.microsoft.com/azure/azure-monitor/logs/monitor-workspace
import type { Workspace } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { operationRow } from '../ingest/operation-row.ts'
import type { Ingest, IngestObserver } from '../ingest/types.ts'

interface Event {
  readonly workspace: Workspace
  readonly operation: string
  readonly level: 'Warning' | 'Error'
  count: number
  detail: (count: number) => string
}

const everyMillis = 60_000
/** The same thing is not said again before. */
const quietMillis = 600_000

export interface OperationLog extends IngestObserver {
  nearQuota(workspace: Workspace): void
  /** Writes what has been collected. */
  flush(): Promise<void>
  stop(): Promise<void>
}

export interface OperationParts {
  readonly ingest: () => Pick<Ingest, 'append'>
  readonly clock: Clock
  readonly log: Log
}

export function startOperationLog({ ingest, clock, log }: OperationParts): OperationLog {
  const events = new Map<string, Event>()
  const said = new Map<string, number>()
  const note = (key: string, event: Event): void => {
    const known = events.get(key)
    if (!known) events.set(key, event)
    else {
      known.count += event.count
      known.detail = event.detail
    }
  }
  const flush = async (): Promise<void> => {
    const now = clock.now()
    for (const [key, at] of said) if (at + quietMillis <= now) said.delete(key)
    for (const [key, event] of events) {
      if (said.has(key)) continue
      events.delete(key)
      said.set(key, now)
      await ingest()
        .append(event.workspace, [operationRow({ ...event, detail: event.detail(event.count) })])
        .catch((error: unknown) => log.warn({ err: error }, 'an event of ingestion could not be written'))
    }
  }
  const timer = setInterval(() => void flush(), everyMillis)
  timer.unref()
  return {
    rejected(workspace, receiver, count, reason) {
      const detail = (total: number) => `${total} records of ${receiver} were not stored. The latest reason: ${reason}`
      note(`${workspace.id} rejected ${receiver}`, {
        workspace,
        operation: 'Data dropped',
        level: 'Warning',
        count,
        detail,
      })
    },
    overloaded(workspace, receiver) {
      const detail = (total: number) =>
        `${total} requests of ${receiver} were told to come again later: too much was waiting to be written.`
      note(`${workspace.id} overloaded ${receiver}`, {
        workspace,
        operation: 'Ingestion rate',
        level: 'Warning',
        count: 1,
        detail,
      })
    },
    overQuota(workspace) {
      const detail = () =>
        'OverQuota: the workspace has reached its daily cap; data is refused until it is raised or the next UTC day.'
      note(`${workspace.id} quota`, {
        workspace,
        operation: 'Data collection Status',
        level: 'Warning',
        count: 1,
        detail,
      })
    },
    nearQuota(workspace) {
      const detail = () =>
        'ApproachingQuota: the workspace has taken 80 % of what its daily cap allows until the next UTC day.'
      note(`${workspace.id} near quota`, {
        workspace,
        operation: 'Data collection Status',
        level: 'Warning',
        count: 1,
        detail,
      })
    },
    full(workspace, table) {
      const detail = () =>
        `The table ${table} has as many columns as it may have; new properties go into AdditionalFields.`
      note(`${workspace.id} full ${table}`, {
        workspace,
        operation: 'Custom column limit',
        level: 'Warning',
        count: 1,
        detail,
      })
    },
    flush,
    async stop() {
      clearInterval(timer)
      said.clear()
      await flush()
    },
  }
}
