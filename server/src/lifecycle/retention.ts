// Deletes rows that are older than their table keeps them, every hour. That queries do not see them any more does not wait
// for it: the catalog bounds what they read (TableSource.retention).
import type { Tables, Workspaces } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import type { Ids } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { type Schedule, startSchedule } from '../core/schedule.ts'
import type { Engine } from '../engine/engine.ts'
import { dropPartition, partitions, removeOwnExpiry } from '../engine/expired.ts'

export interface RetentionParts {
  readonly workspaces: Pick<Workspaces, 'list'>
  readonly tables: Pick<Tables, 'definition'>
  readonly engine: Pick<Engine, 'query' | 'command'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

const hour = 3_600_000
const day = 24 * hour

export function startRetention(parts: RetentionParts): Schedule {
  const { clock, log } = parts
  const work = () => deleteExpired(parts)
  return startSchedule({ name: 'the deletion of old rows', everyMillis: hour / 2, clock, log, work })
}

async function deleteExpired({ workspaces, tables, engine, clock, ids, log }: RetentionParts): Promise<void> {
  await removeOwnExpiry(engine, ids.guid())
  const byDatabase = new Map(workspaces.list().map((workspace) => [workspace.database, workspace]))
  for (const partition of await partitions(engine, ids.guid())) {
    const workspace = byDatabase.get(partition.database)
    const days = workspace && tables.definition(workspace, partition.table)?.layout.retentionDays
    if (days === undefined || partition.end > clock.now() - days * day) continue
    await dropPartition(engine, partition)
    log.info({ table: partition.table, partition: partition.partition, days }, 'rows past their retention are deleted')
  }
}
