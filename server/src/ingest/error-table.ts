// The table that says which records were not stored, and why: `ConshelfIngestionErrors_CL`, in each workspace.
import type { Column } from '@conshelf/kql'
import type { TableRow } from './types.ts'

export const errorTable = 'ConshelfIngestionErrors_CL'

export const errorColumns: readonly Column[] = [
  { name: 'Receiver', type: 'string' },
  { name: 'TargetTable', type: 'string' },
  { name: 'Index', type: 'long' },
  { name: 'Reason', type: 'string' },
  { name: 'RawRecord', type: 'string' },
]

export interface RejectedRecord {
  readonly receiver: string
  /** Empty when the record is of no table. */
  readonly table: string
  readonly index: number
  readonly reason: string
  readonly raw: string
}

export function errorRow({ receiver, table, index, reason, raw }: RejectedRecord, rawLength: number): TableRow {
  const fields = {
    Receiver: receiver,
    TargetTable: table,
    Index: index,
    Reason: reason,
    RawRecord: raw.slice(0, rawLength),
  }
  return { table: errorTable, fields }
}
