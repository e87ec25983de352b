// How long rows of a table can be queried and how long they are kept, out of what the table, its plan and its workspace say.
// https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
import type { TableBody } from '../resources/kinds/table.ts'
import { InvalidResource } from '../resources/resource.ts'
import type { TableChange, TablePlanName } from './types.ts'

export interface Retention {
  /** Days that queries reach back. */
  readonly queried: number
  /** Days after which rows are deleted; search jobs and restored tables reach back so far. */
  readonly kept: number
}

/** Rows of a Basic table can be queried for a fixed time. */
const basicDays = 30

export function retentionOf(
  body: Pick<TableBody, 'retentionInDays' | 'totalRetentionInDays'> | undefined,
  plan: TablePlanName,
  defaultDays: number,
): Retention {
  const own = body?.retentionInDays ?? defaultDays
  const kept = body?.totalRetentionInDays ?? own
  if (plan === 'analytics') return { queried: Math.min(own, kept), kept }
  return { queried: plan === 'basic' ? Math.min(basicDays, kept) : kept, kept }
}

type Settings = Partial<Record<'retentionInDays' | 'totalRetentionInDays', number>>

/** What the table's resource says of retention after a change. Throws InvalidResource. */
export function changedRetention(
  { retentionDays, totalRetentionDays }: Pick<TableChange, 'retentionDays' | 'totalRetentionDays'>,
  body: TableBody | undefined,
): Settings {
  const queried = changed('retentionInDays', retentionDays, body?.retentionInDays, 730)
  const kept = changed('totalRetentionInDays', totalRetentionDays, body?.totalRetentionInDays, 4383)
  if (queried !== undefined && kept !== undefined && kept < queried)
    throw new InvalidResource(
      'table',
      '/properties/totalRetentionInDays',
      `${kept} days in total are less than the ${queried} days of retentionInDays`,
    )
  return {
    ...(queried === undefined ? {} : { retentionInDays: queried }),
    ...(kept === undefined ? {} : { totalRetentionInDays: kept }),
  }
}

/** Absent: as before; null: as the workspace has it. */
function changed(name: string, asked: number | null | undefined, before: number | undefined, most: number) {
  if (asked === undefined) return before
  if (asked === null) return undefined
  if (asked >= 4 && asked <= most) return asked
  throw new InvalidResource('table', `/properties/${name}`, `must be from 4 to ${most} days, not ${asked}`)
}
