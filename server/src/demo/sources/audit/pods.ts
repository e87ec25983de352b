// Audit records of what happens to pods: creation, binding, status, events, eviction, deletion.
import type { Happening } from '../../cluster/happenings.ts'
import { fullName } from '../../cluster/images.ts'
import { type Pod, stateOf } from '../../cluster/pods.ts'
import { isoSeconds, type Slot } from '../../time.ts'
import type { World } from '../../world.ts'
import type { Wire } from '../source.ts'
import { byKubelet, byKured, byManager, controlPlaneAddress } from './callers.ts'
import { type AuditCall, type ObjectRef, scheduler } from './event.ts'
import { eventName, eventObject, podObject } from './objects.ts'

export function* podLives(world: World, slot: Slot): Generator<AuditCall> {
  for (const happening of world.happenings(slot)) yield* callsOf(world, happening)
}

function* callsOf(world: World, happening: Happening): Generator<AuditCall> {
  const { kind, pod, at, container } = happening
  switch (kind) {
    case 'created':
      return yield created(world, pod)
    case 'bound':
      return yield bound(pod)
    case 'pulled':
      return yield event(pod, at, 'Pulled', `Container image "${fullName(container!.image)}" present on node`, 'Normal')
    case 'started':
      yield event(pod, at, 'Started', `Started container ${container!.spec.name}`, 'Normal')
      return yield statusPatch(world, pod, at + 350)
    case 'ready':
      return yield statusPatch(world, pod, at)
    case 'exited':
      return yield statusPatch(world, pod, at + 200)
    case 'back-off':
      return yield event(
        pod,
        at,
        'BackOff',
        `Back-off restarting failed container ${container!.spec.name} in pod ${pod.name}`,
        'Warning',
      )
    case 'killing':
      return yield isDraining(world, pod, at) ? eviction(world, pod, at) : deletion(world, pod, at)
    case 'deleted':
      return yield finalDeletion(world, pod, at)
    default:
      kind satisfies never
  }
}

function isDraining(world: World, pod: Pod, at: number): boolean {
  const slot = { start: at, end: at + 1, thinned: false }
  return world.during('reboot', slot).some(({ node }) => world.environment.nodes[node] === pod.node)
}

function reference(pod: Pod, subresource?: string): ObjectRef {
  const base = { resource: 'pods', namespace: pod.workload.namespace, name: pod.name, apiVersion: 'v1' }
  return subresource === undefined ? base : { ...base, subresource }
}

function ownerController(pod: Pod): string {
  const names = { Deployment: 'replicaset-controller', DaemonSet: 'daemon-set-controller', Job: 'job-controller' }
  return names[pod.workload.kind]
}

function created(world: World, pod: Pod): AuditCall {
  const name = ownerController(pod)
  const body = podObject(world, pod, pod.createdAt, { phase: 'Pending', qosClass: 'Burstable' })
  const reason = `RBAC: allowed by ClusterRoleBinding "system:controller:${name}" of ClusterRole "system:controller:${name}" to ServiceAccount "${name}/kube-system"`
  // The API server learns the name of a pod only while it creates it.
  const { name: _name, ...object } = reference(pod)
  return {
    at: pod.createdAt,
    verb: 'create',
    ...byManager(name),
    object,
    code: 201,
    request: body,
    response: body,
    reason,
  }
}

function bound(pod: Pod): AuditCall {
  const metadata = { name: pod.name, namespace: pod.workload.namespace, uid: pod.uid, creationTimestamp: null }
  return {
    at: pod.createdAt + 60,
    verb: 'create',
    user: scheduler,
    agent: 'kube-scheduler/v1.30.6 (linux/amd64) kubernetes/59ef7e9/scheduler',
    address: controlPlaneAddress,
    object: reference(pod, 'binding'),
    code: 201,
    request: { kind: 'Binding', apiVersion: 'v1', metadata, target: { kind: 'Node', name: pod.node.name } },
    response: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
    reason:
      'RBAC: allowed by ClusterRoleBinding "system:kube-scheduler" of ClusterRole "system:kube-scheduler" to User "system:kube-scheduler"',
  }
}

function event(pod: Pod, at: number, reason: string, message: string, type: 'Normal' | 'Warning'): AuditCall {
  const body = eventObject(pod, at, reason, message, type, 'kubelet')
  return {
    at,
    verb: 'create',
    ...byKubelet(pod),
    object: { resource: 'events', namespace: pod.workload.namespace, name: eventName(pod, at), apiVersion: 'v1' },
    code: 201,
    request: body,
    response: body,
  }
}

function statusPatch(world: World, pod: Pod, at: number): AuditCall {
  const ready = at >= pod.readyAt
  const status = {
    phase: 'Running',
    podIP: pod.ip,
    hostIP: pod.node.ip,
    startTime: isoSeconds(pod.createdAt),
    conditions: [
      {
        type: 'Ready',
        status: ready ? 'True' : 'False',
        lastTransitionTime: isoSeconds(at),
        ...(ready ? {} : { reason: 'ContainersNotReady' }),
      },
    ],
    containerStatuses: pod.containers.map((container) => containerStatus(pod, container, at)),
  }
  return {
    at,
    verb: 'patch',
    ...byKubelet(pod),
    object: reference(pod, 'status'),
    code: 200,
    request: { metadata: { uid: pod.uid }, status },
    response: podObject(world, pod, at, status),
  }
}

function containerStatus(pod: Pod, container: Pod['containers'][number], at: number): Wire {
  const { run, restarts, status, reason } = stateOf(pod, container, at)
  const state = status === 'running' ? { running: { startedAt: isoSeconds(run!.startedAt) } } : { [status]: { reason } }
  return {
    name: container.spec.name,
    image: fullName(container.image),
    ready: status === 'running',
    restartCount: restarts,
    state,
  }
}

function deletion(world: World, pod: Pod, at: number): AuditCall {
  const body = podObject(world, pod, at, { phase: 'Running' })
  const request = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: pod.uid } }
  return {
    at,
    verb: 'delete',
    ...byManager(ownerController(pod)),
    object: reference(pod),
    code: 200,
    request,
    response: body,
  }
}

function finalDeletion(world: World, pod: Pod, at: number): AuditCall {
  return {
    at,
    verb: 'delete',
    ...byKubelet(pod),
    object: reference(pod),
    code: 200,
    request: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0, preconditions: { uid: pod.uid } },
    response: podObject(world, pod, at, { phase: 'Running' }),
  }
}

function eviction(world: World, pod: Pod, at: number): AuditCall {
  const metadata = { name: pod.name, namespace: pod.workload.namespace, creationTimestamp: null }
  return {
    at,
    verb: 'create',
    ...byKured(world, at, pod.node.name),
    object: reference(pod, 'eviction'),
    code: 201,
    request: { kind: 'Eviction', apiVersion: 'policy/v1', metadata, deleteOptions: { gracePeriodSeconds: 30 } },
    response: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
    reason:
      'RBAC: allowed by ClusterRoleBinding "kured" of ClusterRole "kured" to ServiceAccount "kured/cluster-baseline-settings"',
  }
}
