// What the add-ons write into the cluster all day: Gatekeeper, the secrets driver, Flux.
import type { Pod } from '../../cluster/pods.ts'
import { due, iso7, isoSeconds, minute, type Slot, second } from '../../time.ts'
import type { World } from '../../world.ts'
import { type AuditCall, resourceVersion, serviceAccount } from './event.ts'

export function* addons(world: World, slot: Slot): Generator<AuditCall> {
  yield* constraintStatus(world, slot)
  yield* secretRotation(world, slot)
  yield* fluxStatus(world, slot)
}

const constraints = [
  ['k8sazurev3noprivilege', 4],
  ['k8sazurev2containerallowedimages', 0],
  ['k8sazurev1serviceallowedports', 1],
  ['k8sazurev3readonlyrootfilesystem', 8],
  ['k8sazurev1podenforcelabels', 21],
  ['k8sazurev3hostfilesystem', 9],
] as const

function* constraintStatus(world: World, slot: Slot): Generator<AuditCall> {
  const at = due(slot, minute, 22 * second)
  const pod = world.podsOf('gatekeeper-system/gatekeeper-audit', slot.start).at(-1)
  if (at === undefined || pod === undefined) return
  const turn = Math.floor(at / minute)
  for (const step of [0, 1]) {
    const [kind, violations] = constraints[(turn * 2 + step) % constraints.length]!
    const name = `azurepolicy-${kind}-${world.environment.unique}`
    const status = {
      auditTimestamp: isoSeconds(at),
      totalViolations: violations,
      byPod: [{ id: pod.name, enforced: true, observedGeneration: 1, operations: ['audit', 'status'] }],
    }
    yield {
      at: at + step * 310,
      verb: 'update',
      user: serviceAccount('gatekeeper-system', 'gatekeeper-admin', pod),
      agent: 'gatekeeper/v3.16.3 (linux/amd64)',
      address: pod.ip,
      object: {
        resource: kind,
        name,
        apiGroup: 'constraints.gatekeeper.sh',
        apiVersion: 'v1beta1',
        subresource: 'status',
      },
      code: 200,
      request: {
        kind,
        apiVersion: 'constraints.gatekeeper.sh/v1beta1',
        metadata: { name, resourceVersion: resourceVersion(world, at) },
        status,
      },
      reason:
        'RBAC: allowed by ClusterRoleBinding "gatekeeper-manager-rolebinding" of ClusterRole "gatekeeper-manager-role" to ServiceAccount "gatekeeper-admin/gatekeeper-system"',
    }
  }
}

function* secretRotation(world: World, slot: Slot): Generator<AuditCall> {
  const at = due(slot, 2 * minute, 34 * second)
  if (at === undefined) return
  for (const [index, pod] of world.podsOf('ingress-nginx/ingress-nginx-controller', at).entries()) {
    const driver = world
      .podsOf('kube-system/aks-secrets-store-csi-driver', at)
      .find((candidate) => candidate.node === pod.node)
    if (driver !== undefined) yield rotation(world, pod, driver, at + index * 700)
  }
}

function rotation(world: World, pod: Pod, driver: Pod, at: number): AuditCall {
  const name = `${pod.name}-ingress-nginx-aks-ingress-tls-secret-csi-akv`
  const status = {
    mounted: true,
    podName: pod.name,
    secretProviderClassName: 'aks-ingress-tls-secret-csi-akv',
    targetPath: `/var/lib/kubelet/pods/${pod.uid}/volumes/kubernetes.io~csi/secrets-store-inline/mount`,
    objects: [
      {
        id: 'secret/ingress-internal-aks-ingress-contoso-com-tls',
        version: world.environment.identities.ingress.objectId.replaceAll('-', ''),
      },
    ],
  }
  const body = {
    kind: 'SecretProviderClassPodStatus',
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    metadata: {
      name,
      namespace: 'ingress-nginx',
      resourceVersion: resourceVersion(world, at),
      labels: { 'internal.secrets-store.csi.k8s.io/node-name': pod.node.name },
    },
    status,
  }
  return {
    at,
    verb: 'update',
    user: serviceAccount('kube-system', 'aks-secrets-store-csi-driver', driver),
    agent: 'secrets-store-csi/v1.4.5',
    address: driver.ip,
    object: {
      resource: 'secretproviderclasspodstatuses',
      namespace: 'ingress-nginx',
      name,
      apiGroup: 'secrets-store.csi.x-k8s.io',
      apiVersion: 'v1',
    },
    code: 200,
    request: body,
  }
}

function* fluxStatus(world: World, slot: Slot): Generator<AuditCall> {
  for (const [index, [resource, apiGroup, owner]] of fluxObjects.entries()) {
    const at = due(slot, 5 * minute, 47 * second + index * 2 * second)
    const pod = world.podsOf(`flux-system/${owner}`, slot.start).at(-1)
    if (at === undefined || pod === undefined) continue
    const status = {
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'Succeeded',
          lastTransitionTime: isoSeconds(at),
          message: 'Applied revision: main@sha1:41d0c3f9a2f8b6c5e47d1a90b3f2e8d7c6a5b4f1',
        },
      ],
      lastHandledReconcileAt: iso7(at),
      observedGeneration: 1,
    }
    yield {
      at,
      verb: 'patch',
      user: serviceAccount('flux-system', owner, pod),
      agent: `${owner}/v1.3.0`,
      address: pod.ip,
      object: { resource, ...fluxObject, apiGroup, apiVersion: 'v1', subresource: 'status' },
      query: `fieldManager=gotk-${owner}`,
      code: 200,
      request: { status },
      response: {
        kind: resource,
        apiVersion: `${apiGroup}/v1`,
        metadata: {
          ...fluxObject,
          resourceVersion: resourceVersion(world, at),
          labels: { 'kustomize.toolkit.fluxcd.io/name': 'flux-system' },
        },
        spec: { interval: '5m0s', url: 'https://github.com/contoso/bu0001a0005-cluster' },
        status,
      },
    }
  }
}

const fluxObject = { namespace: 'flux-system', name: 'flux-system' }
const fluxObjects = [
  ['gitrepositories', 'source.toolkit.fluxcd.io', 'source-controller'],
  ['kustomizations', 'kustomize.toolkit.fluxcd.io', 'kustomize-controller'],
] as const
