// The query audit: one LAQueryLogs row in the addressed workspace for each query, whatever became of it.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/laquerylogs
import type { Workspace } from '../catalog/types.ts'
import type { Log } from '../core/log.ts'
import { formatInstant } from '../core/time-range.ts'
import type { Ingest, JsonObject, TableRow } from '../ingest/types.ts'
import type { AnswerStatistics, QueryRequest } from './types.ts'

export interface Outcome {
  /** HTTP status that the answer amounts to. */
  readonly status: number
  readonly statistics: AnswerStatistics
}

export interface QueryAudit {
  record(request: QueryRequest, outcome: Outcome): void
  /** Resolves when everything recorded is stored. */
  flush(): Promise<void>
}

export const noAudit: QueryAudit = { record: () => {}, flush: async () => {} }

export function queryAudit(ingest: Pick<Ingest, 'append'>, log: Log): QueryAudit {
  const pending = new Set<Promise<void>>()
  const store = async (workspace: Workspace, row: TableRow) => {
    try {
      await ingest.append(workspace, [row])
    } catch (error) {
      log.warn({ err: error }, 'a query could not be audited')
    }
  }
  return {
    record(request, outcome) {
      const workspace = request.workspaces[0]
      if (!workspace) return
      const stored = store(workspace, auditRow(request, outcome)).finally(() => pending.delete(stored))
      pending.add(stored)
    },
    async flush() {
      await Promise.all(pending)
    },
  }
}

export function auditRow(request: QueryRequest, { status, statistics }: Outcome): TableRow {
  const { client, principal, timeRange, workspaces } = request
  const fields: JsonObject = {
    CorrelationId: client.requestId,
    AADObjectId: principal.id,
    AADEmail: principal.name,
    ...(timeRange?.start === undefined ? {} : { QueryTimeRangeStart: formatInstant(timeRange.start) }),
    ...(timeRange?.end === undefined ? {} : { QueryTimeRangeEnd: formatInstant(timeRange.end) }),
    QueryText: request.text,
    RequestClientApp: client.app,
    RequestTarget: client.target,
    RequestContext: {
      workspaces: workspaces.map(({ resourceId }) => resourceId),
      resources: [...(request.resourceScope ?? [])],
    },
    ResponseCode: status,
    ResponseRowCount: statistics.tables.reduce((total, table) => total + table.rows, 0),
    ResponseDurationMs: statistics.elapsedMillis,
    StatsDataProcessedKB: statistics.bytesRead / 1024,
    StatsCPUTimeMs: statistics.userMillis + statistics.kernelMillis,
    StatsWorkspaceCount: workspaces.length,
    ScannedGB: statistics.bytesRead / 1024 ** 3,
    IsBillableQuery: false,
  }
  const resourceId = workspaces[0]?.resourceId
  return { table: 'LAQueryLogs', fields, ...(resourceId ? { resourceId } : {}) }
}
