// Audit records of the administrator, who works with kubectl from a jump box: bootstrapping, a rollout, a look into a pod.
import { random } from '../../random.ts'
import { isoSeconds, type Slot, second } from '../../time.ts'
import type { AdminSession } from '../../timeline.ts'
import type { World } from '../../world.ts'
import type { Wire } from '../source.ts'
import {
  type AuditCall,
  administrator,
  administratorsMay,
  managedFields,
  type ObjectRef,
  resourceVersion,
} from './event.ts'

/** One thing the administrator does, so many seconds into the session. */
interface Step {
  readonly after: number
  readonly verb: AuditCall['verb']
  readonly object: ObjectRef
  readonly kind: string
  readonly spec?: Wire
  readonly query?: string
  readonly code?: number
}

export function* administration(world: World, slot: Slot): Generator<AuditCall> {
  for (const session of world.during('admin-session', slot)) {
    for (const step of stepsOf(world, session)) {
      const at = session.at + step.after * second
      if (slot.start <= at && at < slot.end) yield call(world, session, step, at)
    }
  }
}

function call(world: World, session: AdminSession, step: Step, at: number): AuditCall {
  const { namespace, name, apiGroup, apiVersion } = step.object
  const version = apiGroup === undefined ? apiVersion : `${apiGroup}/${apiVersion}`
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': `{"kind":"${step.kind}","metadata":{"name":"${name ?? ''}"}}\n`,
    },
  }
  const code = step.code ?? (step.verb === 'create' ? 201 : 200)
  const body = code === 101 ? undefined : { kind: step.kind, apiVersion: version, metadata, ...asRecord(step.spec) }
  return {
    at,
    verb: step.verb,
    user: administrator(world.environment),
    agent: 'kubectl/v1.30.6 (linux/amd64) kubernetes/59ef7e9',
    address: world.environment.jumpBoxes[session.jumpBox]!.ip,
    object: step.object,
    query: step.query ?? 'fieldManager=kubectl-client-side-apply&fieldValidation=Strict',
    code,
    ...(body === undefined
      ? {}
      : {
          request: body,
          response: {
            ...body,
            metadata: {
              ...metadata,
              resourceVersion: resourceVersion(world, at),
              creationTimestamp: isoSeconds(at),
              managedFields: managedFields('kubectl-client-side-apply', at, version, {
                'f:metadata': { 'f:annotations': {} },
              }),
            },
          },
        }),
    reason: administratorsMay,
  }
}

function asRecord(value: Wire | undefined): { readonly [name: string]: Wire | undefined } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as { readonly [name: string]: Wire | undefined })
    : {}
}

function stepsOf(world: World, session: AdminSession): readonly Step[] {
  switch (session.purpose) {
    case 'bootstrap':
      return bootstrap()
    case 'rollout':
      return [
        {
          after: 260,
          verb: 'update',
          kind: 'ConfigMap',
          object: { resource: 'configmaps', namespace: 'a0005-i', name: 'release-notes', apiVersion: 'v1' },
          spec: { data: { owner: 'a0005' } },
        },
      ]
    case 'inspection':
      return inspection(world, session)
    default:
      return session.purpose satisfies never
  }
}

const namespaces = ['cluster-baseline-settings', 'falco-system', 'flux-system', 'ingress-nginx', 'a0005-i', 'a0005-o']

/** Applies the baseline: namespaces, default-deny policies, flux with its binding, the secret provider of the ingress. */
function bootstrap(): readonly Step[] {
  const steps = namespaces.map(
    (name, index): Step => ({
      after: 90 + index * 2,
      verb: 'patch',
      kind: 'Namespace',
      object: { resource: 'namespaces', name, apiVersion: 'v1' },
      spec: { metadata: { labels: { 'pci-scope': name === 'a0005-o' ? 'out-of-scope' : 'in-scope' } } },
    }),
  )
  const policies = namespaces.map(
    (namespace, index): Step => ({
      after: 140 + index * 3,
      verb: 'patch',
      kind: 'NetworkPolicy',
      object: {
        resource: 'networkpolicies',
        namespace,
        name: 'default-deny-all',
        apiGroup: 'networking.k8s.io',
        apiVersion: 'v1',
      },
      spec: { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } },
    }),
  )
  return [...steps, ...policies, ...rights, ...ingress]
}

const rbac = { apiGroup: 'rbac.authorization.k8s.io', apiVersion: 'v1' } as const
const rights: readonly Step[] = [
  {
    after: 420,
    verb: 'create',
    kind: 'ClusterRoleBinding',
    object: { resource: 'clusterrolebindings', name: 'cluster-reconciler-flux-system', ...rbac },
    spec: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'kustomize-controller', namespace: 'flux-system' }],
    },
  },
  {
    after: 455,
    verb: 'create',
    kind: 'Secret',
    object: { resource: 'secrets', namespace: 'flux-system', name: 'flux-system', apiVersion: 'v1' },
    spec: { type: 'Opaque' },
  },
  {
    after: 470,
    verb: 'create',
    kind: 'RoleBinding',
    object: { resource: 'rolebindings', namespace: 'a0005-i', name: 'app-developers-a0005', ...rbac },
    spec: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'Group', name: 'developers-a0005', apiGroup: 'rbac.authorization.k8s.io' }],
    },
  },
]
const ingress: readonly Step[] = [
  {
    after: 900,
    verb: 'patch',
    kind: 'SecretProviderClass',
    object: {
      resource: 'secretproviderclasses',
      namespace: 'ingress-nginx',
      name: 'aks-ingress-tls-secret-csi-akv',
      apiGroup: 'secrets-store.csi.x-k8s.io',
      apiVersion: 'v1',
    },
    spec: {
      spec: {
        provider: 'azure',
        parameters: { usePodIdentity: 'false', objects: 'ingress-internal-aks-ingress-contoso-com-tls' },
      },
    },
  },
  {
    after: 1300,
    verb: 'patch',
    kind: 'Ingress',
    object: {
      resource: 'ingresses',
      namespace: 'a0005-i',
      name: 'aspnetapp-ingress',
      apiGroup: 'networking.k8s.io',
      apiVersion: 'v1',
    },
    spec: { spec: { ingressClassName: 'nginx-internal', rules: [{ host: 'bu0001a0005-00.aks-ingress.contoso.com' }] } },
  },
]

const commands = [
  'command=sh',
  'command=cat&command=%2Fetc%2Fresolv.conf',
  'command=ls&command=-la&command=%2Fmnt%2Fsecrets-store',
]

function inspection(world: World, session: AdminSession): readonly Step[] {
  const pod = world.podsOf('a0005-i/web-frontend', session.at)[0]
  if (pod === undefined) return []
  const r = random(world.environment.seed, 'inspection', session.at)
  return commands.map(
    (command, index): Step => ({
      after: 200 + index * 190 + r.int(0, 60),
      verb: 'create',
      kind: 'PodExecOptions',
      object: { resource: 'pods', namespace: 'a0005-i', name: pod.name, apiVersion: 'v1', subresource: 'exec' },
      query: `${command}&container=web-frontend&stdin=true&stdout=true&tty=true`,
      code: 101,
    }),
  )
}
