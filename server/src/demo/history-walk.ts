// For tests: one pass over the history of a world, keeping counts, and the records that expectations look at.
import { sources } from './sources/index.ts'
import type { Source, WireRecord } from './sources/source.ts'
import { hour, type Slot, second, slots } from './time.ts'
import type { World } from './world.ts'

export type Kept = Readonly<Record<string, unknown>>

export interface Walk {
  rows: number
  /** Characters of the longest record. */
  longest: number
  /** Records whose time lies outside their slot. */
  outside: number
  /** Rows by diagnostic category, or table. */
  readonly byTarget: Map<string, number>
  /** Names of fields by table. */
  readonly columns: Map<string, Set<string>>
  /** Records by category or table, of those that expectations look at. */
  readonly kept: Map<string, Kept[]>
  readonly auditTimes: number[]
  readonly auditVerbs: Set<string>
  /** Pod and container, with the image, of all that wrote at least a line. */
  readonly writers: Map<string, string>
}

export const keptTargets: ReadonlySet<string> = new Set([
  'ApplicationGatewayAccessLog',
  'ApplicationGatewayFirewallLog',
  'AuditEvent',
  'AzureFirewallApplicationRule',
  'AzureFirewallDnsProxy',
  'AzureFirewallNetworkRule',
  'ContainerRegistryLoginEvents',
  'ContainerRegistryRepositoryEvents',
  'KubeEvents',
  'Recommendation',
])

/** The whole history as a first start loads it: 47 hours thinned, the last one in full. */
export function walkHistory(world: World): Walk {
  const walk: Walk = {
    rows: 0,
    longest: 0,
    outside: 0,
    byTarget: new Map(),
    columns: new Map(),
    kept: new Map(),
    auditTimes: [],
    auditVerbs: new Set(),
    writers: new Map(),
  }
  const { epoch } = world
  for (const [from, to, thinned] of [
    [epoch, epoch + 47 * hour, true],
    [epoch + 47 * hour, epoch + 48 * hour, false],
  ] as const) {
    for (const slot of slots(from, to, thinned)) {
      for (const source of sources)
        for (const record of source.records(world, slot)) visit(walk, world, source, record, slot)
    }
  }
  return walk
}

function visit(walk: Walk, world: World, source: Source, record: WireRecord, slot: Slot): void {
  const target = targetOf(source, record)
  walk.rows++
  walk.longest = Math.max(walk.longest, JSON.stringify(record).length)
  walk.byTarget.set(target, (walk.byTarget.get(target) ?? 0) + 1)
  const time = Date.parse(String(record.time ?? record.TimeGenerated))
  // What a slot starts may end a little later, but nothing lies before the slot.
  if (!(slot.start - second <= time && time < slot.end + 30 * second)) walk.outside++
  if (source.stream.receiver === 'json') noteColumns(walk, target, record)
  if (target === 'kube-audit-admin') noteAudit(walk, world, record, time)
  if (target === 'ContainerLogV2') noteWriter(walk, record)
  const isLooked = keptTargets.has(target) || record.ContainerName === 'azure-policy' || source.name === 'metrics-kured'
  if (isLooked) keep(walk, target, record)
}

function targetOf(source: Source, record: WireRecord): string {
  if (source.stream.receiver === 'json') return source.stream.table
  return typeof record.category === 'string' ? record.category : 'AzureMetrics'
}

function noteColumns(walk: Walk, table: string, record: WireRecord): void {
  const names = walk.columns.get(table) ?? new Set()
  for (const name of Object.keys(record)) names.add(name)
  walk.columns.set(table, names)
}

function noteAudit(walk: Walk, world: World, record: WireRecord, time: number): void {
  const { log } = record.properties as { readonly log: string }
  walk.auditTimes.push(time)
  walk.auditVerbs.add(/"verb":"([^"]*)"/.exec(log)?.[1] ?? '')
  if (log.includes(`"username":"${world.environment.admin.user}"`)) keep(walk, 'audit-of-admin', { log })
}

function noteWriter(walk: Walk, record: WireRecord): void {
  const { image } = record.KubernetesMetadata as { readonly image: string }
  walk.writers.set(`${String(record.PodName)}/${String(record.ContainerName)}`, image)
}

function keep(walk: Walk, target: string, record: Kept): void {
  const list = walk.kept.get(target)
  if (list === undefined) walk.kept.set(target, [record])
  else list.push(record)
}
