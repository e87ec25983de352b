// Usage: how much each table took in every hour, as the workspaces account for themselves.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/usage
import type { WorkspaceName } from '../environment.ts'
import { random } from '../random.ts'
import { due, hour, isoSeconds, minute } from '../time.ts'
import { type Source, tableSource } from './source.ts'

interface TableUsage {
  readonly table: string
  readonly solution: string
  /** Megabytes of an ordinary hour. */
  readonly megabytes: number
  readonly free?: boolean
}

const usages: Readonly<Record<WorkspaceName, readonly TableUsage[]>> = {
  networking: [
    { table: 'AzureDiagnostics', solution: 'LogManagement', megabytes: 1.4 },
    { table: 'AzureMetrics', solution: 'LogManagement', megabytes: 0.3 },
    { table: 'StorageBlobLogs', solution: 'LogManagement', megabytes: 0.14 },
    { table: 'AzureNetworkAnalytics_CL', solution: 'NetworkMonitoring', megabytes: 0.05 },
  ],
  cluster: [
    { table: 'AzureDiagnostics', solution: 'LogManagement', megabytes: 2.1 },
    { table: 'ContainerLogV2', solution: 'ContainerInsights', megabytes: 2.4 },
    { table: 'KubePodInventory', solution: 'ContainerInsights', megabytes: 1.6 },
    { table: 'ContainerInventory', solution: 'ContainerInsights', megabytes: 0.5 },
    { table: 'Perf', solution: 'LogManagement', megabytes: 0.8 },
    { table: 'InsightsMetrics', solution: 'ContainerInsights', megabytes: 0.6 },
    { table: 'KubeEvents', solution: 'ContainerInsights', megabytes: 0.02 },
    { table: 'ContainerRegistryRepositoryEvents', solution: 'LogManagement', megabytes: 0.02 },
    { table: 'AzureActivity', solution: 'LogManagement', megabytes: 0.01, free: true },
    { table: 'Heartbeat', solution: 'LogManagement', megabytes: 0.1, free: true },
    { table: 'Syslog', solution: 'LogManagement', megabytes: 0.04 },
    { table: 'VMConnection', solution: 'VMInsights', megabytes: 0.05 },
  ],
}

function usageSource(workspace: WorkspaceName): Source {
  return tableSource(workspace, 'Usage', function* (world, slot) {
    const at = due(slot, hour, 10 * minute)
    if (at === undefined) return
    const r = random(world.environment.seed, `usage ${workspace}`, at)
    for (const { table, solution, megabytes, free } of usages[workspace]) {
      const batches = r.int(40, 90)
      yield {
        TimeGenerated: isoSeconds(at),
        StartTime: isoSeconds(at - 70 * minute),
        EndTime: isoSeconds(at - 10 * minute),
        DataType: table,
        Solution: solution,
        ResourceUri: world.environment.ids[workspace === 'cluster' ? 'clusterWorkspace' : 'networking'],
        Quantity: Number(r.around(megabytes, megabytes * 0.1).toFixed(6)),
        QuantityUnit: 'MBytes',
        IsBillable: free !== true,
        TotalBatches: batches,
        BatchesWithinSla: batches,
        BatchesOutsideSla: 0,
        BatchesCapped: 0,
        AvgLatencyInSeconds: r.int(1, 9),
        Plan: 'Analytics',
        SourceSystem: 'OMS',
      }
    }
  })
}

export const usageSources = [usageSource('networking'), usageSource('cluster')]
