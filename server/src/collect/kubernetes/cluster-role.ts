// The collector of a cluster's API, one for the cluster: inventories each interval, events as they come.
import type { Clock } from '../../core/clock.ts'
import type { Outbox } from '../outbox.ts'
import { iso, type Report } from '../report.ts'
import { everyInterval } from '../schedule.ts'
import { type CollectSettings, isWanted } from '../settings.ts'
import type { ApiClient } from './api/client.ts'
import { type Kind, Mirror, type MirrorOptions } from './api/mirror.ts'
import { EventFeed } from './event-feed.ts'
import { autoscalerKind, deploymentKind, nodeKind, serviceKind, volumeKind } from './objects.ts'
import { podKind } from './pods.ts'
import { autoscalerRow, containerLimitRows, deploymentRow, gpuRows, nodeCapacityRows } from './tables/capacity.ts'
import { imageRows } from './tables/images.ts'
import { containerNodeRow, nodeRow, serviceRow, volumeRow } from './tables/objects.ts'
import { containerRows, podRows } from './tables/pods.ts'

export interface ClusterRoleSettings extends CollectSettings {
  readonly allEvents: boolean
  readonly environment: boolean
  /** Where the place in the stream of events is kept over a restart. */
  readonly stateFile?: string
  /** One round only: everything is listed. */
  readonly isOnce: boolean
}

export interface RoleParts {
  readonly client: ApiClient
  readonly outbox: Outbox
  readonly report: Report
  readonly clock: Clock
  readonly mirrors: Omit<MirrorOptions, 'onTrouble'>
}

type Watching = Pick<Mirror<never>, 'resource' | 'isListed' | 'run'>

/** Images change seldom and are many. */
const imageRounds = 15

export class ClusterRole {
  readonly #settings: ClusterRoleSettings
  readonly #parts: RoleParts
  readonly #mirrors
  readonly #events: EventFeed | undefined
  #round = 0

  constructor(settings: ClusterRoleSettings, parts: RoleParts) {
    const mirror = <T>(kind: Kind<T>) => new Mirror(parts.client, kind, this.#mirrorOptions())
    this.#settings = settings
    this.#parts = parts
    this.#mirrors = {
      pods: mirror(podKind({ environment: settings.environment })),
      nodes: mirror(nodeKind),
      services: mirror(serviceKind),
      volumes: mirror(volumeKind),
      deployments: mirror(deploymentKind),
      autoscalers: mirror(autoscalerKind),
    }
    if (!settings.without.has('KubeEvents')) this.#events = new EventFeed(settings, parts, this.#mirrorOptions())
  }

  /** Until aborted; what is collected then is in the outbox. */
  async run(signal: AbortSignal): Promise<void> {
    const watching = this.#used().map((mirror) => mirror.run(signal))
    const rounds = everyInterval(this.#settings.intervalMillis, this.#parts.clock, signal, async (at) =>
      this.snapshot(at),
    )
    await Promise.all([...watching, rounds, this.#events?.run(signal)])
  }

  /** Whether every list has been read once. */
  get isReady(): boolean {
    return this.#used().every(({ isListed }) => isListed) && this.#events?.isListed !== false
  }

  /** One round: rows of everything that is known at this time. */
  snapshot(at: number): void {
    const missing = this.#used().filter(({ isListed }) => !isListed)
    if (missing.length > 0) {
      const names = missing.map(({ resource }) => resource).join(', ')
      this.#parts.report.note('collection', 'Warning', `no inventory of ${names}: not listed yet`)
    }
    this.#inventory(iso(at).replace('.000', ''))
    this.#round++
  }

  #inventory(time: string): void {
    const { cluster, computer } = this.#settings
    const { pods, nodes, services, volumes, deployments, autoscalers } = this.#mirrors
    const podList = this.#wanted(pods)
    const nodeList = known(nodes)
    const serviceList = this.#wanted(services)
    if (podList && serviceList) this.#put('KubePodInventory', podRows(cluster, time, podList, serviceList))
    if (podList) this.#put('ContainerInventory', containerRows(cluster, time, podList))
    if (nodeList) {
      this.#put(
        'KubeNodeInventory',
        nodeList.map((node) => nodeRow(cluster, time, node)),
      )
      this.#put(
        'ContainerNodeInventory',
        nodeList.map((node) => containerNodeRow(cluster, time, node)),
      )
      this.#put('Perf', nodeCapacityRows(cluster, time, nodeList))
      this.#put('InsightsMetrics', gpuRows(cluster, time, nodeList))
    }
    if (podList && nodeList) {
      this.#put('Perf', containerLimitRows(cluster, time, podList, nodeList))
      if (this.#round % imageRounds === 0)
        this.#put('ContainerImageInventory', imageRows(cluster, time, nodeList, podList))
    }
    this.#put(
      'KubeServices',
      serviceList?.map((service) => serviceRow(cluster, time, service)),
    )
    const claimed = known(volumes)?.filter(
      ({ claim }) => claim === undefined || isWanted(this.#settings, claim.namespace),
    )
    this.#put(
      'KubePVInventory',
      claimed?.map((volume) => volumeRow(cluster, time, volume)),
    )
    this.#put(
      'InsightsMetrics',
      this.#wanted(deployments)?.map((one) => deploymentRow(cluster, time, computer, one)),
    )
    this.#put(
      'InsightsMetrics',
      this.#wanted(autoscalers)?.map((one) => autoscalerRow(cluster, time, computer, one)),
    )
  }

  /** Sending goes on beside the next rounds; the outbox bounds what waits. */
  #put(table: string, rows: Iterable<object> | undefined): void {
    if (rows !== undefined && !this.#settings.without.has(table)) void this.#parts.outbox.put(table, rows)
  }

  #wanted<T extends { readonly namespace: string }>(mirror: Mirror<T>): readonly T[] | undefined {
    return known(mirror)?.filter(({ namespace }) => isWanted(this.#settings, namespace))
  }

  /** Only what a table that is switched on needs is asked for. */
  #used(): readonly Watching[] {
    const { pods, nodes, services, volumes, deployments, autoscalers } = this.#mirrors
    const on = (...tables: readonly string[]) => tables.some((table) => !this.#settings.without.has(table))
    return [
      ...(on('KubePodInventory', 'ContainerInventory', 'ContainerImageInventory', 'Perf') ? [pods] : []),
      ...(on('KubeNodeInventory', 'ContainerNodeInventory', 'ContainerImageInventory', 'Perf', 'InsightsMetrics')
        ? [nodes]
        : []),
      ...(on('KubeServices', 'KubePodInventory') ? [services] : []),
      ...(on('KubePVInventory') ? [volumes] : []),
      ...(on('InsightsMetrics') ? [deployments, autoscalers] : []),
    ]
  }

  #mirrorOptions(): MirrorOptions {
    const { report, mirrors } = this.#parts
    return { ...mirrors, onTrouble: (message) => report.note('collection', 'Error', message) }
  }
}

function known<T>(mirror: Mirror<T>): readonly T[] | undefined {
  return mirror.isListed ? [...mirror.objects.values()] : undefined
}
