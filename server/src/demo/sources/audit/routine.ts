// What the control plane writes all day, visited or not; with addons.ts the bulk of the audit log of an idle cluster.
import { type Node, subscriptionId } from '../../environment.ts'
import { type Random, random } from '../../random.ts'
import { due, isoSeconds, minute, type Slot, second } from '../../time.ts'
import type { World } from '../../world.ts'
import type { Wire } from '../source.ts'
import { byKubelet, controlPlaneAddress } from './callers.ts'
import { type AuditCall, managedFields, resourceVersion, serviceAccount } from './event.ts'

export function* routine(world: World, slot: Slot): Generator<AuditCall> {
  yield* autoscalerStatus(world, slot)
  yield* nodeStatus(world, slot)
  const r = random(world.environment.seed, 'audit-routine', slot.start)
  for (let i = r.count(0.9); i > 0; i--) yield occasional(world, r.int(slot.start, slot.end - 1), r)
}

function* autoscalerStatus(world: World, slot: Slot): Generator<AuditCall> {
  const at = due(slot, 30 * second, 9 * second)
  if (at === undefined) return
  const { environment } = world
  const groups = environment.nodes.map((node) => node.pool)
  const lines = [...new Set(groups)].map((pool) => {
    const ready = environment.nodes.filter((node) => node.pool === pool && world.isReady(node, at)).length
    return `  Name: aks-${pool.name}\n  Health: Healthy (ready=${ready} unready=${pool.count - ready} registered=${pool.count})\n  ScaleUp: NoActivity (ready=${ready} cloudProviderTarget=${pool.count})`
  })
  const name = 'cluster-autoscaler-status'
  const data = {
    status: `Cluster-autoscaler status at ${isoSeconds(at)}:\nCluster-wide:\n  Health: Healthy\nNodeGroups:\n${lines.join('\n')}`,
  }
  const metadata = {
    name,
    namespace: 'kube-system',
    resourceVersion: resourceVersion(world, at),
    creationTimestamp: isoSeconds(world.epoch - 11 * 24 * 60 * minute),
  }
  yield {
    at,
    verb: 'update',
    user: { username: 'clusterAutoscaler', groups: ['system:authenticated'] },
    agent: 'cluster-autoscaler/v1.30.3',
    address: controlPlaneAddress,
    object: { resource: 'configmaps', namespace: 'kube-system', name, apiVersion: 'v1' },
    code: 200,
    request: { kind: 'ConfigMap', apiVersion: 'v1', metadata, data },
    reason: 'RBAC: allowed by Role "cluster-autoscaler"',
  }
}

function condition(type: string, status: 'True' | 'False', reason: string, at: number): Wire {
  return { type, status, lastHeartbeatTime: isoSeconds(at), reason, message: `kubelet reports ${reason}` }
}

function* nodeStatus(world: World, slot: Slot): Generator<AuditCall> {
  for (const node of world.environment.nodes) {
    const at = due(slot, 5 * minute, nodeOffset(world, node))
    if (at === undefined || !world.isReady(node, at)) continue
    const conditions = [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', at),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', at),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', at),
      condition('Ready', 'True', 'KubeletReady', at),
    ]
    yield {
      at,
      verb: 'patch',
      ...byKubelet({ node }),
      object: { resource: 'nodes', name: node.name, apiVersion: 'v1', subresource: 'status' },
      query: 'timeout=10s',
      code: 200,
      request: { status: { conditions } },
      response: nodeObject(world, node, at, conditions),
    }
  }
}

function nodeOffset(world: World, node: Node): number {
  return world.environment.nodes.indexOf(node) * 41 * second
}

export function nodeObject(world: World, node: Node, at: number, conditions: Wire): Wire {
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name: node.name,
      uid: node.uid,
      resourceVersion: resourceVersion(world, at),
      labels: {
        agentpool: node.pool.name,
        'kubernetes.azure.com/mode': node.pool.mode.toLowerCase(),
        'kubernetes.azure.com/cluster': world.environment.groups.nodes,
        'node.kubernetes.io/instance-type': node.pool.size,
        'topology.kubernetes.io/zone': node.zone,
        ...(node.pool.scope === undefined ? {} : { 'pci-scope': node.pool.scope }),
      },
    },
    spec: {
      providerID: `azure:///subscriptions/${subscriptionId}/resourceGroups/${world.environment.groups.nodes}/providers/Microsoft.Compute/virtualMachineScaleSets/${node.name.slice(0, -6)}/virtualMachines/${node.index}`,
    },
    status: {
      conditions,
      nodeInfo: { kernelVersion: '5.15.0-1074-azure', osImage: 'Ubuntu 22.04.5 LTS', kubeletVersion: 'v1.30.6' },
    },
  }
}

/** Reviews of tokens and rights, and tokens for pods. */
function occasional(world: World, at: number, r: Random): AuditCall {
  if (r.chance(0.3)) return tokenRequest(world, at, r)
  const asker = r.pick(['metrics-server', 'konnectivity-agent', 'azure-policy', 'ama-metrics'])
  const pod = r.pick(world.podsOf(`kube-system/${asker}`, at))
  const groups = ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated']
  const spec = {
    nonResourceAttributes: {
      path: r.pick(['/openapi/v2', '/metrics', '/apis/metrics.k8s.io/v1beta1', '/healthz']),
      verb: 'get',
    },
    user: 'system:aggregator',
    groups,
  }
  const review = {
    kind: 'SubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
  }
  return {
    at,
    verb: 'create',
    user: serviceAccount('kube-system', asker, pod),
    agent: 'Go-http-client/2.0',
    address: pod.ip,
    object: { resource: 'subjectaccessreviews', apiGroup: 'authorization.k8s.io', apiVersion: 'v1' },
    query: 'timeout=10s',
    code: 201,
    request: { ...review, spec, status: { allowed: false } },
    response: {
      ...review,
      metadata: {
        creationTimestamp: null,
        managedFields: managedFields('Go-http-client', at, 'authorization.k8s.io/v1', {
          'f:spec': {
            'f:groups': {},
            'f:nonResourceAttributes': { '.': {}, 'f:path': {}, 'f:verb': {} },
            'f:user': {},
          },
        }),
      },
      spec,
      status: {
        allowed: true,
        reason:
          'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"',
      },
    },
    reason: `RBAC: allowed by ClusterRoleBinding "${asker}:system:auth-delegator" of ClusterRole "system:auth-delegator" to ServiceAccount "${asker}/kube-system"`,
  }
}

function tokenRequest(world: World, at: number, r: Random): AuditCall {
  const pod = r.pick(world.pods(at))
  const { namespace, name } = pod.workload
  const spec = {
    audiences: null,
    expirationSeconds: 3607,
    boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: pod.name, uid: pod.uid },
  }
  const body = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec,
  }
  return {
    at,
    verb: 'create',
    ...byKubelet(pod),
    object: { resource: 'serviceaccounts', namespace, name, apiVersion: 'v1', subresource: 'token' },
    code: 201,
    request: { ...body, status: { token: '', expirationTimestamp: null } },
    response: {
      ...body,
      metadata: {
        name,
        namespace,
        creationTimestamp: isoSeconds(at),
        managedFields: managedFields('kubelet', at, 'authentication.k8s.io/v1', {
          'f:spec': {
            'f:boundObjectRef': { '.': {}, 'f:kind': {}, 'f:name': {}, 'f:uid': {} },
            'f:expirationSeconds': {},
          },
        }),
      },
      status: { token: 'removed from the log', expirationTimestamp: isoSeconds(at + 60 * minute) },
    },
  }
}
