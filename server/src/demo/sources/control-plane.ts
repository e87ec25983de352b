// The cluster's control plane: the audit log without reads, and the lines of its components in klog form.
// https://learn.microsoft.com/azure/aks/monitor-aks-reference
import { random } from '../random.ts'
import { due, iso, iso7, minute, type Slot, second } from '../time.ts'
import type { World } from '../world.ts'
import { addons } from './audit/addons.ts'
import { administration } from './audit/admin.ts'
import { reboots, rollouts } from './audit/changes.ts'
import { type AuditCall, auditRecord } from './audit/event.ts'
import { podLives } from './audit/pods.ts'
import { routine } from './audit/routine.ts'
import { diagnosticSource, type WireRecord } from './source.ts'

function auditSource(name: string, calls: (world: World, slot: Slot) => Iterable<AuditCall>) {
  return diagnosticSource('cluster', name, function* (world, slot) {
    let index = 0
    for (const call of calls(world, slot)) yield auditRecord(world, call, index++)
  })
}

type Component = 'kube-controller-manager' | 'cluster-autoscaler' | 'guard'

/** `I0110 22:53:51.176739       1 file.go:204] text` */
function klog(level: 'I' | 'W' | 'E', at: number, place: string, text: string): string {
  const time = iso(at)
  return `${level}${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 23)}000       1 ${place}] ${text}\n`
}

function componentRecord(world: World, component: Component, at: number, log: string): WireRecord {
  const { environment } = world
  const r = random(environment.seed, component)
  return {
    operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
    category: component,
    resourceId: environment.ids.cluster.toUpperCase(),
    properties: { log, stream: 'stderr', pod: `${component}-${r.suffix(10)}-${r.suffix(5)}`, containerID: r.hex(64) },
    time: iso7(at - (at % second)),
  }
}

/** Events of controllers as the manager logs them, and its own maintenance. */
function* controllerManager(world: World, slot: Slot): Generator<WireRecord> {
  const record = (at: number, log: string): WireRecord => componentRecord(world, 'kube-controller-manager', at, log)
  for (const { at, kind, pod } of world.happenings(slot)) {
    if ((kind !== 'created' && kind !== 'killing') || pod.workload.kind !== 'Deployment') continue
    const [reason, text] =
      kind === 'created' ? ['SuccessfulCreate', 'Created pod'] : ['SuccessfulDelete', 'Deleted pod']
    const object = `object="${pod.workload.namespace}/${pod.controller}" fieldPath="" kind="ReplicaSet" apiVersion="apps/v1"`
    yield record(
      at,
      klog(
        'I',
        at,
        'event.go:377',
        `"Event occurred" ${object} type="Normal" reason="${reason}" message="${text}: ${pod.name}"`,
      ),
    )
  }
  for (const { at, workload } of world.beginning('rollout', slot)) {
    yield record(
      at,
      klog(
        'I',
        at,
        'deployment_controller.go:507',
        `"Error syncing deployment, will retry" deployment="${workload}" err="the object has been modified"`,
      ),
    )
  }
  const sync = due(slot, minute, 17 * second)
  if (sync !== undefined)
    yield record(sync, klog('I', sync, 'node_lifecycle_controller.go:1031', '"Controller is in normal mode"'))
  const collect = due(slot, 5 * minute, 2 * minute)
  if (collect !== undefined) {
    yield record(
      collect,
      klog(
        'I',
        collect,
        'garbagecollector.go:826',
        '"failed to discover some groups" groups="external.metrics.k8s.io/v1beta1"',
      ),
    )
  }
}

function* autoscaler(world: World, slot: Slot): Generator<WireRecord> {
  const at = due(slot, 30 * second, 10 * second)
  if (at === undefined) return
  const { environment } = world
  const ready = environment.nodes.filter((node) => world.isReady(node, at)).length
  const record = (log: string): WireRecord => componentRecord(world, 'cluster-autoscaler', at, log)
  yield record(
    klog(
      'I',
      at,
      'static_autoscaler.go:642',
      `Starting scale down evaluation: ${ready} of ${environment.nodes.length} nodes ready`,
    ),
  )
  const scaleSet = environment.nodes[Math.floor(at / (30 * second)) % environment.nodes.length]!
  yield record(
    klog(
      'I',
      at + 210,
      'azure_scale_set.go:217',
      `VMSS: ${scaleSet.name.slice(0, -6)}, in-memory size: ${scaleSet.pool.count}`,
    ),
  )
}

function* guard(world: World, slot: Slot): Generator<WireRecord> {
  const { environment } = world
  const r = random(environment.seed, 'guard', slot.start)
  if (r.chance(0.25)) {
    const at = r.int(slot.start, slot.end - 1)
    yield componentRecord(
      world,
      'guard',
      at,
      klog('I', at, 'server.go:198', '"token review" provider="azure" status=200'),
    )
  }
  for (const session of world.during('admin-session', slot)) {
    const at = Math.max(session.at, slot.start) + r.int(0, 900)
    yield componentRecord(
      world,
      'guard',
      at,
      klog('I', at, 'azure.go:233', `"access allowed" user="${environment.admin.objectId}" groups=1`),
    )
  }
}

export const controlPlaneSources = [
  auditSource('audit-routine', routine),
  auditSource('audit-addons', addons),
  auditSource('audit-pods', podLives),
  auditSource('audit-rollouts', rollouts),
  auditSource('audit-reboots', reboots),
  auditSource('audit-admin', administration),
  diagnosticSource('cluster', 'kube-controller-manager', controllerManager),
  diagnosticSource('cluster', 'cluster-autoscaler', autoscaler),
  diagnosticSource('cluster', 'guard', guard),
]
