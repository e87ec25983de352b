// A query service without a server, over a data folder or a temporary engine. Used by the command line.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { warmUp } from '@conshelf/kql'
import type { Tables, Workspaces } from './catalog/types.ts'
import { systemClock } from './core/clock.ts'
import { Closers } from './core/closers.ts'
import { randomIds } from './core/ids.ts'
import { defaultLimits } from './core/limits.ts'
import { createLog, type Log } from './core/log.ts'
import { openChdb } from './engine/chdb.ts'
import type { Engine } from './engine/engine.ts'
import { loadFiles } from './plain-files.ts'
import { noAudit } from './query/audit.ts'
import { openQueryService } from './query/service.ts'
import type { QueryService } from './query/types.ts'

export interface Workbench {
  readonly queries: QueryService
  readonly workspaces: Workspaces
  close(): Promise<void>
}

export function isDataFolder(path: string): boolean {
  return existsSync(join(path, 'engine', 'format.json'))
}

/** Opens a data folder to read it. Throws when a server has it. */
export async function openWorkbench(data: string): Promise<Workbench> {
  const closers = new Closers()
  try {
    const log = createLog('warn')
    // The catalog and its content, which plain files do without.
    const { openStorage } = await import('./storage.ts')
    const storage = await openStorage(data, { clock: systemClock, log }, closers)
    const queries = await localQueries(storage.engine, storage.tables, log, closers)
    return { queries, workspaces: storage.workspaces, close: () => closers.run() }
  } catch (error) {
    await closers.run()
    throw error
  }
}

/** Plain files as tables, in an engine of their own that goes when it is closed. Throws UnreadableFile. */
export async function openFiles(files: readonly string[]): Promise<Pick<Workbench, 'queries' | 'close'>> {
  const closers = new Closers()
  try {
    const folder = await mkdtemp(join(tmpdir(), 'conshelf-'))
    closers.add(() => rm(folder, { recursive: true, force: true }))
    const engine = await openChdb({ path: folder, whileStarting: warmUp })
    closers.add(() => engine.close())
    const queries = await localQueries(engine, await loadFiles(engine, files), createLog('warn'), closers)
    return { queries, close: () => closers.run() }
  } catch (error) {
    await closers.run()
    throw error
  }
}

async function localQueries(
  engine: Engine,
  tables: Pick<Tables, 'catalog'>,
  log: Log,
  closers: Closers,
): Promise<QueryService> {
  const limits = {
    ...defaultLimits,
    answers: { ...defaultLimits.answers, api: { ...defaultLimits.answers.api, ...defaultLimits.ceiling } },
  }
  const queries = await openQueryService({
    engine,
    tables,
    audit: noAudit,
    clock: systemClock,
    ids: randomIds,
    limits,
    log,
  })
  closers.add(() => queries.close())
  return queries
}
