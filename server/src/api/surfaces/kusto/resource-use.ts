// What a query used, as Kusto's clients show it. https://learn.microsoft.com/kusto/api/rest/response-v2
import { formatTimespan } from '../../../core/time-range.ts'
import type { AnswerStatistics } from '../../../query/types.ts'

const cpu = (millis: number): string => formatTimespan(Math.round(millis * 10_000))

export function resourceUse({ elapsedMillis, rowsRead, tables, ...used }: AnswerStatistics) {
  const none = { hits: 0, misses: 0, total: 0 }
  const { userMillis, kernelMillis, peakMemoryBytes } = used
  return {
    ExecutionTime: elapsedMillis / 1000,
    resource_usage: {
      cache: { memory: none, disk: none },
      cpu: { user: cpu(userMillis), kernel: cpu(kernelMillis), 'total cpu': cpu(userMillis + kernelMillis) },
      memory: { peak_per_node: peakMemoryBytes },
    },
    input_dataset_statistics: {
      extents: { total: 0, scanned: 0 },
      rows: { total: rowsRead, scanned: rowsRead },
    },
    dataset_statistics: tables.map(({ rows, bytes }) => ({ table_row_count: rows, table_size: bytes })),
  }
}
