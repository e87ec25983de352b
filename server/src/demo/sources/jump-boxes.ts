// The jump boxes' agents and the nodes' syslog: Heartbeat, Syslog and VMConnection.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/heartbeat
import { type JumpBox, type Node, subscriptionId } from '../environment.ts'
import { type Random, random } from '../random.ts'
import { due, dueThinned, isoSeconds, minute, type Slot, second } from '../time.ts'
import type { World } from '../world.ts'
import { tableSource, type WireRecord } from './source.ts'

function* heartbeats(world: World, slot: Slot): Generator<WireRecord> {
  for (const [index, box] of world.environment.jumpBoxes.entries()) {
    const at = due(slot, minute, index * 21 * second)
    if (at === undefined) continue
    yield {
      TimeGenerated: isoSeconds(at),
      Computer: box.name,
      SourceComputerId: box.vmId,
      ComputerIP: box.ip,
      ComputerPrivateIPs: [box.ip],
      Category: 'Azure Monitor Agent',
      OSType: 'Linux',
      OSName: 'Ubuntu',
      OSMajorVersion: '22',
      OSMinorVersion: '04',
      Version: '1.33.1',
      SCAgentChannel: 'Direct',
      IsGatewayInstalled: false,
      ComputerEnvironment: 'Azure',
      VMUUID: box.vmId,
      SubscriptionId: subscriptionId,
      ResourceGroup: world.environment.groups.cluster,
      ResourceProvider: 'Microsoft.Compute',
      ResourceType: 'virtualMachineScaleSets/virtualMachines',
      Resource: 'vmss-jumpboxes',
      ResourceId: box.resourceId,
      Solutions: '"changeTracking","security","serviceMap"',
      SourceSystem: 'OpsManager',
      _ResourceId: box.resourceId.toLowerCase(),
    }
  }
}

interface SyslogLine {
  readonly at: number
  readonly host: string
  readonly address: string
  readonly resourceId: string
  readonly facility: 'kern' | 'daemon' | 'authpriv' | 'auth' | 'syslog' | 'cron'
  readonly severity: 'warning' | 'err' | 'notice' | 'info' | 'crit'
  readonly process: string
  readonly pid: number
  readonly text: string
}

function syslogRow(line: SyslogLine): WireRecord {
  return {
    TimeGenerated: isoSeconds(line.at + 900),
    EventTime: isoSeconds(line.at),
    Computer: line.host,
    HostName: line.host,
    HostIP: line.address,
    Facility: line.facility,
    SeverityLevel: line.severity,
    ProcessName: line.process,
    ProcessID: line.pid,
    SyslogMessage: line.text,
    CollectorHostName: line.host,
    SourceSystem: 'Linux',
    _ResourceId: line.resourceId.toLowerCase(),
  }
}

type NodeLine = Pick<SyslogLine, 'facility' | 'severity' | 'process'> & { text(r: Random): string }
const nodeLines: readonly NodeLine[] = [
  {
    facility: 'daemon',
    severity: 'warning',
    process: 'containerd',
    text: (r) => `level=warning msg="cleaning up after shim disconnected" id=${r.hex(12)} namespace=k8s.io`,
  },
  {
    facility: 'kern',
    severity: 'warning',
    process: 'kernel',
    text: (r) => `[${r.int(90_000, 900_000)}.${r.int(100_000, 999_999)}] audit: rate limit exceeded`,
  },
  {
    facility: 'daemon',
    severity: 'err',
    process: 'kubelet',
    text: (r) =>
      `E${r.int(10, 12)}${r.int(10, 28)} remote_runtime.go:${r.int(300, 700)}] "ExecSync cmd from runtime service failed" err="command timed out"`,
  },
  {
    facility: 'daemon',
    severity: 'warning',
    process: 'systemd-resolved',
    text: (r) =>
      `Using degraded feature set UDP instead of UDP+EDNS0 for DNS server 10.200.0.4, attempt ${r.int(1, 3)}`,
  },
  {
    facility: 'daemon',
    severity: 'warning',
    process: 'chronyd',
    text: (r) => `System clock wrong by ${(r.next() / 100).toFixed(6)} seconds`,
  },
]

function nodeResource(world: World, node: Node): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${world.environment.groups.nodes}/providers/Microsoft.Compute/virtualMachineScaleSets/${node.name.slice(0, -6)}/virtualMachines/${node.index}`
}

/** Nodes send warnings and worse only. */
function* syslog(world: World, slot: Slot): Generator<WireRecord> {
  const { environment } = world
  const r = random(environment.seed, 'syslog', slot.start)
  for (let i = r.count(0.3); i > 0; i--) {
    const at = r.int(slot.start, slot.end - 1)
    const node = r.pick(environment.nodes)
    const line = r.pick(nodeLines)
    if (!world.isReady(node, at)) continue
    const place = { host: node.name, address: node.ip, resourceId: nodeResource(world, node) }
    yield syslogRow({
      at,
      ...place,
      facility: line.facility,
      severity: line.severity,
      process: line.process,
      pid: r.int(600, 4000),
      text: line.text(r),
    })
  }
  for (const reboot of world.beginning('reboot', slot)) {
    const node = environment.nodes[reboot.node]!
    const place = { host: node.name, address: node.ip, resourceId: nodeResource(world, node) }
    yield syslogRow({
      at: reboot.at + 9 * second,
      ...place,
      facility: 'auth',
      severity: 'warning',
      process: 'systemd-logind',
      pid: 811,
      text: 'System is rebooting.',
    })
  }
  yield* sessions(world, slot)
}

/** Somebody opens a shell on a jump box through the bastion. */
function* sessions(world: World, slot: Slot): Generator<WireRecord> {
  for (const session of world.during('admin-session', slot)) {
    const box = world.environment.jumpBoxes[session.jumpBox]!
    const place = {
      host: box.name,
      address: box.ip,
      resourceId: box.resourceId,
      facility: 'authpriv',
      severity: 'info',
      pid: 24_117,
    } as const
    const lines: readonly SyslogLine[] = [
      {
        at: session.at + 2 * second,
        ...place,
        process: 'sshd',
        text: `Accepted publickey for azureuser from 10.200.0.${100 + session.jumpBox} port 52144 ssh2: ED25519`,
      },
      {
        at: session.at + 3 * second,
        ...place,
        process: 'sshd',
        text: 'pam_unix(sshd:session): session opened for user azureuser(uid=1000) by (uid=0)',
      },
      {
        at: session.at + 70 * second,
        ...place,
        process: 'sudo',
        severity: 'notice',
        text: 'azureuser : TTY=pts/0 ; PWD=/home/azureuser ; USER=root ; COMMAND=/usr/bin/az aks get-credentials',
      },
      {
        at: session.until - second,
        ...place,
        process: 'sshd',
        text: 'pam_unix(sshd:session): session closed for user azureuser',
      },
    ]
    for (const line of lines) if (slot.start <= line.at && line.at < slot.end) yield syslogRow(line)
  }
}

interface Connection {
  readonly process: string
  readonly remote: string
  readonly port: number
  readonly question: string
}
const connections: readonly Connection[] = [
  { process: 'mdsd', remote: '20.150.241.132', port: 443, question: 'centralus.ingest.monitor.azure.com' },
  { process: 'waagent', remote: '168.63.129.16', port: 32_526, question: '' },
  { process: 'systemd-resolved', remote: '10.200.0.4', port: 53, question: '' },
]

function* vmConnections(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, 2 * minute, 5 * minute)
  if (at === undefined) return
  const r = random(world.environment.seed, 'connections', at)
  for (const box of world.environment.jumpBoxes) {
    const admin = world
      .during('admin-session', slot)
      .some((session) => world.environment.jumpBoxes[session.jumpBox] === box)
    const api = {
      process: 'kubectl',
      remote: '10.240.250.4',
      port: 443,
      question: `${world.environment.names.cluster}.privatelink.centralus.azmk8s.io`,
    }
    for (const connection of admin ? [...connections, api] : connections) yield connectionRow(at, box, connection, r)
  }
}

function connectionRow(
  at: number,
  box: JumpBox,
  { process, remote, port, question }: Connection,
  r: Random,
): WireRecord {
  const established = r.int(1, 9)
  const fastest = r.int(1, 9)
  return {
    TimeGenerated: isoSeconds(at),
    Computer: box.name,
    Direction: 'outbound',
    ProcessName: process,
    SourceIp: box.ip,
    DestinationIp: remote,
    DestinationPort: port,
    Protocol: port === 53 ? 'udp' : 'tcp',
    RemoteIp: remote.startsWith('10.') ? '' : remote,
    RemoteDnsQuestions: question,
    BytesSent: r.int(900, 90_000),
    BytesReceived: r.int(900, 240_000),
    LinksLive: r.int(0, 3),
    LinksEstablished: established,
    LinksTerminated: established,
    LinksFailed: 0,
    Responses: established * 2,
    ResponseTimeMin: fastest,
    ResponseTimeMax: fastest + r.int(1, 90),
    ResponseTimeSum: established * 2 * (fastest + 12),
    Machine: `m-${box.vmId}`,
    AgentId: box.vmId,
    SourceSystem: 'Insights',
    _ResourceId: box.resourceId.toLowerCase(),
  }
}

export const jumpBoxSources = [
  tableSource('cluster', 'Heartbeat', heartbeats),
  tableSource('cluster', 'Syslog', syslog),
  tableSource('cluster', 'VMConnection', vmConnections),
]
