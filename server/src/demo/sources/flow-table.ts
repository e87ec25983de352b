// Rows of traffic analytics (AzureNetworkAnalytics_CL, sub type FlowLog); network-security.ts asks for them.
// https://learn.microsoft.com/azure/network-watcher/traffic-analytics-schema
import { type PoolName, subscriptionId } from '../environment.ts'
import type { Random } from '../random.ts'
import { iso7, minute, rhythm } from '../time.ts'
import type { World } from '../world.ts'
import type { WireRecord } from './source.ts'

interface Flow {
  readonly type: 'IntraVNet' | 'ExternalPublic' | 'MaliciousFlow'
  /** Empty: some address of the internet. */
  readonly from: string
  readonly to: string
  readonly port: number
  readonly protocol: 'T' | 'U'
  readonly application: string
  readonly direction: 'I' | 'O'
  readonly allowed: boolean
  /** End of the name of the network security group. */
  readonly group: string
  readonly rule: string
  readonly subnet: string
  /** How many there are in ten minutes. */
  readonly flows: number
}

type Place = Pick<Flow, 'group' | 'subnet' | 'rule' | 'direction'>
const outward = { rule: 'DefaultRule_AllowVnetOutBound', direction: 'O' } as const
const gateway = { group: 'appgw', subnet: 'snet-applicationgateway' }
const system: Place = { group: 'system-nodepools', subnet: 'snet-cluster-systemnodepool', ...outward }
const inScope: Place = { group: 'is-nodepools', subnet: 'snet-cluster-inscopenodepools', ...outward }
const outOfScope: Place = { group: 'oos-nodepools', subnet: 'snet-cluster-outofscopenodepools', ...outward }
const jumpBox: Place = {
  group: 'management-ops',
  subnet: 'snet-management-ops',
  rule: 'AllowSshFromHubBastionInbound',
  direction: 'I',
}

const gatewayAddress = '10.240.5.4'
const https = { port: 443, application: 'https', protocol: 'T' } as const
const service = { port: 8080, application: 'http-alt', protocol: 'T' } as const
const names = { port: 53, application: 'domain', protocol: 'U' } as const
const shell = { port: 22, application: 'ssh', protocol: 'T' } as const
const inside = { type: 'IntraVNet', allowed: true } as const

function flowsOf({ environment }: World): readonly Flow[] {
  const address = (pool: PoolName): string => environment.nodes.find((node) => node.pool.name === pool)!.ip
  const [one, other, platform] = [address('npinscope01'), address('npooscope01'), address('npsystem')]
  const out: Place = { ...gateway, rule: 'AllowAllOutbound', direction: 'O' }
  const entrance: Place = { ...gateway, rule: 'Allow443Inbound', direction: 'I' }
  const closed: Place = { ...gateway, rule: 'DefaultRule_DenyAllInBound', direction: 'I' }
  return [
    { ...inside, from: gatewayAddress, to: '10.240.4.4', ...https, ...out, flows: 60 },
    { ...inside, from: one, to: other, ...service, ...inScope, flows: 45 },
    { ...inside, from: other, to: one, ...service, ...outOfScope, flows: 40 },
    { ...inside, from: platform, to: '10.200.0.4', ...names, ...system, flows: 90 },
    { ...inside, from: one, to: '10.240.250.5', ...https, ...inScope, flows: 20 },
    { ...inside, from: '10.200.0.100', to: environment.jumpBoxes[0]!.ip, ...shell, ...jumpBox, flows: 1 },
    { type: 'ExternalPublic', allowed: true, from: '', to: gatewayAddress, ...https, ...entrance, flows: 40 },
    { type: 'MaliciousFlow', allowed: false, from: '', to: gatewayAddress, ...https, port: 8443, ...closed, flows: 3 },
  ]
}

export function* flowTable(world: World, at: number, r: Random): Generator<WireRecord> {
  const { environment } = world
  for (const flow of flowsOf(world)) {
    const count = Math.max(1, r.count(flow.flows * rhythm(at)))
    const counted = (direction: 'I' | 'O', allowed: boolean): number =>
      flow.direction === direction && flow.allowed === allowed ? count : 0
    const stranger = flow.from === '' ? `203.0.113.${r.int(20, 80)}` : ''
    yield {
      TimeGenerated: iso7(at),
      SubType_s: 'FlowLog',
      FASchemaVersion_s: '2',
      TimeProcessed_t: iso7(at),
      FlowIntervalStartTime_t: iso7(at - 10 * minute),
      FlowIntervalEndTime_t: iso7(at),
      FlowStartTime_t: iso7(at - 9 * minute),
      FlowEndTime_t: iso7(at - r.int(1, 60) * 1000),
      FlowType_s: flow.type,
      SrcIP_s: flow.from,
      DestIP_s: flow.to,
      VMIP_s: flow.direction === 'I' ? flow.to : flow.from,
      DestPort_d: flow.port,
      L4Protocol_s: flow.protocol,
      L7Protocol_s: flow.application,
      FlowDirection_s: flow.direction,
      FlowStatus_s: flow.allowed ? 'A' : 'D',
      NSGList_s:
        `${subscriptionId}/${environment.groups.spoke}/nsg-vnet-spoke-bu0001a0005-01-${flow.group}`.toLowerCase(),
      NSGRule_s: flow.rule.toLowerCase(),
      NSGRuleType_s: flow.rule.startsWith('Default') ? 'Default' : 'User Defined',
      Subscription_g: subscriptionId,
      Region_s: 'centralus',
      Subnet_s: `${environment.groups.spoke}/vnet-spoke-bu0001a0005-01/${flow.subnet}`.toLowerCase(),
      AllowedInFlows_d: counted('I', true),
      DeniedInFlows_d: counted('I', false),
      AllowedOutFlows_d: counted('O', true),
      DeniedOutFlows_d: counted('O', false),
      FlowCount_d: count,
      InboundPackets_d: count * r.int(4, 12),
      OutboundPackets_d: count * r.int(4, 12),
      InboundBytes_d: count * r.int(400, 4000),
      OutboundBytes_d: count * r.int(400, 4000),
      CompletedFlows_d: count,
      PublicIPs_s: stranger === '' ? '' : `${stranger}|${count}|0|0|0|0|0`,
      Country_s: stranger === '' ? '' : 'us',
      SourceSystem: 'RestAPI',
    }
  }
}
