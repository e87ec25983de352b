// The hub's firewall in its classic categories: application rules, network rules and the DNS proxy, each one text in `msg`.
// https://learn.microsoft.com/azure/firewall/diagnostic-logs
import { type Environment, region } from '../environment.ts'
import { type Random, random } from '../random.ts'
import { due, minute, type Slot, second } from '../time.ts'
import { deniedSite, outsideCalls, requestsIn, vendorSite } from '../traffic.ts'
import type { World } from '../world.ts'
import { diagnostic, diagnosticSource, type WireRecord } from './source.ts'

interface Egress {
  readonly host: string
  readonly collection: string
  readonly rule: string
  readonly from: 'nodes' | 'jumpboxes' | 'image-builder'
  readonly weight: number
}

/** What the platform itself calls outside, and the rules that let it. */
function egress(environment: Environment): readonly Egress[] {
  const global = 'AKS-Global-Requirements'
  const monitor = { collection: global, rule: 'azure-monitor-addon', from: 'nodes' } as const
  return [
    {
      host: `${environment.names.cluster}-dns.hcp.${region}.azmk8s.io`,
      collection: global,
      rule: 'runtime',
      from: 'nodes',
      weight: 4,
    },
    { host: 'management.azure.com', collection: global, rule: 'runtime', from: 'nodes', weight: 5 },
    { host: 'login.microsoftonline.com', collection: global, rule: 'runtime', from: 'nodes', weight: 5 },
    { host: 'mcr.microsoft.com', collection: global, rule: 'runtime', from: 'nodes', weight: 2 },
    { host: `${region}.ingest.monitor.azure.com`, ...monitor, weight: 6 },
    { host: 'dc.services.visualstudio.com', ...monitor, weight: 4 },
    { host: 'global.handler.control.monitor.azure.com', ...monitor, weight: 2 },
    { host: 'data.policy.core.windows.net', collection: global, rule: 'azure-policy-addon', from: 'nodes', weight: 2 },
    { host: 'store.policy.core.windows.net', collection: global, rule: 'azure-policy-addon', from: 'nodes', weight: 1 },
    { host: 'github.com', collection: 'Flux-Requirements', rule: 'flux-to-github', from: 'nodes', weight: 3 },
    {
      host: 'falcosecurity.github.io',
      collection: 'Falco-Requirements',
      rule: 'falco-to-rules',
      from: 'nodes',
      weight: 1,
    },
    { host: 'azure.archive.ubuntu.com', collection: 'aks-jumpbox', rule: 'os-updates', from: 'jumpboxes', weight: 1 },
    {
      host: 'packages.microsoft.com',
      collection: 'AKSImageBuilder-Requirements',
      rule: 'os-packages',
      from: 'image-builder',
      weight: 1,
    },
  ]
}

const platformCallsPerSlot = 1.6
const platformLookupsPerSlot = 1.8

function firewallRecord(world: World, kind: 'ApplicationRule' | 'NetworkRule' | 'DnsProxy', time: number, msg: string) {
  const category = `AzureFirewall${kind}`
  return { ...diagnostic(world.environment.ids.firewall, category, `${category}Log`, time), properties: { msg } }
}

function denied(source: string, port: number, host: string): string {
  return `HTTPS request from ${source}:${port} to ${host}:443. Action: Deny. No rule matched. Proceeding with default action`
}

function allowed(source: string, port: number, host: string, collection: string, rule: string): string {
  const [protocol, target] = host === 'azure.archive.ubuntu.com' ? ['HTTP', 80] : ['HTTPS', 443]
  return `${protocol} request from ${source}:${port} to ${host}:${target}. Action: Allow. Rule Collection: ${collection}. Rule: ${rule}`
}

const tables = new WeakMap<Environment, readonly Egress[]>()
function egressOf(environment: Environment, r: Random): Egress {
  let table = tables.get(environment)
  if (table === undefined) {
    table = egress(environment).flatMap((entry) => Array.from({ length: entry.weight }, () => entry))
    tables.set(environment, table)
  }
  return r.pick(table)
}

function sourceAddress(environment: Environment, from: Egress['from'], r: Random): string {
  if (from === 'image-builder') return '10.241.0.4'
  if (from === 'jumpboxes') return r.pick(environment.jumpBoxes).ip
  return r.pick(environment.nodes).ip
}

function* applicationRules(world: World, slot: Slot): Generator<WireRecord> {
  const { environment } = world
  for (const request of requestsIn(world, slot)) {
    for (const call of outsideCalls(world, request)) {
      const msg = call.allowed
        ? allowed(call.source, call.port, call.host, 'a0005-Requirements', 'microservice-a-to-packages')
        : denied(call.source, call.port, call.host)
      yield firewallRecord(world, 'ApplicationRule', call.at, msg)
    }
  }
  const r = random(environment.seed, 'firewall-application', slot.start)
  for (let i = r.count(platformCallsPerSlot); i > 0; i--) {
    const { host, collection, rule, from } = egressOf(environment, r)
    const msg = allowed(sourceAddress(environment, from, r), r.int(32_768, 60_999), host, collection, rule)
    yield firewallRecord(world, 'ApplicationRule', r.int(slot.start, slot.end - 1), msg)
  }
  // The health page of the front end calls outside even when nobody visits.
  const probe = due(slot, 2 * minute, 20 * second)
  const pods = world.podsOf('a0005-i/web-frontend', slot.start)
  if (probe !== undefined && pods.length > 0) {
    yield firewallRecord(world, 'ApplicationRule', probe, denied(r.pick(pods).ip, r.int(32_768, 60_999), deniedSite))
  }
}

const timeServers = ['185.125.190.56', '185.125.190.57', '91.189.91.157']
const strangers = ['192.0.2.14', '192.0.2.99', '198.51.100.140', '203.0.113.201']
const firewallPublicAddress = '192.0.2.250'

function* networkRules(world: World, slot: Slot): Generator<WireRecord> {
  const { environment } = world
  const r = random(environment.seed, 'firewall-network', slot.start)
  const at = (): number => r.int(slot.start, slot.end - 1)
  const record = (msg: string): WireRecord => firewallRecord(world, 'NetworkRule', at(), msg)
  if (r.chance(0.3))
    yield record(`UDP request from ${r.pick(environment.nodes).ip}:123 to ${r.pick(timeServers)}:123. Action: Allow`)
  if (r.chance(0.12)) {
    const target = `${firewallPublicAddress}:${r.pick([22, 23, 445, 1433, 3389, 5900, 8080])}`
    yield record(`TCP request from ${r.pick(strangers)}:${r.int(1024, 65_000)} to ${target}. Action: Deny`)
  }
  if (r.chance(0.02)) {
    const source = `${r.pick(strangers)}:${r.int(1024, 65_000)}`
    yield record(`TCP request from ${source} to ${firewallPublicAddress}:443 was DNAT'ed to 10.240.5.4:443`)
  }
  if (r.chance(0.03))
    yield record(
      `ICMP request from ${r.pick(environment.jumpBoxes).ip} to ${r.pick(environment.nodes).ip}. Action: Allow`,
    )
}

function dnsLine(source: string, name: string, type: 'A' | 'AAAA', r: Random): string {
  const size = name.length + 29
  const [code, flags, answer] = name.endsWith('.local')
    ? ['NXDOMAIN', 'qr,aa,rd,ra', size + 75]
    : ['NOERROR', 'qr,rd,ra', size + r.int(40, 160)]
  const seconds = r.around(0.0021, 0.0012).toFixed(9)
  const question = `${r.int(1, 65_535)} ${type} IN ${name}.`
  return `DNS Request: ${source}:${r.int(32_768, 60_999)} - ${question} udp ${size} false 512 ${code} ${flags} ${answer} ${seconds}s`
}

function* dnsProxy(world: World, slot: Slot): Generator<WireRecord> {
  const { environment } = world
  const r = random(environment.seed, 'firewall-dns', slot.start)
  const record = (time: number, line: string): WireRecord => firewallRecord(world, 'DnsProxy', time, line)
  for (let i = r.count(platformLookupsPerSlot); i > 0; i--) {
    const { host, from } = egressOf(environment, r)
    const time = r.int(slot.start, slot.end - 1)
    const source = sourceAddress(environment, from, r)
    yield record(time, dnsLine(source, host, 'A', r))
    if (r.chance(0.4)) yield record(time, dnsLine(source, host, 'AAAA', r))
  }
  if (r.chance(0.25)) {
    const name = r.pick([
      environment.names.loginServer,
      `${environment.names.vault}.vault.azure.net`,
      'wpad.reddog.local',
    ])
    yield record(r.int(slot.start, slot.end - 1), dnsLine(r.pick(environment.nodes).ip, name, 'A', r))
  }
  for (const request of requestsIn(world, slot)) {
    // Pods ask coredns, which keeps answers for half a minute: few questions leave the cluster.
    if (!request.chain || !r.chance(0.5)) continue
    const resolver = r.pick(world.podsOf('kube-system/coredns', request.at))
    yield record(request.at, dnsLine(resolver.ip, r.pick([deniedSite, vendorSite]), r.pick(['A', 'AAAA']), r))
  }
}

export const firewallSources = [
  diagnosticSource('networking', 'firewall-application-rules', applicationRules),
  diagnosticSource('networking', 'firewall-network-rules', networkRules),
  diagnosticSource('networking', 'firewall-dns-proxy', dnsProxy),
]
