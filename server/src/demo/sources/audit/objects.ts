// Kubernetes objects as audit records carry them in requests and responses.
import { fullName } from '../../cluster/images.ts'
import type { Pod, PodContainer } from '../../cluster/pods.ts'
import { type Workload, workloadKey } from '../../cluster/workload.ts'
import { isoSeconds } from '../../time.ts'
import type { World } from '../../world.ts'
import type { Wire } from '../source.ts'
import { managedFields, resourceVersion } from './event.ts'

/** Host folders that a workload mounts; only the baseline's own watchers do. */
const hostMounts: Readonly<Record<string, readonly string[]>> = {
  'falco-system/falco': [
    '/dev',
    '/proc',
    '/boot',
    '/lib/modules',
    '/usr',
    '/etc',
    '/var/run/docker.sock',
    '/run/containerd',
    '/run/crio',
  ],
  'cluster-baseline-settings/kured': [],
  'cluster-baseline-settings/dummy-fim': ['/etc'],
}
const privileged = new Set(['falco-system/falco', 'cluster-baseline-settings/kured'])

export function podObject(world: World, pod: Pod, at: number, status: Wire): Wire {
  const owner = pod.workload.kind === 'Deployment' ? 'ReplicaSet' : pod.workload.kind
  const mounts = hostMounts[workloadKey(pod.workload)] ?? []
  const isPrivileged = privileged.has(workloadKey(pod.workload))
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: pod.name,
      generateName: `${pod.controller}-`,
      namespace: pod.workload.namespace,
      uid: pod.uid,
      resourceVersion: resourceVersion(world, at),
      creationTimestamp: isoSeconds(pod.createdAt),
      labels: pod.workload.labels,
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: owner, name: pod.controller, controller: true, blockOwnerDeletion: true },
      ],
      managedFields: managedFields('kube-controller-manager', pod.createdAt, 'v1', {
        'f:metadata': { 'f:generateName': {}, 'f:labels': {}, 'f:ownerReferences': {} },
        'f:spec': { 'f:containers': {}, 'f:dnsPolicy': {}, 'f:restartPolicy': {} },
      }),
    },
    spec: {
      ...(mounts.length === 0
        ? {}
        : { volumes: mounts.map((path, index) => ({ name: `host-${index}`, hostPath: { path, type: '' } })) }),
      containers: pod.containers.map((container) => containerObject(container, mounts, isPrivileged)),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      nodeSelector: { agentpool: pod.node.pool.name },
      serviceAccountName: pod.workload.name,
      ...(workloadKey(pod.workload) === 'cluster-baseline-settings/kured' ? { hostPID: true } : {}),
    },
    status,
  }
}

function containerObject(container: PodContainer, mounts: readonly string[], isPrivileged: boolean): Wire {
  const { spec, image } = container
  return {
    name: spec.name,
    image: fullName(image),
    ...(spec.ports === undefined
      ? {}
      : { ports: spec.ports.map((port) => ({ containerPort: port, protocol: 'TCP' })) }),
    resources:
      spec.limits === undefined ? {} : { limits: { cpu: `${spec.limits.cpu}m`, memory: `${spec.limits.memory}Mi` } },
    ...(mounts.length === 0
      ? {}
      : { volumeMounts: mounts.map((path, index) => ({ name: `host-${index}`, mountPath: `/host${path}` })) }),
    imagePullPolicy: 'IfNotPresent',
    securityContext: isPrivileged ? { privileged: true } : { allowPrivilegeEscalation: false, runAsNonRoot: true },
  }
}

export function deploymentObject(world: World, workload: Workload, image: string, at: number, status: Wire): Wire {
  const { namespace, name, labels, replicas } = workload
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: {
      name,
      namespace,
      resourceVersion: resourceVersion(world, at),
      labels,
      annotations: { 'deployment.kubernetes.io/revision': '2' },
      managedFields: managedFields('kubectl-client-side-apply', at, 'apps/v1', {
        'f:spec': { 'f:template': { 'f:spec': { 'f:containers': {} } } },
      }),
    },
    spec: {
      replicas,
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels },
        spec: { containers: [{ name, image, resources: { limits: { cpu: '100m', memory: '200Mi' } } }] },
      },
    },
    status,
  }
}

export function replicaSetObject({ namespace, name, labels }: Workload, replicaSet: string, image: string): Wire {
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, controller: true }
  return {
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    metadata: { name: replicaSet, namespace, labels, ownerReferences: [owner] },
    spec: { replicas: 1, template: { spec: { containers: [{ name, image }] } } },
  }
}

/** An event object; the kubelet and the controllers report what they do with them. */
export function eventObject(
  pod: Pod,
  at: number,
  reason: string,
  message: string,
  type: 'Normal' | 'Warning',
  component: string,
): Wire {
  return {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: { name: eventName(pod, at), namespace: pod.workload.namespace, creationTimestamp: null },
    involvedObject: { kind: 'Pod', namespace: pod.workload.namespace, name: pod.name, uid: pod.uid, apiVersion: 'v1' },
    reason,
    message,
    source: { component, host: pod.node.name },
    firstTimestamp: isoSeconds(at),
    lastTimestamp: isoSeconds(at),
    count: 1,
    type,
    reportingComponent: component,
    reportingInstance: pod.node.name,
  }
}

/** Event names end in the nanoseconds of their time, in hexadecimal. */
export function eventName(pod: Pod, at: number): string {
  return `${pod.name}.${(BigInt(Math.floor(at)) * 1_000_000n).toString(16)}`
}
