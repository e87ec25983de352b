// The collector of one node, one on each: what its kubelet measures, the logs of its containers, metrics of its pods.
import { existsSync } from 'node:fs'
import { uptime } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Measured } from '../../container-insights/measurements.ts'
import { iso } from '../report.ts'
import { everyInterval } from '../schedule.ts'
import { type CollectSettings, isWanted } from '../settings.ts'
import type { ApiClient } from './api/client.ts'
import { Mirror, messageOf } from './api/mirror.ts'
import type { RoleParts } from './cluster-role.ts'
import { diskRows } from './disks.ts'
import { LogFiles } from './log-files.ts'
import { type Pod, podKind } from './pods.ts'
import { scrapedRows } from './scrape.ts'
import { containerUsageRows, NodeCpu, networkRows, nodeUsageRows, type Summary, volumeUsageRows } from './usage.ts'

export interface NodeRoleSettings extends CollectSettings {
  readonly logs: string
  readonly scrape: boolean
  readonly stateFile?: string
}

export interface NodeRoleParts extends RoleParts {
  readonly kubelet: ApiClient
}

export class NodeRole {
  readonly #settings: NodeRoleSettings
  readonly #parts: NodeRoleParts
  readonly #cpu = new NodeCpu()
  readonly #pods: Mirror<Pod> | undefined
  readonly #logs: LogFiles | undefined

  constructor(settings: NodeRoleSettings, parts: NodeRoleParts) {
    this.#settings = settings
    this.#parts = parts
    if (settings.scrape && (this.#isOn('InsightsMetrics') || this.#isOn('PrometheusMetrics')))
      this.#pods = this.#podMirror()
    if (!settings.without.has('ContainerLogV2')) this.#logs = this.#logFiles()
  }

  /** Until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const rounds = everyInterval(this.#settings.intervalMillis, this.#parts.clock, signal, async (at) => {
      await this.round(at, signal)
    })
    await Promise.all([rounds, this.#pods?.run(signal), this.#logs?.run(signal)])
  }

  /** One round; log files are read to their present end only where their places are known. */
  async once(signal: AbortSignal, at: number): Promise<boolean> {
    const listing = new AbortController()
    const running = this.#pods?.run(AbortSignal.any([signal, listing.signal]))
    while (this.#pods?.isListed === false && !signal.aborted) await sleep(20)
    const isComplete = await this.round(at, signal)
    await this.#logs?.poll()
    listing.abort()
    await running
    return isComplete && this.#pods?.isListed !== false
  }

  /** After the last delivery. */
  async close(): Promise<void> {
    await this.#logs?.close()
  }

  /** Whether the kubelet could be read. */
  async round(time: number, signal: AbortSignal): Promise<boolean> {
    const { cluster, computer } = this.#settings
    const at = { cluster, computer, time: iso(time).replace('.000', '') }
    const read = await Promise.all([
      this.#attempt(signal, async () => this.#usage(at, time, signal)),
      this.#attempt(signal, async () => this.#disks(at, signal)),
      this.#scrape(at, signal),
    ])
    return read[0] && read[1]
  }

  async #attempt(signal: AbortSignal, what: () => Promise<void>): Promise<boolean> {
    try {
      await what()
      return true
    } catch (error) {
      if (!signal.aborted) this.#note(`kubelet: ${messageOf(error)}`)
      return false
    }
  }

  async #usage(at: Measured, time: number, signal: AbortSignal): Promise<void> {
    if (!this.#isOn('Perf') && !this.#isOn('InsightsMetrics')) return
    const summary = (await this.#parts.kubelet.json('/stats/summary', {}, signal)) as Summary
    const wanted = (namespace: string) => isWanted(this.#settings, namespace)
    const bootedAt = Math.floor(time / 1000 - uptime())
    this.#put('Perf', nodeUsageRows(at, summary, this.#cpu, bootedAt))
    this.#put('Perf', containerUsageRows(at, summary, wanted))
    this.#put('InsightsMetrics', networkRows(at, summary))
    this.#put('InsightsMetrics', volumeUsageRows(at, summary, wanted))
  }

  async #disks(at: Measured, signal: AbortSignal): Promise<void> {
    if (!this.#isOn('InsightsMetrics')) return
    const text = await this.#parts.kubelet.text('/metrics/cadvisor', {}, signal)
    this.#put(
      'InsightsMetrics',
      diskRows(at, text, (message) => this.#note(`kubelet: ${message}`)),
    )
  }

  async #scrape(at: Measured, signal: AbortSignal): Promise<void> {
    const pods = [...(this.#pods?.objects.values() ?? [])].filter(({ namespace }) =>
      isWanted(this.#settings, namespace),
    )
    const told = (message: string) => this.#parts.report.note('promscraping', 'Warning', message)
    for await (const { insights, prometheus } of scrapedRows(at, pods, signal, told)) {
      this.#put('InsightsMetrics', insights)
      this.#put('PrometheusMetrics', prometheus)
    }
  }

  #put(table: string, rows: Iterable<object>): void {
    if (this.#isOn(table)) void this.#parts.outbox.put(table, rows)
  }

  #isOn(table: string): boolean {
    return !this.#settings.without.has(table)
  }

  #note(message: string): void {
    this.#parts.report.note('collection', 'Error', message)
  }

  #podMirror(): Mirror<Pod> {
    const { client, mirrors } = this.#parts
    const kind = podKind({ environment: false, node: this.#settings.computer })
    return new Mirror(client, kind, { ...mirrors, onTrouble: (message) => this.#note(message) })
  }

  #logFiles(): LogFiles | undefined {
    const { logs, stateFile, cluster, computer } = this.#settings
    if (!existsSync(logs)) {
      this.#parts.report.note('collection', 'Warning', `no logs of containers: there is no folder ${logs}`)
      return undefined
    }
    const options = {
      folder: logs,
      parameters: { computer, cluster: cluster.id },
      isWanted: (namespace: string) => isWanted(this.#settings, namespace),
      onTrouble: (message: string) => this.#note(message),
      ...(stateFile !== undefined && { stateFile }),
    }
    return new LogFiles(options, this.#parts.outbox)
  }
}
