// Performance counters of nodes and containers (Perf), as container insights writes them.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/perf
import { containerInstance } from '../../container-insights/cluster.ts'
import { perfRow } from '../../container-insights/measurements.ts'
import { isRunning, type Pod, type PodContainer, stateOf } from '../cluster/pods.ts'
import { type Random, random } from '../random.ts'
import { dueThinned, minute, rhythm, type Slot } from '../time.ts'
import type { World } from '../world.ts'
import { measuredAt, tableSource, type WireRecord, wire } from './source.ts'

const mebibyte = 1_048_576

interface Usage {
  readonly nanoCores: number
  readonly rss: number
  readonly workingSet: number
}

/** What a container uses now: its usual share, more when visitors come, memory growing slowly since its start. */
function usageOf(pod: Pod, container: PodContainer, at: number, r: Random): Usage {
  const { spec } = container
  const busy = pod.workload.namespace.startsWith('a0005') || pod.workload.namespace === 'ingress-nginx' ? rhythm(at) : 1
  const uptime = Math.min((at - (stateOf(pod, container, at).run?.startedAt ?? at)) / (48 * 60 * minute), 1)
  const rss = r.around(spec.memory * (0.88 + 0.14 * uptime), spec.memory * 0.03) * mebibyte
  return {
    nanoCores: Math.round(r.around(spec.cpu * busy, spec.cpu * 0.25) * 1_000_000),
    rss: Math.round(rss),
    workingSet: Math.round(rss * 1.18),
  }
}

function* containerCounters(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, 2 * minute, 60 * minute)
  if (at === undefined) return
  const r = random(world.environment.seed, 'perf', at)
  for (const pod of world.pods(at)) {
    for (const container of pod.containers) {
      if (!isRunning(pod, container, at)) continue
      const usage = usageOf(pod, container, at, r)
      const instance = containerInstance(pod.uid, container.spec.name)
      const measured = measuredAt(world, at, pod.node.name)
      const row = (name: string, value: number) => wire(perfRow(measured, 'K8SContainer', instance, name, value))
      yield row('cpuUsageNanoCores', usage.nanoCores)
      yield row('memoryRssBytes', usage.rss)
      yield row('memoryWorkingSetBytes', usage.workingSet)
    }
  }
}

/** Limits change only with the pods, so they come seldom. */
function* containerLimits(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, 10 * minute, 120 * minute)
  if (at === undefined) return
  for (const pod of world.pods(at)) {
    for (const { spec } of pod.containers) {
      if (spec.limits === undefined) continue
      const measured = measuredAt(world, at, pod.node.name)
      const instance = containerInstance(pod.uid, spec.name)
      const row = (name: string, value: number) => wire(perfRow(measured, 'K8SContainer', instance, name, value))
      yield row('cpuLimitNanoCores', spec.limits.cpu * 1_000_000)
      yield row('memoryLimitBytes', spec.limits.memory * mebibyte)
      yield row('cpuRequestNanoCores', spec.limits.cpu * 250_000)
      yield row('memoryRequestBytes', (spec.limits.memory * mebibyte) / 2)
    }
  }
}

function* nodeCounters(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, minute, 10 * minute)
  if (at === undefined) return
  const r = random(world.environment.seed, 'perf-nodes', at)
  const pods = world.pods(at)
  for (const node of world.environment.nodes) {
    if (!world.isReady(node, at)) continue
    const used = { nanoCores: 140_000_000, rss: 620 * mebibyte, workingSet: 980 * mebibyte }
    for (const pod of pods) {
      if (pod.node !== node) continue
      for (const container of pod.containers) {
        const usage = usageOf(pod, container, at, r)
        used.nanoCores += usage.nanoCores
        used.rss += usage.rss
        used.workingSet += usage.workingSet
      }
    }
    const { cores, memoryBytes } = node.pool
    const measured = measuredAt(world, at, node.name)
    const row = (name: string, value: number) => wire(perfRow(measured, 'K8SNode', node.name, name, value))
    yield row('cpuUsageNanoCores', used.nanoCores)
    yield row('memoryRssBytes', used.rss)
    yield row('memoryWorkingSetBytes', used.workingSet)
    yield row('cpuCapacityNanoCores', cores * 1_000_000_000)
    yield row('cpuAllocatableNanoCores', cores * 1_000_000_000 - 100_000_000)
    yield row('memoryCapacityBytes', memoryBytes)
    yield row('memoryAllocatableBytes', memoryBytes - 1_700 * mebibyte)
    yield row('restartTimeEpoch', Math.floor(world.bootedAt(node, at) / 1000))
  }
}

export const perfSources = [
  tableSource('cluster', 'Perf', containerCounters, 'perf-containers'),
  tableSource('cluster', 'Perf', containerLimits, 'perf-limits'),
  tableSource('cluster', 'Perf', nodeCounters, 'perf-nodes'),
]
