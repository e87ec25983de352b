// Audit records of the changes that move pods: rollouts of deployments and kured's reboots of nodes.
import { chainApiImage, fullName, imageOf } from '../../cluster/images.ts'
import { workloadOf } from '../../cluster/workloads.ts'
import { isoSeconds, type Slot, second } from '../../time.ts'
import type { Rollout } from '../../timeline.ts'
import type { World } from '../../world.ts'
import { byKured, byManager } from './callers.ts'
import { type AuditCall, administrator, administratorsMay, type ObjectRef, resourceVersion } from './event.ts'
import { deploymentObject, replicaSetObject } from './objects.ts'
import { nodeObject } from './routine.ts'

export function* rollouts(world: World, slot: Slot): Generator<AuditCall> {
  for (const rollout of world.beginning('rollout', slot)) yield* rolloutCalls(world, rollout)
}

/** kured marks its lock on the DaemonSet, cordons the node, and takes both back after the reboot. */
export function* reboots(world: World, slot: Slot): Generator<AuditCall> {
  for (const reboot of world.during('reboot', slot)) {
    const node = world.environment.nodes[reboot.node]!
    const steps = [
      { at: reboot.at, locked: true },
      { at: reboot.until - second, locked: false },
    ]
    for (const { at, locked } of steps) {
      if (at < slot.start || at >= slot.end) continue
      const lock = locked
        ? JSON.stringify({ nodeID: node.name, metadata: { unschedulable: false }, created: isoSeconds(at), TTL: 0 })
        : null
      const daemonSet: ObjectRef = {
        resource: 'daemonsets',
        namespace: 'cluster-baseline-settings',
        name: 'kured',
        apiGroup: 'apps',
        apiVersion: 'v1',
      }
      const lockBody = {
        metadata: {
          name: 'kured',
          namespace: 'cluster-baseline-settings',
          annotations: { 'weave.works/kured-node-lock': lock },
          resourceVersion: resourceVersion(world, at),
        },
      }
      yield {
        at,
        verb: 'update',
        ...byKured(world, at, node.name),
        object: daemonSet,
        code: 200,
        request: lockBody,
        response: lockBody,
      }
      yield {
        at: at + 420,
        verb: 'patch',
        ...byKured(world, at, node.name),
        object: { resource: 'nodes', name: node.name, apiVersion: 'v1' },
        code: 200,
        request: { spec: { unschedulable: locked ? true : null } },
        response: nodeObject(world, node, at, []),
      }
    }
  }
}

/** The administrator applies the new image; the controllers follow. */
function* rolloutCalls(world: World, { at, tag, workload: key }: Rollout): Generator<AuditCall> {
  const workload = workloadOf(key)
  const { namespace, name } = workload
  const image = fullName(imageOf(world.environment, chainApiImage(tag)))
  const deployment: ObjectRef = { resource: 'deployments', namespace, name, apiGroup: 'apps', apiVersion: 'v1' }
  yield {
    at,
    verb: 'patch',
    user: administrator(world.environment),
    agent: 'kubectl/v1.30.6 (linux/amd64) kubernetes/59ef7e9',
    address: world.environment.jumpBoxes[1]!.ip,
    object: deployment,
    query: 'fieldManager=kubectl-client-side-apply&fieldValidation=Strict',
    code: 200,
    request: { spec: { template: { spec: { containers: [{ name, image }] } } } },
    response: deploymentObject(world, workload, image, at, { replicas: 2, updatedReplicas: 0 }),
    reason: administratorsMay,
  }
  const replicaSet = replicaSetObject(workload, world.podsOf(key, at + second).at(-1)!.controller, image)
  yield {
    at: at + 150,
    verb: 'create',
    ...byManager('deployment-controller'),
    object: { resource: 'replicasets', namespace, apiGroup: 'apps', apiVersion: 'v1' },
    code: 201,
    request: replicaSet,
    response: replicaSet,
  }
  const status = { replicas: 3, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2, unavailableReplicas: 1 }
  yield {
    at: at + 700,
    verb: 'update',
    ...byManager('deployment-controller'),
    object: { ...deployment, subresource: 'status' },
    code: 200,
    request: { status },
    response: deploymentObject(world, workload, image, at, status),
  }
}
