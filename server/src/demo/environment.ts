// Names, ids and addresses of the simulated environment: one hub network and one spoke with a regulated cluster.
// Everything is a pure function of the seed; the sources, the timeline and the resource documents read it.
import { type Random, random } from './random.ts'

export const subscriptionId = '00000000-0000-0000-0000-000000000001'
export const region = 'centralus'
export const ingressHost = 'bu0001a0005-00.aks-ingress.contoso.com'
export const publicHost = 'bicycle.contoso.com'

export type WorkspaceName = 'networking' | 'cluster'
/** The same for every seed, so that saved links and data sources keep working. */
export const workspaceGuids: Readonly<Record<WorkspaceName, string>> = {
  networking: '6b1f0f6e-52d0-4c1f-9a6b-1d2f8a3c0e01',
  cluster: '6b1f0f6e-52d0-4c1f-9a6b-1d2f8a3c0e02',
}

export type PoolName = 'npsystem' | 'npinscope01' | 'npooscope01'

export interface Pool {
  readonly name: PoolName
  readonly size: 'Standard_DS2_v2' | 'Standard_DS3_v2'
  readonly count: number
  readonly cores: number
  readonly memoryBytes: number
  readonly mode: 'System' | 'User'
  readonly scope?: 'in-scope' | 'out-of-scope'
  /** Third octet of the pool's subnet, 10.240.x.0/22. */
  readonly subnet: number
  readonly subnetName: string
}

export const pools: readonly Pool[] = [
  {
    name: 'npsystem',
    size: 'Standard_DS2_v2',
    count: 3,
    cores: 2,
    memoryBytes: 7_276_957_696,
    mode: 'System',
    subnet: 8,
    subnetName: 'snet-cluster-systemnodepool',
  },
  {
    name: 'npinscope01',
    size: 'Standard_DS3_v2',
    count: 2,
    cores: 4,
    memoryBytes: 14_659_649_536,
    mode: 'User',
    scope: 'in-scope',
    subnet: 12,
    subnetName: 'snet-cluster-inscopenodepools',
  },
  {
    name: 'npooscope01',
    size: 'Standard_DS3_v2',
    count: 2,
    cores: 4,
    memoryBytes: 14_659_649_536,
    mode: 'User',
    scope: 'out-of-scope',
    subnet: 16,
    subnetName: 'snet-cluster-outofscopenodepools',
  },
]

export interface Node {
  readonly name: string
  readonly index: number
  readonly pool: Pool
  readonly ip: string
  readonly uid: string
  readonly vmId: string
  readonly zone: string
}

export interface JumpBox {
  readonly name: string
  readonly ip: string
  readonly resourceId: string
  readonly vmId: string
}

export interface Identity {
  readonly name: string
  readonly objectId: string
  readonly clientId: string
}

const groupNames = {
  hub: 'rg-enterprise-networking-hubs-centralus',
  spoke: 'rg-enterprise-networking-spokes-centralus',
  cluster: 'rg-bu0001a0005-centralus',
  watcher: 'networkWatcherRG',
} as const
export type GroupName = keyof typeof groupNames | 'nodes'

export interface Environment {
  readonly seed: number
  /** The hash that the templates append to names: 13 lower-case letters and digits. */
  readonly unique: string
  readonly tenantId: string
  readonly groups: Readonly<Record<GroupName, string>>
  readonly names: ReturnType<typeof resourceNames>
  readonly ids: ReturnType<typeof resourceIds>
  readonly identities: ReturnType<typeof identitiesOf>
  readonly admin: { readonly user: string; readonly objectId: string; readonly address: string }
  readonly nodes: readonly Node[]
  readonly jumpBoxes: readonly JumpBox[]
  /** Addresses of the image scanner that may not log in to the private registry. */
  readonly scannerAddresses: readonly string[]
}

export function environmentOf(seed: number): Environment {
  const r = random(seed, 'environment')
  const unique = uniqueString(r)
  const groups = { ...groupNames, nodes: `rg-aks-${unique}-nodepools` }
  const names = resourceNames(unique)
  const ids = resourceIds(groups, names)
  return {
    seed,
    unique,
    tenantId: r.guid(),
    groups,
    names,
    ids,
    identities: identitiesOf(r, unique),
    admin: { user: 'bu0001a000500-admin@contoso.com', objectId: r.guid(), address: '203.0.113.18' },
    nodes: nodesOf(r),
    jumpBoxes: jumpBoxesOf(r, ids.jumpBoxes),
    scannerAddresses: ['198.51.100.24', '198.51.100.25', '198.51.100.71'],
  }
}

function uniqueString(r: Random): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  let text = ''
  while (text.length < 13) text += alphabet[r.int(0, alphabet.length - 1)]
  return text
}

function resourceNames(unique: string) {
  return {
    hubWorkspace: `la-hub-${region}-${unique}`,
    clusterWorkspace: `la-aks-${unique}`,
    cluster: `aks-${unique}`,
    registry: `acraks${unique}`,
    loginServer: `acraks${unique}.azurecr.io`,
    vault: `kv-aks-${unique}`,
    gateway: `agw-aks-${unique}`,
    firewall: `fw-${region}`,
    bastion: `ab-${region}`,
    flowStorage: `stnfl${region}${unique}`.slice(0, 24),
    prometheus: `amw-aks-${unique}`,
  }
}

export function armId(group: string, type: string, name: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/${type}/${name}`
}

function resourceIds(groups: Readonly<Record<GroupName, string>>, names: ReturnType<typeof resourceNames>) {
  return {
    networking: armId(groups.hub, 'Microsoft.OperationalInsights/workspaces', names.hubWorkspace),
    clusterWorkspace: armId(groups.cluster, 'Microsoft.OperationalInsights/workspaces', names.clusterWorkspace),
    cluster: armId(groups.cluster, 'Microsoft.ContainerService/managedClusters', names.cluster),
    registry: armId(groups.cluster, 'Microsoft.ContainerRegistry/registries', names.registry),
    vault: armId(groups.cluster, 'Microsoft.KeyVault/vaults', names.vault),
    gateway: armId(groups.cluster, 'Microsoft.Network/applicationGateways', names.gateway),
    jumpBoxes: armId(groups.cluster, 'Microsoft.Compute/virtualMachineScaleSets', 'vmss-jumpboxes'),
    firewall: armId(groups.hub, 'Microsoft.Network/azureFirewalls', names.firewall),
    bastion: armId(groups.hub, 'Microsoft.Network/bastionHosts', names.bastion),
    flowStorage: armId(groups.hub, 'Microsoft.Storage/storageAccounts', names.flowStorage),
    hubNetwork: armId(groups.hub, 'Microsoft.Network/virtualNetworks', `vnet-${region}-hub`),
    spokeNetwork: armId(groups.spoke, 'Microsoft.Network/virtualNetworks', 'vnet-spoke-BU0001A0005-01'),
    imageBuilderNetwork: armId(groups.spoke, 'Microsoft.Network/virtualNetworks', 'vnet-spoke-BU0001A0005-00'),
    bastionSecurityGroup: armId(groups.hub, 'Microsoft.Network/networkSecurityGroups', `nsg-${region}-bastion`),
  }
}

function identitiesOf(r: Random, unique: string) {
  const identity = (name: string): Identity => ({ name, objectId: r.guid(), clientId: r.guid() })
  return {
    /** Pulls images for every node. */
    kubelet: identity(`aks-${unique}-agentpool`),
    controlPlane: identity(`mi-aks-${unique}-controlplane`),
    /** Reads the ingress certificate for the cluster. */
    ingress: identity(`mi-aks-${unique}-ingresscontroller`),
    /** Reads the gateway's certificates. */
    gateway: identity('mi-appgateway'),
    policy: identity(`azurepolicy-aks-${unique}`),
    monitoring: identity(`omsagent-aks-${unique}`),
  }
}

export function managedIdentityId(environment: Environment, identity: Identity): string {
  return armId(environment.groups.cluster, 'Microsoft.ManagedIdentity/userAssignedIdentities', identity.name)
}

function nodesOf(r: Random): readonly Node[] {
  return pools.flatMap((pool) => {
    const scaleSet = `aks-${pool.name}-${String(r.int(10_000_000, 49_999_999))}-vmss`
    return Array.from(
      { length: pool.count },
      (_, index): Node => ({
        name: `${scaleSet}00000${index}`,
        index,
        pool,
        ip: nodeAddress(pool, index, 0),
        uid: r.guid(),
        vmId: r.guid(),
        zone: `${region}-${(index % 3) + 1}`,
      }),
    )
  })
}

/** Azure CNI gives a node and each of its thirty pods an address of the pool's subnet. */
export function nodeAddress(pool: Pool, node: number, pod: number): string {
  return `10.240.${pool.subnet}.${4 + node * 31 + pod}`
}

function jumpBoxesOf(r: Random, scaleSet: string): readonly JumpBox[] {
  return [0, 1].map((index) => ({
    name: `jumpbox00000${index}`,
    ip: `10.240.1.${4 + index}`,
    resourceId: `${scaleSet}/virtualMachines/${index}`,
    vmId: r.guid(),
  }))
}
