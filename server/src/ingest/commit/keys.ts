// Idempotency-Keys: a batch that comes again is answered as before and stored once, also when the process died between
// the insert and its answer. Before the insert the key gets a plan (which tables, how many rows, under which arrival),
// after it the answer. A plan without an answer is settled by counting the rows that arrived.
import type { Workspace } from '../../catalog/types.ts'
import type { Clock } from '../../core/clock.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Store } from '../../store/store.ts'
import type { IngestOutcome } from '../types.ts'
import { countArrived, removeArrived } from './arrived.ts'

/** What the key knows of its batch. */
export type KeyState =
  | { readonly kind: 'new' }
  | { readonly kind: 'answered'; readonly outcome: IngestOutcome }
  | { readonly kind: 'planned'; readonly plan: BatchPlan }

export interface BatchPlan {
  /** Ticks; a repeated attempt takes the same. */
  readonly arrivalTicks: string
  readonly arrival: string
  readonly rows: Readonly<Record<string, number>>
}

export interface BatchKeys {
  read(workspace: Workspace, key: string): Promise<KeyState>
  plan(workspace: Workspace, key: string, plan: BatchPlan): Promise<void>
  answer(workspace: Workspace, key: string, outcome: IngestOutcome): Promise<void>
  /** Whether the rows of a table are all there; what an interrupted attempt left of them is removed. */
  isStored(workspace: Workspace, plan: BatchPlan, table: string): Promise<boolean>
}

export interface BatchKeyOptions {
  readonly store: Pick<Store, 'value' | 'apply'>
  readonly engine: Pick<Engine, 'query' | 'command'>
  readonly clock: Clock
  readonly keyMillis: number
  /** A name for a query of the engine. */
  readonly tag: () => string
}

const space = 'ingest-keys'

export function createBatchKeys({ store, engine, clock, keyMillis, tag }: BatchKeyOptions): BatchKeys {
  const nameOf = (workspace: Workspace, key: string) => `${workspace.id} ${key}`
  const set = async (workspace: Workspace, key: string, state: KeyState) => {
    const expiresAt = clock.now() + keyMillis
    await store.apply([{ do: 'set', space, key: nameOf(workspace, key), value: JSON.stringify(state), expiresAt }])
  }
  return {
    async read(workspace, key) {
      const text = await store.value(space, nameOf(workspace, key), clock.now())
      return text === undefined ? { kind: 'new' } : (JSON.parse(text) as KeyState)
    },
    plan: (workspace, key, plan) => set(workspace, key, { kind: 'planned', plan }),
    answer: (workspace, key, outcome) => set(workspace, key, { kind: 'answered', outcome }),
    async isStored({ database }, plan, table) {
      const name = { database, table }
      const count = await countArrived(engine, name, plan.arrival, tag())
      if (count === 0) return false
      if (count === plan.rows[table]) return true
      await removeArrived(engine, name, plan.arrival)
      return false
    },
  }
}
