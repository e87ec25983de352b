// What every process that works on a data folder opens first: engine, metadata, catalog. Used by main.ts and workbench.ts.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openCatalog } from './catalog/catalog.ts'
import type { Tables, Workspaces } from './catalog/types.ts'
import { openContent } from './content/content.ts'
import type { Clock } from './core/clock.ts'
import type { Log } from './core/log.ts'
import { openChdb } from './engine/chdb.ts'
import type { Engine } from './engine/engine.ts'
import { openSqliteStore } from './store/sqlite.ts'
import type { Store } from './store/store.ts'

/** What must be undone, last first. */
export class Closers {
  readonly #steps: (() => Promise<unknown>)[] = []
  add(step: () => Promise<unknown>): void {
    this.#steps.push(step)
  }
  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) await step()
  }
}

export interface Storage {
  readonly engine: Engine
  readonly store: Store
  readonly workspaces: Workspaces
  readonly tables: Tables
}

/** Engine, metadata and catalog of a data folder. The engine first: it makes sure that no other process has the folder. */
export async function openStorage(
  data: string,
  { clock, log }: { clock: Clock; log: Log },
  closers: Closers,
): Promise<Storage> {
  await mkdir(data, { recursive: true })
  const onDamage = (problems: readonly string[]) => {
    for (const problem of problems) log.error({ data }, `damage in the data folder: ${problem}`)
  }
  const engine = await openChdb({ path: join(data, 'engine'), onDamage })
  closers.add(() => engine.close())
  const store = openSqliteStore(join(data, 'metadata.sqlite'))
  closers.add(() => store.close())
  const catalog = await openCatalog({ store, engine, content: openContent(), clock })
  return { engine, store, ...catalog }
}
