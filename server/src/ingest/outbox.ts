// Rows that belong to a change of the store: kept with it in one transaction, then appended, so that a change has its rows
// exactly once, whatever ends the process in between.
import type { Workspace, Workspaces } from '../catalog/types.ts'
import type { Ids } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { Change, Store } from '../store/store.ts'
import type { Ingest, TableRow } from './types.ts'

export interface RowOutbox {
  /** To be applied with the change that the rows tell of; afterwards `send`. Rows of one key are written once. */
  hold(workspace: Workspace, rows: readonly TableRow[], key?: string): HeldRows
  /** Resolves once the rows are on disk, or could not be written and will be tried again. */
  send(held: HeldRows): Promise<void>
  /** Sends what an earlier run of the process, or a failure, left behind. */
  sendAll(): Promise<void>
  close(): Promise<void>
}

export interface HeldRows {
  readonly change: Change
  readonly key: string
  readonly workspace: Workspace
  readonly rows: readonly TableRow[]
}

export interface RowOutboxParts {
  readonly store: Pick<Store, 'list' | 'apply'>
  readonly ingest: Pick<Ingest, 'append'>
  readonly workspaces: Pick<Workspaces, 'find'>
  readonly ids: Ids
  readonly log: Log
  readonly retryMillis?: number
}

const kind = 'held-rows'
const idOf = (key: string) => `/held-rows/${key}`

export function openRowOutbox({ store, ingest, workspaces, ids, log, retryMillis = 5_000 }: RowOutboxParts): RowOutbox {
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  const sending = new Map<string, Promise<void>>()

  const send = (held: HeldRows): Promise<void> => {
    const known = sending.get(held.key)
    if (known) return known
    const sent = deliver(held)
      .catch((error: unknown) => {
        log.warn({ err: error }, 'rows of a change could not be written yet')
        again()
      })
      .finally(() => sending.delete(held.key))
    sending.set(held.key, sent)
    return sent
  }
  const deliver = async ({ key, workspace, rows }: HeldRows): Promise<void> => {
    const { rejected, errors } = await ingest.append(workspace, rows, key)
    if (rejected > 0) log.error({ rejected, reason: errors[0]?.reason }, 'rows of a change do not fit their table')
    await store.apply([{ do: 'delete', id: idOf(key) }])
  }
  const again = () => {
    if (isClosed || timer) return
    timer = setTimeout(() => {
      timer = undefined
      void sendAll().catch((error: unknown) => log.warn({ err: error }, 'held rows could not be read'))
    }, retryMillis)
    timer.unref()
  }
  const sendAll = async (): Promise<void> => {
    for (const { id, body } of await store.list({ kind })) {
      const { workspace: name, rows } = JSON.parse(body) as { workspace: string; rows: TableRow[] }
      const workspace = workspaces.find(name)
      const key = id.slice(idOf('').length)
      if (workspace) await send({ change: { do: 'delete', id }, key, workspace, rows })
    }
  }
  return {
    hold(workspace, rows, key = ids.guid()) {
      const body = JSON.stringify({ workspace: workspace.id, rows })
      const change: Change = { do: 'put', id: idOf(key), kind, body, changedAt: 0, changedBy: 'server' }
      return { change, key, workspace, rows }
    },
    send,
    sendAll,
    async close() {
      isClosed = true
      clearTimeout(timer)
      await Promise.all(sending.values())
    },
  }
}
