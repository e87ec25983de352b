// The collector of one node, one on each: what its kubelet measures.
import { uptime } from 'node:os'
import { iso } from '../report.ts'
import { everyInterval } from '../schedule.ts'
import { type CollectSettings, isWanted } from '../settings.ts'
import type { ApiClient } from './api/client.ts'
import { messageOf } from './api/mirror.ts'
import type { RoleParts } from './cluster-role.ts'
import { containerUsageRows, NodeCpu, networkRows, nodeUsageRows, type Summary, volumeUsageRows } from './usage.ts'

export interface NodeRoleParts extends Pick<RoleParts, 'outbox' | 'report' | 'clock'> {
  readonly kubelet: ApiClient
}

export class NodeRole {
  readonly #settings: CollectSettings
  readonly #parts: NodeRoleParts
  readonly #cpu = new NodeCpu()

  constructor(settings: CollectSettings, parts: NodeRoleParts) {
    this.#settings = settings
    this.#parts = parts
  }

  /** Until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await everyInterval(this.#settings.intervalMillis, this.#parts.clock, signal, async (at) => {
      await this.round(at, signal)
    })
  }

  /** Whether the kubelet could be read. */
  async round(at: number, signal: AbortSignal): Promise<boolean> {
    try {
      const summary = (await this.#parts.kubelet.json('/stats/summary', {}, signal)) as Summary
      this.#measure(at, summary)
      return true
    } catch (error) {
      if (!signal.aborted) this.#parts.report.note('collection', 'Error', `kubelet: ${messageOf(error)}`)
      return false
    }
  }

  #measure(time: number, summary: Summary): void {
    const { cluster, computer, without } = this.#settings
    const at = { cluster, computer: summary.node?.nodeName ?? computer, time: iso(time).replace('.000', '') }
    const wanted = (namespace: string) => isWanted(this.#settings, namespace)
    const bootedAt = Math.floor(time / 1000 - uptime())
    const rows = {
      Perf: [...nodeUsageRows(at, summary, this.#cpu, bootedAt), ...containerUsageRows(at, summary, wanted)],
      InsightsMetrics: [...networkRows(at, summary), ...volumeUsageRows(at, summary, wanted)],
    }
    for (const [table, some] of Object.entries(rows)) {
      if (!without.has(table)) void this.#parts.outbox.put(table, some)
    }
  }
}
