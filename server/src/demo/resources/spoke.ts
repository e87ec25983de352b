// The spoke's network: its networks and subnets, security groups, route table and private name zones.
import { type Environment, region } from '../environment.ts'
import { securityGroups } from '../sources/network-security.ts'
import { type ResourceDocument, resource } from './document.ts'
import { rulesOf } from './hub.ts'

const network = 'Microsoft.Network'

/** Name, range and the suffix of the security group of each subnet. */
const subnets: readonly (readonly [string, string, string])[] = [
  ['snet-cluster-systemnodepool', '10.240.8.0/22', '-01-system-nodepools'],
  ['snet-cluster-inscopenodepools', '10.240.12.0/22', '-01-is-nodepools'],
  ['snet-cluster-outofscopenodepools', '10.240.16.0/22', '-01-oos-nodepools'],
  ['snet-cluster-ingressservices', '10.240.4.0/28', '-01-akslibs'],
  ['snet-applicationgateway', '10.240.5.0/24', '-01-appgw'],
  ['snet-management-ops', '10.240.1.0/28', '-01-management-ops'],
  ['snet-management-agents', '10.240.2.0/26', '-01-management-ops'],
  ['snet-management-acragents', '10.240.251.0/28', '-01-acragents'],
  ['snet-privatelinkendpoints', '10.240.250.0/28', '-01-privatelinkendpoints'],
]

export function spokeResources(environment: Environment): readonly ResourceDocument[] {
  const group = environment.groups.spoke
  const groupId = (suffix: string): string =>
    securityGroups(environment).find(({ id }) => id.endsWith(suffix))?.id ?? ''
  const dhcpOptions = { dnsServers: ['10.200.0.4'] }
  return [
    resource(group, `${network}/virtualNetworks`, 'vnet-spoke-BU0001A0005-01', {
      addressSpace: { addressPrefixes: ['10.240.0.0/16'] },
      dhcpOptions,
      subnets: subnets.map(([name, addressPrefix, suffix]) => ({
        name,
        properties: { addressPrefix, networkSecurityGroup: { id: groupId(suffix) } },
      })),
    }),
    resource(group, `${network}/virtualNetworks`, 'vnet-spoke-BU0001A0005-00', {
      addressSpace: { addressPrefixes: ['10.241.0.0/16'] },
      dhcpOptions,
      subnets: [
        {
          name: 'snet-imageBuilder',
          properties: { addressPrefix: '10.241.0.0/28', networkSecurityGroup: { id: groupId('-00-imageBuilder') } },
        },
      ],
    }),
    resource(group, `${network}/routeTables`, `route-to-${region}-hub-fw`, {
      routes: [
        {
          name: 'r-nexthop-to-fw',
          properties: { addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.200.0.4' },
        },
      ],
    }),
    ...securityGroups(environment)
      .filter(({ id }) => id.includes(`/${group}/`))
      .map(({ id }) =>
        resource(group, `${network}/networkSecurityGroups`, id.split('/').at(-1)!, rulesOf(environment, id)),
      ),
    ...['privatelink.azurecr.io', 'privatelink.vaultcore.azure.net', `privatelink.${region}.azmk8s.io`].map((zone) =>
      resource(group, `${network}/privateDnsZones`, zone, { numberOfRecordSets: 2 }, { location: 'global' }),
    ),
    resource(
      group,
      `${network}/publicIPAddresses`,
      'pip-BU0001A0005-00',
      { publicIPAllocationMethod: 'Static' },
      { sku: { name: 'Standard' } },
    ),
  ]
}
