// The Usage rows: for each hour and table how much arrived, asked of the tables themselves, so that a crash loses none.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/usage
import type { Row } from '@conshelf/kql'
import { owner } from '../access/principal.ts'
import type { Workspace, Workspaces } from '../catalog/types.ts'
import { type Clock, ticksOf } from '../core/clock.ts'
import type { Ids } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { type Schedule, startSchedule } from '../core/schedule.ts'
import { formatInstant } from '../core/time-range.ts'
import type { Ingest, TableRow } from '../ingest/types.ts'
import { firstResult } from '../query/first-result.ts'
import type { QueryService } from '../query/types.ts'
import type { Store } from '../store/store.ts'

export interface UsageParts {
  readonly workspaces: Pick<Workspaces, 'list'>
  readonly queries: Pick<QueryService, 'run'>
  readonly ingest: Pick<Ingest, 'append'>
  readonly store: Pick<Store, 'value' | 'apply'>
  /** Tables whose rows are those of others. */
  readonly views: () => readonly string[]
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

const hour = 3_600_000
/** Rows of an hour may still be on their way to the disk when it ends. */
const settleMillis = 60_000
/** Hours that are made up for after a standstill. */
const mostHours = 48

/** Each run writes the rows of every whole hour that has none yet. */
export function startUsage(parts: UsageParts): Schedule {
  const { clock, log } = parts
  const work = () => reportAll(parts)
  return startSchedule({
    name: 'the report of usage',
    everyMillis: hour,
    delayMillis: settleMillis,
    clock,
    log,
    work,
  })
}

async function reportAll(parts: UsageParts): Promise<void> {
  const { clock, store, workspaces } = parts
  const end = Math.floor((clock.now() - settleMillis) / hour) * hour
  for (const workspace of workspaces.list()) {
    const last = Number((await store.value('usage', workspace.id, 0)) ?? end - hour)
    for (let from = Math.max(last, end - mostHours * hour); from < end; from += hour) {
      await report(parts, workspace, from)
      await store.apply([{ do: 'set', space: 'usage', key: workspace.id, value: String(from + hour) }])
    }
  }
}

async function report(parts: UsageParts, workspace: Workspace, from: number): Promise<void> {
  const [start, end] = [from, from + hour].map((millis) => formatInstant(ticksOf(millis)))
  const query = `union withsource=DataType *
| where _TimeReceived >= datetime(${start}) and _TimeReceived < datetime(${end})
| where DataType !in ('Usage', ${viewList(parts.views())})
| summarize Bytes = sum(_BilledSize), Latency = avg((_TimeReceived - TimeGenerated) / 1s), Rows = count() by DataType, _IsBillable`
  const rows: TableRow[] = []
  for (const [table, billable, bytes, latency, count] of await answer(parts, workspace, query)) {
    rows.push({
      table: 'Usage',
      time: end as string,
      fields: {
        StartTime: start as string,
        EndTime: end as string,
        DataType: String(table),
        Solution: 'LogManagement',
        Quantity: Number(bytes) / 1e6,
        QuantityUnit: 'MBytes',
        IsBillable: billable === 'True',
        AvgLatencyInSeconds: Number(latency),
        TotalBatches: Number(count),
        BatchesWithinSla: Number(count),
        ResourceUri: workspace.resourceId,
        Plan: 'Analytics',
        SourceSystem: 'OMS',
      },
    })
  }
  if (rows.length > 0) await parts.ingest.append(workspace, rows)
}

async function answer(
  { queries, ids }: Pick<UsageParts, 'queries' | 'ids'>,
  workspace: Workspace,
  text: string,
): Promise<readonly Row[]> {
  const { rows } = await firstResult(queries, {
    text,
    workspaces: [workspace],
    principal: owner,
    profile: 'system',
    client: { app: 'Conshelf usage', requestId: ids.guid(), target: '' },
  })
  return rows
}

/** Bytes of billable rows that arrived since then, for the daily cap. */
export function billableBytes(parts: Pick<UsageParts, 'queries' | 'ids' | 'views'>) {
  return async (workspace: Workspace, since: number): Promise<number> => {
    const query = `union withsource=DataType *
| where _TimeReceived >= datetime(${formatInstant(ticksOf(since))}) and _IsBillable == 'True'
| where DataType !in (${viewList(parts.views())})
| summarize sum(_BilledSize)`
    const [row] = await answer(parts, workspace, query)
    return Number(row?.[0] ?? 0)
  }
}

/** As arguments of `in`, never empty. */
function viewList(views: readonly string[]): string {
  return ['', ...views].map((name) => `'${name}'`).join(', ')
}
