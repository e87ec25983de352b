// The key vault's audit events: who read or changed which secret and certificate.
// https://learn.microsoft.com/azure/key-vault/general/logging
import { type Identity, managedIdentityId } from '../environment.ts'
import { random } from '../random.ts'
import { due, hour, minute, type Slot, second } from '../time.ts'
import type { World } from '../world.ts'
import { diagnostic, diagnosticSource, type WireRecord } from './source.ts'

interface VaultCall {
  readonly operation:
    | 'SecretGet'
    | 'SecretResourcePut'
    | 'Authentication'
    | 'CertificateImport'
    | 'VaultGet'
    | 'SecretList'
  readonly path: string
  readonly address: string
  readonly agent: string
  /** Absent: the first, unauthenticated request of a client. */
  readonly identity?: Identity
  /** The administrator's name; managed identities have none. */
  readonly user?: string
  readonly status?: number
}

const gatewayAddress = '10.240.5.4'
const ingressSecret = 'ingress-internal-aks-ingress-contoso-com-tls'
/** The first two are the gateway's, the third the cluster's. */
export const gatewaySecrets = ['sslcert', `appgw-${ingressSecret}`] as const

function claims(world: World, call: VaultCall) {
  if (call.identity === undefined) return {}
  return {
    identity: {
      claim: {
        'http://schemas.microsoft.com/identity/claims/objectidentifier': call.identity.objectId,
        appid: call.identity.clientId,
        ...(call.user === undefined
          ? { xms_mirid: managedIdentityId(world.environment, call.identity) }
          : { 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': call.user }),
      },
    },
  }
}

function vaultRecord(world: World, at: number, call: VaultCall): WireRecord {
  const { environment } = world
  const r = random(environment.seed, `vault ${call.operation} ${call.path}`, at)
  const uri = `https://${environment.names.vault}.vault.azure.net`
  const status = call.status ?? 200
  const resultType = status < 400 ? 'Success' : 'Failure'
  return {
    ...diagnostic(environment.ids.vault, 'AuditEvent', call.operation, at),
    operationVersion: '7.4',
    resultType,
    resultSignature: status === 401 ? 'Unauthorized' : 'OK',
    resultDescription: '',
    durationMs: String(r.int(9, 64)),
    callerIpAddress: call.address,
    correlationId: r.guid(),
    ...claims(world, call),
    properties: {
      clientInfo: call.agent,
      requestUri: `${uri}${call.path}?api-version=7.4`,
      id: `${uri}${call.path}`,
      httpStatusCode: status,
      isAddressAuthorized: true,
      addrAuthType: 'Private Endpoint',
      isRbacAuthorized: status < 400,
      tlsVersion: '1.2',
      ...(call.operation === 'SecretGet'
        ? { secretProperties: { type: 'secret', attributes: { enabled: true } } }
        : {}),
    },
  }
}

/** A client asks without a token first and is told where to get one. */
function* withAuthentication(world: World, at: number, call: VaultCall): Generator<WireRecord> {
  const { identity: _identity, user: _user, ...bare } = call
  yield vaultRecord(world, at, { ...bare, operation: 'Authentication', status: 401 })
  yield vaultRecord(world, at + 180, call)
}

const gatewayAgent = 'AzureApplicationGateway/2018-11-01'
const driverAgent = 'k8s-secrets-store-csi-driver/provider-azure/v1.5.3 (linux/amd64)'

/** The gateway looks for new versions of its certificates every four hours. */
function* gatewayReads(world: World, slot: Slot): Generator<WireRecord> {
  const at = due(slot, 4 * hour, 11 * minute)
  if (at === undefined) return
  const identity = world.environment.identities.gateway
  for (const [index, secret] of gatewaySecrets.entries()) {
    const call = {
      operation: 'SecretGet',
      path: `/secrets/${secret}`,
      address: gatewayAddress,
      agent: gatewayAgent,
      identity,
    } as const
    yield* withAuthentication(world, at + index * second, call)
  }
}

/** The secrets driver rotates: it reads the ingress certificate for each ingress pod every two minutes, and for each new pod. */
function* clusterReads(world: World, slot: Slot): Generator<WireRecord> {
  const { identities } = world.environment
  const read = (at: number, address: string): Generator<WireRecord> =>
    withAuthentication(world, at, {
      operation: 'SecretGet',
      path: `/secrets/${ingressSecret}`,
      address,
      agent: driverAgent,
      identity: identities.ingress,
    })
  const at = due(slot, 2 * minute, 33 * second)
  if (at !== undefined) {
    for (const [index, pod] of world.podsOf('ingress-nginx/ingress-nginx-controller', at).entries()) {
      yield* read(at + index * 700, pod.node.ip)
    }
  }
  for (const { at: time, kind, pod } of world.happenings(slot)) {
    if (kind === 'bound' && pod.workload.name === 'ingress-nginx-controller') yield* read(time + 300, pod.node.ip)
  }
}

function* changes(world: World, slot: Slot): Generator<WireRecord> {
  const { admin, identities } = world.environment
  // Azure CLI's own application id is the same everywhere.
  const by = {
    address: admin.address,
    agent: 'azsdk-python-keyvault-certificates/4.7.0 AZURECLI/2.65.0',
    identity: { name: 'admin', objectId: admin.objectId, clientId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46' },
    user: admin.user,
  }
  for (const { at } of world.beginning('certificate-import', slot)) {
    yield* withAuthentication(world, at, {
      operation: 'CertificateImport',
      path: `/certificates/${ingressSecret}/import`,
      ...by,
    })
    yield* withAuthentication(world, at + 900, {
      operation: 'CertificateImport',
      path: `/certificates/appgw-${ingressSecret}/import`,
      ...by,
    })
    // The template of the deployment puts the gateway's public certificate.
    yield vaultRecord(world, at + 2600, {
      operation: 'SecretResourcePut',
      path: '/secrets/sslcert',
      address: '40.69.144.1',
      agent: 'azure-resource-manager/2.0',
      identity: identities.controlPlane,
    })
  }
  const shown = due(slot, 6 * hour, 50 * minute)
  if (shown !== undefined) {
    yield vaultRecord(world, shown, { operation: 'VaultGet', path: '/', ...by, agent: 'azure-resource-manager/2.0' })
  }
}

export const vaultSources = [
  diagnosticSource('cluster', 'vault-gateway-reads', gatewayReads),
  diagnosticSource('cluster', 'vault-cluster-reads', clusterReads),
  diagnosticSource('cluster', 'vault-changes', changes),
]
