// One event of the Kubernetes audit log as the control plane's diagnostic setting delivers it: JSON text inside a record.
// https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
import type { Environment } from '../../environment.ts'
import { random } from '../../random.ts'
import { iso7, isoSeconds } from '../../time.ts'
import type { World } from '../../world.ts'
import type { Wire, WireRecord } from '../source.ts'

export interface AuditUser {
  readonly username: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Wire
}

export interface ObjectRef {
  readonly resource: string
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly apiGroup?: string
  readonly apiVersion: string
  readonly subresource?: string
}

export interface AuditCall {
  readonly at: number
  readonly verb: 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'
  readonly user: AuditUser
  readonly agent: string
  readonly address: string
  readonly object: ObjectRef
  readonly query?: string
  readonly code: number
  readonly request?: Wire
  readonly response?: Wire
  /** Why the call was allowed, as the authorizer noted it. */
  readonly reason?: string
}

export function serviceAccount(
  namespace: string,
  name: string,
  pod?: { readonly name: string; readonly uid: string },
): AuditUser {
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    ...(pod === undefined
      ? {}
      : {
          extra: {
            'authentication.kubernetes.io/pod-name': [pod.name],
            'authentication.kubernetes.io/pod-uid': [pod.uid],
          },
        }),
  }
}

/** A component of the control plane; these run beside the API server. */
export function controller(name: string): AuditUser {
  return serviceAccount('kube-system', name)
}

export function kubelet(node: string): AuditUser {
  return { username: `system:node:${node}`, groups: ['system:nodes', 'system:authenticated'] }
}

export const scheduler: AuditUser = { username: 'system:kube-scheduler', groups: ['system:authenticated'] }
export const aksService: AuditUser = { username: 'aksService', groups: ['system:masters', 'system:authenticated'] }

export function administrator(environment: Environment): AuditUser {
  return {
    username: environment.admin.user,
    groups: ['cluster-admins-bu0001a000500', 'system:authenticated'],
    extra: { oid: [environment.admin.objectId] },
  }
}

/** Why the authorizer lets administrators do what they do. */
export const administratorsMay =
  'RBAC: allowed by ClusterRoleBinding "aks-cluster-admin-binding-aad" of ClusterRole "cluster-admin" to Group "cluster-admins-bu0001a000500"'

function uriOf(call: AuditCall): string {
  const { apiGroup, apiVersion, namespace, resource, name, subresource } = call.object
  const group = apiGroup === undefined ? `/api/${apiVersion}` : `/apis/${apiGroup}/${apiVersion}`
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`
  // Objects are posted to their collection; only sub-resources are created below a name.
  const named = name !== undefined && (call.verb !== 'create' || subresource !== undefined)
  const path = `${group}${scope}/${resource}${named ? `/${name}` : ''}${subresource === undefined ? '' : `/${subresource}`}`
  return call.query === undefined ? path : `${path}?${call.query}`
}

/** Which fields a client manages of an object; the API server appends it to every object it returns. */
export function managedFields(manager: string, at: number, apiVersion: string, fields: Wire): Wire {
  return [{ manager, operation: 'Update', apiVersion, time: isoSeconds(at), fieldsType: 'FieldsV1', fieldsV1: fields }]
}

const serverPods = new WeakMap<Environment, { readonly pod: string; readonly containerID: string }>()
/** The name under which the API server of this cluster logs. */
function serverPod(environment: Environment) {
  let pod = serverPods.get(environment)
  if (pod === undefined) {
    const r = random(environment.seed, 'kube-apiserver')
    pod = { pod: `kube-apiserver-${r.suffix(10)}-${r.suffix(5)}`, containerID: r.hex(64) }
    serverPods.set(environment, pod)
  }
  return pod
}

/** Numbers the versions of objects: it grows with time, as in etcd. */
export function resourceVersion(world: World, at: number): string {
  return String(4_100_000 + Math.floor((at - world.epoch) / 37))
}

/** How much of a call the policy of the audit log keeps. */
function levelOf(call: AuditCall): 'Metadata' | 'Request' | 'RequestResponse' {
  if (call.request === undefined) return 'Metadata'
  return call.response === undefined ? 'Request' : 'RequestResponse'
}

export function auditRecord(world: World, call: AuditCall, index: number): WireRecord {
  const { environment } = world
  const r = random(environment.seed, `audit ${call.object.resource} ${index}`, call.at)
  const event = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: levelOf(call),
    auditID: r.guid(),
    stage: 'ResponseComplete',
    requestURI: uriOf(call),
    verb: call.verb,
    user: call.user,
    sourceIPs: [call.address],
    userAgent: call.agent,
    objectRef: call.object,
    responseStatus: { metadata: {}, code: call.code },
    requestObject: call.request,
    responseObject: call.response,
    requestReceivedTimestamp: iso7(call.at).replace('0000Z', '000Z'),
    stageTimestamp: iso7(call.at + r.int(3, 28)).replace('0000Z', '000Z'),
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': call.reason ?? '' },
  }
  return {
    operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
    category: 'kube-audit-admin',
    resourceId: environment.ids.cluster.toUpperCase(),
    properties: { log: `${JSON.stringify(event)}\n`, stream: 'stdout', ...serverPod(environment) },
    time: iso7(call.at),
  }
}
