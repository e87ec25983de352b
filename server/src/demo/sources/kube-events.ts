// Kubernetes events that are not normal, which is all the agent is set to collect (KubeEvents).
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/kubeevents
import type { KubeEventsRow } from '../../container-insights/objects.ts'
import type { Happening } from '../cluster/happenings.ts'
import { random } from '../random.ts'
import { isoSeconds, minute, type Slot, second } from '../time.ts'
import type { World } from '../world.ts'
import { clusterRow, tableSource, type WireRecord, wire } from './source.ts'

interface KubeEvent {
  readonly at: number
  readonly node: string
  readonly kind: 'Pod' | 'Node' | 'Deployment'
  readonly namespace: string
  readonly name: string
  readonly reason: string
  readonly message: string
  readonly component: string
  readonly firstAt?: number
  readonly count?: number
}

function eventRow(world: World, event: KubeEvent): WireRecord {
  const row: KubeEventsRow = {
    TimeGenerated: isoSeconds(event.at),
    Computer: event.node,
    ObjectKind: event.kind,
    Namespace: event.namespace,
    Name: event.name,
    Reason: event.reason,
    Message: event.message,
    KubeEventType: 'Warning',
    SourceComponent: event.component,
    FirstSeen: isoSeconds(event.firstAt ?? event.at),
    LastSeen: isoSeconds(event.at),
    Count: event.count ?? 1,
    ...clusterRow(world.environment),
  }
  return wire(row)
}

function* events(world: World, slot: Slot): Generator<WireRecord> {
  for (const happening of world.happenings(slot)) {
    const event = podEvent(happening)
    if (event !== undefined) yield eventRow(world, event)
  }
  for (const event of nodeEvents(world, slot)) yield eventRow(world, event)
  for (const event of noise(world, slot)) yield eventRow(world, event)
}

function podEvent({ at, kind, pod, container, run }: Happening): KubeEvent | undefined {
  const about = { node: pod.node.name, kind: 'Pod', namespace: pod.workload.namespace, name: pod.name } as const
  const component = 'kubelet'
  if (kind === 'back-off') {
    const message = `Back-off restarting failed container ${container!.spec.name} in pod ${pod.name}_${pod.workload.namespace}(${pod.uid})`
    const count = Math.floor((at - run!.endedAt) / minute) + 1
    return { ...about, at, reason: 'BackOff', message, component, firstAt: run!.endedAt + second, count }
  }
  // A slow start fails its first readiness check.
  if (kind === 'started' && container!.spec.name === pod.containers[0]!.spec.name && pod.readyAt - at > 6 * second) {
    const port = container!.spec.ports?.[0] ?? 8080
    const message = `Readiness probe failed: Get "http://${pod.ip}:${port}/favicon.ico": dial tcp ${pod.ip}:${port}: connect: connection refused`
    return { ...about, at: at + 5 * second, reason: 'Unhealthy', message, component }
  }
  if (kind === 'exited' && run!.reason === 'OOMKilled') {
    const message = `Memory cgroup out of memory: Killed process in container ${container!.spec.name}`
    return { ...about, at, reason: 'OOMKilling', message, component: 'kernel-monitor' }
  }
  return undefined
}

function* nodeEvents(world: World, slot: Slot): Generator<KubeEvent> {
  for (const reboot of world.during('reboot', { ...slot, start: slot.start - minute })) {
    const { name, vmId } = world.environment.nodes[reboot.node]!
    const about = { node: name, kind: 'Node', namespace: '', name } as const
    const all: readonly KubeEvent[] = [
      {
        ...about,
        at: reboot.downAt + 40 * second,
        reason: 'NodeNotReady',
        message: `Node ${name} status is now: NodeNotReady`,
        component: 'node-controller',
      },
      {
        ...about,
        at: reboot.upAt + 3 * second,
        reason: 'Rebooted',
        message: `Node ${name} has been rebooted, boot id: ${vmId}`,
        component: 'kubelet',
      },
      {
        ...about,
        at: reboot.upAt + 3 * second,
        reason: 'InvalidDiskCapacity',
        message: 'invalid capacity 0 on image filesystem',
        component: 'kubelet',
      },
    ]
    for (const event of all) if (slot.start <= event.at && event.at < slot.end) yield event
  }
}

/** Things that go wrong now and then in any cluster. */
function* noise(world: World, slot: Slot): Generator<KubeEvent> {
  const r = random(world.environment.seed, 'event-noise', slot.start)
  if (!r.chance(0.015)) return
  const at = r.int(slot.start, slot.end - 1)
  const pod = r.pick(world.pods(at))
  const about = {
    at,
    node: pod.node.name,
    kind: 'Pod',
    namespace: pod.workload.namespace,
    name: pod.name,
    component: 'kubelet',
  } as const
  if (r.chance(0.6)) {
    const message = 'Liveness probe failed: context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
    yield { ...about, reason: 'Unhealthy', message, firstAt: at - r.int(1, 90) * minute, count: r.int(1, 9) }
    return
  }
  const message =
    'MountVolume.SetUp failed for volume "kube-api-access": failed to sync configmap cache: timed out waiting for the condition'
  yield { ...about, reason: 'FailedMount', message }
}

export const kubeEventSources = [tableSource('cluster', 'KubeEvents', events)]
