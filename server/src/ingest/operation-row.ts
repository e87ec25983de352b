// A row of the table Operation: what goes wrong while data comes in, where Azure's users look for it, in _LogOperation.
// https://learn.microsoft.com/azure/azure-monitor/logs/monitor-workspace
import type { Workspace } from '../catalog/types.ts'
import type { TableRow } from './types.ts'

export interface OperationEvent {
  readonly workspace: Workspace
  /** A name of Azure's, as `Data dropped`. */
  readonly operation: string
  readonly level: 'Info' | 'Warning' | 'Error'
  readonly detail: string
  /** Absent: Ingestion. */
  readonly category?: string
}

export function operationRow({
  workspace,
  operation,
  level,
  detail,
  category = 'Ingestion',
}: OperationEvent): TableRow {
  return {
    table: 'Operation',
    resourceId: workspace.resourceId,
    fields: {
      SourceSystem: 'OMS',
      OperationStatus: level,
      OperationCategory: category,
      OperationKey: operation,
      Solution: 'Conshelf',
      Detail: detail,
    },
  }
}
