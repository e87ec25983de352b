// Network security groups (events and counters), the traffic analytics of their flow logs, and the bastion's audit log.
// https://learn.microsoft.com/azure/virtual-network/virtual-network-nsg-manage-log
import { armId, type Environment, subscriptionId } from '../environment.ts'
import { type Random, random } from '../random.ts'
import { due, hour, isoSeconds, minute, rhythm, type Slot, second } from '../time.ts'
import type { World } from '../world.ts'
import { flowTable } from './flow-table.ts'
import { diagnostic, diagnosticSource, tableSource, type WireRecord } from './source.ts'

export interface SecurityGroup {
  readonly id: string
  readonly subnet: string
  readonly rules: readonly {
    readonly name: string
    readonly direction: 'In' | 'Out'
    readonly type: 'allow' | 'block'
    readonly traffic: number
  }[]
}

const inAllow = (name: string, traffic: number) => ({ name, direction: 'In', type: 'allow', traffic }) as const
const outAllow = (name: string, traffic: number) => ({ name, direction: 'Out', type: 'allow', traffic }) as const
const blocked = { name: 'DefaultRule_DenyAllInBound', direction: 'In', type: 'block', traffic: 3 } as const

const spokeGroups: readonly (readonly [string, string, SecurityGroup['rules']])[] = [
  [
    '-01-management-ops',
    '10.240.1.0/28',
    [
      inAllow('UserRule_AllowSshFromHubBastionInbound', 2),
      outAllow('UserRule_Allow443ToInternetOutBound', 20),
      blocked,
    ],
  ],
  [
    '-01-system-nodepools',
    '10.240.8.0/22',
    [inAllow('DefaultRule_AllowVnetInBound', 220), outAllow('DefaultRule_AllowVnetOutBound', 310), blocked],
  ],
  [
    '-01-is-nodepools',
    '10.240.12.0/22',
    [inAllow('DefaultRule_AllowVnetInBound', 260), outAllow('DefaultRule_AllowVnetOutBound', 240), blocked],
  ],
  [
    '-01-oos-nodepools',
    '10.240.16.0/22',
    [inAllow('DefaultRule_AllowVnetInBound', 180), outAllow('DefaultRule_AllowVnetOutBound', 190), blocked],
  ],
  ['-01-privatelinkendpoints', '10.240.250.0/28', [inAllow('UserRule_AllowAll443InFromVnet', 90), blocked]],
  ['-01-akslibs', '10.240.4.0/28', [inAllow('DefaultRule_AllowVnetInBound', 60), blocked]],
  [
    '-01-appgw',
    '10.240.5.0/24',
    [
      inAllow('UserRule_Allow443Inbound', 50),
      inAllow('UserRule_AllowControlPlaneInbound', 6),
      outAllow('UserRule_AllowAllOutbound', 60),
      blocked,
    ],
  ],
  ['-01-acragents', '10.240.251.0/28', [outAllow('UserRule_AllowContainerRegistryOutbound', 1), blocked]],
  ['-00-imageBuilder', '10.241.0.0/28', [outAllow('UserRule_Allow443ToInternetOutBound', 1), blocked]],
]

const groups = new WeakMap<Environment, readonly SecurityGroup[]>()
export function securityGroups(environment: Environment): readonly SecurityGroup[] {
  let known = groups.get(environment)
  if (known === undefined) {
    const type = 'Microsoft.Network/networkSecurityGroups'
    known = [
      ...spokeGroups.map(
        ([suffix, subnet, rules]): SecurityGroup => ({
          id: armId(environment.groups.spoke, type, `nsg-vnet-spoke-BU0001A0005${suffix}`),
          subnet,
          rules,
        }),
      ),
      {
        id: environment.ids.bastionSecurityGroup,
        subnet: '10.200.0.96/27',
        rules: [
          inAllow('UserRule_AllowWebExperienceInbound', 2),
          outAllow('UserRule_AllowSshToVnetOutbound', 2),
          blocked,
        ],
      },
    ]
    groups.set(environment, known)
  }
  return known
}

function common(environment: Environment, group: SecurityGroup, index: number) {
  const r = random(environment.seed, 'nsg', index)
  return {
    systemId: r.guid(),
    vnet: `{${r.guid().toUpperCase()}}`,
    mac: `00-0D-3A-${r.hex(2)}-${r.hex(2)}-${r.hex(2)}`.toUpperCase(),
    group,
  }
}

function* counters(world: World, slot: Slot): Generator<WireRecord> {
  const at = due(slot, 5 * minute, 37 * second)
  if (at === undefined) return
  const r = random(world.environment.seed, 'nsg-counters', at)
  for (const [index, group] of securityGroups(world.environment).entries()) {
    const { systemId, vnet, mac } = common(world.environment, group, index)
    for (const rule of group.rules) {
      yield {
        ...diagnostic(group.id, 'NetworkSecurityGroupRuleCounter', 'NetworkSecurityGroupCounters', at),
        systemId,
        properties: {
          vnetResourceGuid: vnet,
          subnetPrefix: group.subnet,
          macAddress: mac,
          primaryIPv4Address: group.subnet.replace(/\d+\/\d+$/, '4'),
          ruleName: rule.name,
          direction: rule.direction,
          type: rule.type,
          matchedConnections: r.count(rule.traffic * (rule.type === 'allow' ? rhythm(at) : 1)),
        },
      }
    }
  }
}

/** Which rules apply to which interfaces, whenever that is computed anew. */
function* events(world: World, slot: Slot): Generator<WireRecord> {
  const at = due(slot, hour, 14 * minute)
  if (at === undefined) return
  for (const [index, group] of securityGroups(world.environment).entries()) {
    const { systemId, vnet, mac } = common(world.environment, group, index)
    for (const [place, rule] of group.rules.entries()) {
      yield {
        ...diagnostic(group.id, 'NetworkSecurityGroupEvent', 'NetworkSecurityGroupEvents', at),
        systemId,
        properties: {
          vnetResourceGuid: vnet,
          subnetPrefix: group.subnet,
          macAddress: mac,
          primaryIPv4Address: group.subnet.replace(/\d+\/\d+$/, '4'),
          ruleName: rule.name,
          direction: rule.direction,
          priority: rule.type === 'block' ? 65_500 : 100 + place * 10,
          type: rule.type,
          conditions: {
            protocols: '6',
            destinationPortRange: rule.name.includes('443') ? '443-443' : '0-65535',
            sourceIP: '0.0.0.0/0,0.0.0.0/0',
            destinationIP: group.subnet,
          },
        },
      }
    }
  }
}

function* bastion(world: World, slot: Slot): Generator<WireRecord> {
  const { environment } = world
  for (const session of world.during('admin-session', slot)) {
    const box = environment.jumpBoxes[session.jumpBox]!
    for (const [at, message, duration] of [
      [session.at, 'Successfully Connected.', undefined],
      [session.until - second, 'Disconnected.', Math.round((session.until - session.at) / second)],
    ] as const) {
      if (at >= slot.start && at < slot.end) yield bastionRecord(world, at, session.at, box, message, duration)
    }
  }
}

function bastionRecord(
  world: World,
  at: number,
  startedAt: number,
  box: Environment['jumpBoxes'][number],
  message: string,
  duration: number | undefined,
): WireRecord {
  const { environment } = world
  const r = random(environment.seed, 'bastion', startedAt)
  return {
    ...diagnostic(environment.ids.bastion, 'BastionAuditLogs', 'Microsoft.Network/BastionHost/connect', at),
    level: 'Informational',
    location: 'centralus',
    properties: {
      userName: 'azureuser',
      userEmail: environment.admin.user,
      userAgent:
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
      clientIpAddress: environment.admin.address,
      clientPort: r.int(20_000, 60_000),
      protocol: 'ssh',
      targetResourceId: box.resourceId,
      targetVMIPAddress: box.ip,
      subscriptionId,
      resourceType: 'VM',
      message,
      tunnelId: r.guid(),
      sessionStartTime: isoSeconds(startedAt),
      ...(duration === undefined ? {} : { sessionEndTime: isoSeconds(at), duration }),
    },
  }
}

/** Traffic analytics condenses the flow logs every ten minutes. */
function* flows(world: World, slot: Slot): Generator<WireRecord> {
  const at = due(slot, 10 * minute, 2 * minute)
  if (at === undefined) return
  const r: Random = random(world.environment.seed, 'flows', at)
  yield* flowTable(world, at, r)
}

export const networkSecuritySources = [
  diagnosticSource('networking', 'nsg-counters', counters),
  diagnosticSource('networking', 'nsg-events', events),
  diagnosticSource('networking', 'bastion', bastion),
  tableSource('networking', 'AzureNetworkAnalytics_CL', flows),
]
