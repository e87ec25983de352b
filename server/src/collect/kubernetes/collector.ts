// A collector of either role with all it needs, from options to rows on their way.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from '../../container-insights/cluster.ts'
import type { Clock } from '../../core/clock.ts'
import { defaultOutboxOptions, Outbox, type OutboxOptions, type Target } from '../outbox.ts'
import { Report } from '../report.ts'
import type { Access } from './api/access.ts'
import { ApiClient } from './api/client.ts'
import { defaultMirrorOptions, type MirrorOptions } from './api/mirror.ts'
import { ClusterRole } from './cluster-role.ts'
import { NodeRole } from './node-role.ts'

/** What can be switched off. */
export const tables: readonly string[] = [
  'KubePodInventory',
  'KubeNodeInventory',
  'KubeEvents',
  'KubeServices',
  'KubePVInventory',
  'ContainerInventory',
  'ContainerImageInventory',
  'ContainerNodeInventory',
  'ContainerLogV2',
  'Perf',
  'InsightsMetrics',
  'PrometheusMetrics',
]

export interface CollectorOptions {
  readonly role: 'cluster' | 'node'
  readonly cluster: Cluster
  readonly target: Target
  readonly computer: string
  readonly pod: string
  readonly intervalMillis: number
  readonly without: ReadonlySet<string>
  readonly excludedNamespaces: ReadonlySet<string>
  readonly allEvents: boolean
  readonly environment: boolean
  readonly isOnce: boolean
  readonly bufferBytes: number
  readonly stateFolder?: string
  readonly kubelet?: string
  readonly kubeletInsecure: boolean
  readonly logs: string
  /** Whether the metrics of pods that ask for it are read. */
  readonly scrape: boolean
  readonly log: (line: string) => void
  /** Shorter waits, for tests. */
  readonly onceMillis?: number
  readonly outbox?: Partial<OutboxOptions>
  readonly mirrors?: Partial<Omit<MirrorOptions, 'onTrouble'>>
}

export interface Collector {
  /** In words. */
  readonly what: string
  readonly waitingBytes: number
  /** Until aborted; what waits then is delivered as far as the server takes it within seconds. */
  run(signal: AbortSignal): Promise<void>
  /** One round; whether all of it could be read. */
  once(signal: AbortSignal): Promise<boolean>
}

const reportMillis = 60_000
const drainMillis = 10_000

export function openCollector(options: CollectorOptions, access: Access, clock: Clock): Collector {
  const { cluster, computer, pod, target, log } = options
  const report = new Report({ cluster, computer, pod }, clock, log)
  const outbox = new Outbox(target, lossesOf(report), {
    ...defaultOutboxOptions,
    capacityBytes: options.bufferBytes,
    ...options.outbox,
  })
  const parts = { outbox, report, clock, mirrors: { ...defaultMirrorOptions, ...options.mirrors } }
  const role = options.role === 'cluster' ? clusterRole(options, access, parts) : nodeRole(options, access, parts)

  const tell = () => void outbox.put('KubeMonAgentEvents', report.take())
  const finish = async () => {
    tell()
    await outbox.drain(drainMillis)
    await role.close()
  }
  return {
    what: `${role.what} of ${cluster.name} for ${target.url}`,
    get waitingBytes() {
      return outbox.waitingBytes
    },
    run: async (signal) => {
      const telling = async () => {
        while (!signal.aborted) {
          tell()
          await sleep(reportMillis, undefined, { signal }).catch(() => {})
        }
      }
      await Promise.all([role.run(signal), outbox.run(signal), telling()])
      await finish()
    },
    once: async (signal) => {
      const isComplete = await role.once(
        AbortSignal.any([signal, AbortSignal.timeout(options.onceMillis ?? 60_000)]),
        clock.now() - (clock.now() % 1000),
      )
      await finish()
      return isComplete
    },
  }
}

interface Role {
  readonly what: string
  run(signal: AbortSignal): Promise<void>
  once(signal: AbortSignal, at: number): Promise<boolean>
  close(): Promise<void>
}

type Parts = Omit<ConstructorParameters<typeof ClusterRole>[1], 'client'>

function clusterRole(options: CollectorOptions, access: Access, parts: Parts): Role {
  const client = new ApiClient(access)
  const { stateFolder } = options
  const stateFile = stateFolder === undefined ? {} : { stateFile: join(stateFolder, 'events.json') }
  const role = new ClusterRole({ ...options, ...stateFile }, { ...parts, client })
  return {
    what: 'the API',
    run: (signal) => role.run(signal),
    once: async (signal, at) => {
      const listing = new AbortController()
      const running = role.run(AbortSignal.any([signal, listing.signal]))
      while (!role.isReady && !signal.aborted) await sleep(20, undefined, { signal }).catch(() => {})
      role.snapshot(at)
      listing.abort()
      await running
      return role.isReady
    },
    close: async () => client.close(),
  }
}

function nodeRole(options: CollectorOptions, access: Access, parts: Parts): Role {
  const client = new ApiClient(access)
  const kubelet = new ApiClient(kubeletAccess(options, access))
  const { stateFolder } = options
  const stateFile = stateFolder === undefined ? {} : { stateFile: join(stateFolder, 'logs.json') }
  const role = new NodeRole({ ...options, ...stateFile }, { ...parts, client, kubelet })
  return {
    what: `node ${options.computer}`,
    run: (signal) => role.run(signal),
    once: (signal, at) => role.once(signal, at),
    close: async () => {
      await role.close()
      client.close()
      kubelet.close()
    },
  }
}

/** A kubelet takes the same tokens as the API server, and should have a certificate of the cluster's authority. */
function kubeletAccess({ kubelet, kubeletInsecure, computer }: CollectorOptions, access: Access): Access {
  const { ca, certificate, token } = access
  return {
    server: new URL(kubelet ?? `https://${computer}:10250`),
    ...(ca !== undefined && { ca }),
    ...(certificate && { certificate }),
    ...(token && { token }),
    ...(kubeletInsecure && { isUnverified: true }),
  }
}

function lossesOf(report: Report) {
  return {
    delayed: (reason: string) => report.note('delivery', 'Warning', reason),
    dropped: (table: string, rows: number) =>
      report.note('delivery', 'Error', `the buffer was full: the oldest rows of ${table} were dropped`, rows),
    refused: (table: string, rows: number, reason: string) =>
      report.note('delivery', 'Error', `rows of ${table} were refused: ${reason}`, rows),
  }
}
