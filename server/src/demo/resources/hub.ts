// The hub's resources: workspace, network, firewall, bastion, flow log storage; and Network Watcher.
import { type Environment, region, workspaceGuids } from '../environment.ts'
import { securityGroups } from '../sources/network-security.ts'
import { type ResourceDocument, resource } from './document.ts'

const network = 'Microsoft.Network'

export function hubResources(environment: Environment): readonly ResourceDocument[] {
  const { groups, names, ids } = environment
  const group = groups.hub
  return [
    resource(group, 'Microsoft.OperationalInsights/workspaces', names.hubWorkspace, {
      sku: { name: 'PerGB2018' },
      retentionInDays: 90,
      customerId: workspaceGuids.networking,
    }),
    resource(group, 'Microsoft.OperationsManagement/solutions', `SecurityInsights(${names.hubWorkspace})`, {
      workspaceResourceId: ids.networking,
    }),
    resource(group, `${network}/virtualNetworks`, `vnet-${region}-hub`, {
      addressSpace: { addressPrefixes: ['10.200.0.0/24'] },
      subnets: [
        { name: 'AzureFirewallSubnet', properties: { addressPrefix: '10.200.0.0/26' } },
        { name: 'GatewaySubnet', properties: { addressPrefix: '10.200.0.64/27' } },
        {
          name: 'AzureBastionSubnet',
          properties: { addressPrefix: '10.200.0.96/27', networkSecurityGroup: { id: ids.bastionSecurityGroup } },
        },
      ],
    }),
    resource(group, `${network}/azureFirewalls`, names.firewall, {
      sku: { name: 'AZFW_VNet', tier: 'Premium' },
      threatIntelMode: 'Deny',
      additionalProperties: { 'Network.DNS.EnableProxy': 'true' },
      ipConfigurations: [0, 1, 2].map((index) => ({ name: `pip-fw-${region}-0${index}` })),
    }),
    ...hubEdge(environment),
    ...watcherResources(environment),
  ]
}

/** The hub's public addresses, the bastion and the storage of the flow logs. */
function hubEdge(environment: Environment): readonly ResourceDocument[] {
  const { names, ids } = environment
  const group = environment.groups.hub
  const address = (name: string) =>
    resource(
      group,
      `${network}/publicIPAddresses`,
      name,
      { publicIPAllocationMethod: 'Static' },
      { sku: { name: 'Standard' } },
    )
  return [
    ...[0, 1, 2].map((index) => address(`pip-fw-${region}-0${index}`)),
    address(`pip-ab-${region}`),
    resource(group, `${network}/bastionHosts`, names.bastion, { scaleUnits: 2 }, { sku: { name: 'Basic' } }),
    resource(
      group,
      `${network}/networkSecurityGroups`,
      `nsg-${region}-bastion`,
      rulesOf(environment, ids.bastionSecurityGroup),
    ),
    resource(
      group,
      'Microsoft.Storage/storageAccounts',
      names.flowStorage,
      { supportsHttpsTrafficOnly: true, minimumTlsVersion: 'TLS1_2', allowBlobPublicAccess: false },
      { kind: 'StorageV2', sku: { name: 'Standard_LRS' } },
    ),
    ...['AksNodepools', 'AksJumpboxes', 'AksJumpboxImageBuilders'].map((name) =>
      resource(group, `${network}/ipGroups`, `ipg-${region}-${name}`, { ipAddresses: [] }),
    ),
  ]
}

function watcherResources(environment: Environment): readonly ResourceDocument[] {
  const { groups, ids } = environment
  return [
    resource(groups.watcher, `${network}/networkWatchers`, `NetworkWatcher_${region}`),
    ...securityGroups(environment).map(({ id }) =>
      resource(
        groups.watcher,
        `${network}/networkWatchers/flowLogs`,
        `NetworkWatcher_${region}/fl${id.split('/').at(-1)}`,
        {
          targetResourceId: id,
          storageId: ids.flowStorage,
          enabled: true,
          format: { type: 'JSON', version: 2 },
          retentionPolicy: { days: 365, enabled: true },
          flowAnalyticsConfiguration: {
            networkWatcherFlowAnalyticsConfiguration: {
              enabled: true,
              trafficAnalyticsInterval: 10,
              workspaceResourceId: ids.networking,
            },
          },
        },
      ),
    ),
  ]
}

/** The rules of a network security group as its resource lists them. */
export function rulesOf(environment: Environment, id: string) {
  const group = securityGroups(environment).find((candidate) => candidate.id === id)
  const rules = (group?.rules ?? []).filter(({ name }) => name.startsWith('UserRule_'))
  return {
    securityRules: rules.map(({ name, direction, type }, index) => ({
      name: name.replace('UserRule_', ''),
      properties: {
        priority: 100 + index * 10,
        direction: direction === 'In' ? 'Inbound' : 'Outbound',
        access: type === 'allow' ? 'Allow' : 'Deny',
      },
    })),
  }
}
