// What every process that works on a data folder opens first: engine, metadata, catalog. Used by main.ts and workbench.ts.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { warmUp } from '@conshelf/kql'
import { openCatalog } from './catalog/catalog.ts'
import type { Tables, Workspaces } from './catalog/types.ts'
import { ConfigError } from './config.ts'
import { type Content, openContent } from './content/content.ts'
import type { Clock } from './core/clock.ts'
import type { Closers } from './core/closers.ts'
import type { Log } from './core/log.ts'
import { openChdb } from './engine/chdb.ts'
import { DataFolderError } from './engine/data-folder.ts'
import type { Engine } from './engine/engine.ts'
import { FolderInUse } from './engine/folder-lock.ts'
import type { Resources } from './resources/resource.ts'
import { openSqliteStore } from './store/sqlite.ts'
import type { Store } from './store/store.ts'

export interface Storage {
  readonly engine: Engine
  readonly store: Store
  readonly workspaces: Workspaces
  readonly tables: Tables
  readonly resources: Resources
  readonly content: Content
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
  const engine = await openEngine(data, onDamage)
  closers.add(() => engine.close())
  const store = openSqliteStore(join(data, 'metadata.sqlite'))
  closers.add(() => store.close())
  const content = openContent()
  const catalog = await openCatalog({ store, engine, content, clock })
  return { engine, store, content, ...catalog }
}

async function openEngine(data: string, onDamage: (problems: readonly string[]) => void): Promise<Engine> {
  try {
    return await openChdb({ path: join(data, 'engine'), onDamage, whileStarting: warmUp })
  } catch (error) {
    // Their messages say what is wrong with the folder and what to do.
    const isFolder = error instanceof DataFolderError || error instanceof FolderInUse
    throw isFolder ? new ConfigError(`CONSHELF_DATA: ${error.message}`, { cause: error }) : error
  }
}
