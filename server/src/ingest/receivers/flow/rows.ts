// A flow and where it was seen -> a row of traffic analytics: AzureNetworkAnalytics_CL for security groups, NTANetAnalytics
// for virtual networks. A row is one tuple, not an hour of them. What needs knowledge beyond the log stays empty.
// https://learn.microsoft.com/azure/network-watcher/traffic-analytics-schema
import type { Json, TableRow } from '../../types.ts'
import { resourceParts } from '../diagnostics/resource-id.ts'
import { addressKind, type FlowType, flowType } from './flow-type.ts'
import { serviceName } from './services.ts'
import type { Flow } from './tuple.ts'

/** What a tuple does not say itself: the record, access list and rule around it. */
export interface FlowPlace {
  /** Upper-case digits without separators. */
  readonly mac: string
  readonly rule: string
  /** ARM id of the security group, or another identifier of what decided. */
  readonly accessList: string
  /** ARM id of what is watched, and of the flow log itself. */
  readonly target: string
  readonly flowLog: string
  /** When the record was written, milliseconds since 1970; a record covers the minute before. */
  readonly writtenAt: number | undefined
}

const minute = 60_000

export function securityGroupRow(flow: Flow, place: FlowPlace): TableRow {
  const { type, source, destination } = endsOf(flow)
  const [vm, stranger] = source.isBlank ? [destination, source] : [source, destination]
  const [started, ended] = [Number(flow.isStart), Number(flow.isEnd)]
  const rule = place.rule.toLowerCase()
  const fields: Record<string, Json> = {
    SubType_s: 'FlowLog',
    FASchemaVersion_s: '2',
    FlowStartTime_t: isoTime(flow.time),
    FlowEndTime_t: isoTime(flow.time),
    FlowType_s: type,
    SrcIP_s: source.column,
    DestIP_s: destination.column,
    SrcPort_d: flow.sourcePort,
    DestPort_d: flow.destinationPort,
    L4Protocol_s: flow.protocol,
    L7Protocol_s: serviceName(flow.destinationPort),
    FlowDirection_s: flow.direction,
    FlowStatus_s: flow.isDenied ? 'D' : 'A',
    NSGList_s: shortId(place.accessList, true),
    NSGRule_s: rule,
    NSGRules_s: `0|${rule}|${flow.direction}|${flow.isDenied ? 'D' : 'A'}|${started}`,
    NSGRuleType_s: ruleType(place.rule),
    MACAddress_s: dashed(place.mac),
    ...counted(flow, (name) => `${name}_d`),
    FlowCount_d: started,
    CompletedFlows_d: ended,
    SrcPublicIPs_s: publicText(source, flow),
    DestPublicIPs_s: publicText(destination, flow),
    ...(stranger.isBlank && { VMIP_s: vm.address, PublicIPs_s: publicText(stranger, flow) }),
    ...interval(place, 'FlowIntervalStartTime_t', 'FlowIntervalEndTime_t'),
    ...volume(flow, ['OutboundPackets_d', 'OutboundBytes_d', 'InboundPackets_d', 'InboundBytes_d']),
  }
  return rowOf('AzureNetworkAnalytics_CL', fields, flow, place.target)
}

export function networkRow(flow: Flow, place: FlowPlace): TableRow {
  const { type, source, destination } = endsOf(flow)
  const group = /\/networkSecurityGroups\//i.test(place.accessList)
  const fields: Record<string, Json> = {
    SubType: 'FlowLog',
    FaSchemaVersion: '3',
    FlowStartTime: isoTime(flow.time),
    FlowEndTime: isoTime(flow.time),
    FlowType: type,
    SrcIp: source.column,
    DestIp: destination.column,
    SrcPort: flow.sourcePort,
    SrcPorts: String(flow.sourcePort),
    DestPort: flow.destinationPort,
    L4Protocol: flow.protocol,
    L7Protocol: serviceName(flow.destinationPort),
    FlowDirection: flow.direction === 'I' ? 'Inbound' : 'Outbound',
    FlowStatus: flow.isDenied ? 'Denied' : 'Allowed',
    FlowEncryption: encryption(flow.encryption ?? ''),
    AclGroup: shortId(place.accessList, true),
    AclRule: place.rule,
    ...(group && {
      NsgList: shortId(place.accessList, true),
      NsgRule: place.rule,
      NsgRuleType: ruleType(place.rule),
    }),
    MacAddress: dashed(place.mac),
    TargetResourceId: shortId(place.target, false),
    TargetResourceType: targetType(place.target),
    FlowLogResourceId: shortId(place.flowLog, false),
    ...counted(flow, (name) => name),
    CompletedFlows: Number(flow.isEnd),
    SrcPublicIps: publicText(source, flow),
    DestPublicIps: publicText(destination, flow),
    ...interval(place, 'FlowIntervalStartTime', 'FlowIntervalEndTime'),
    ...volume(flow, ['PacketsSrcToDest', 'BytesSrcToDest', 'PacketsDestToSrc', 'BytesDestToSrc']),
  }
  return rowOf('NTANetAnalytics', fields, flow, place.target)
}

function rowOf(table: string, fields: Record<string, Json>, flow: Flow, target: string): TableRow {
  return { table, fields, time: isoTime(flow.time), ...(target !== '' && { resourceId: target }) }
}

interface End {
  readonly address: string
  /** Its column is empty, and the address stands among the public ones. */
  readonly isBlank: boolean
  readonly column: string
}

function endsOf(flow: Flow): { readonly type: FlowType; readonly source: End; readonly destination: End } {
  const type = flowType(flow.source, flow.destination)
  const hasStranger = type === 'ExternalPublic' || type === 'AzurePublic'
  const end = (address: string): End => {
    const isBlank = hasStranger && addressKind(address) === 'public'
    return { address, isBlank, column: isBlank ? '' : address }
  }
  return { type, source: end(flow.source), destination: end(flow.destination) }
}

/** Address, flows begun and ended, packets out and back, bytes out and back. */
function publicText({ address, isBlank }: End, { isStart, isEnd, counts }: Flow): string {
  if (!isBlank) return ''
  const { packetsOut = 0, packetsBack = 0, bytesOut = 0, bytesBack = 0 } = counts ?? {}
  return [address, Number(isStart), Number(isEnd), packetsOut, packetsBack, bytesOut, bytesBack].join('|')
}

/** A flow counts once, where it begins, so that sums over the tuples are numbers of flows. */
function counted({ direction, isDenied, isStart }: Flow, name: (plain: string) => string): Record<string, Json> {
  const own = `${isDenied ? 'Denied' : 'Allowed'}${direction === 'I' ? 'In' : 'Out'}Flows`
  const names = ['AllowedInFlows', 'DeniedInFlows', 'AllowedOutFlows', 'DeniedOutFlows']
  return Object.fromEntries(names.map((plain) => [name(plain), plain === own ? Number(isStart) : 0]))
}

function volume(
  { counts }: Flow,
  [packetsOut, bytesOut, packetsBack, bytesBack]: readonly [string, string, string, string],
) {
  if (!counts) return {}
  return {
    [packetsOut]: counts.packetsOut,
    [bytesOut]: counts.bytesOut,
    [packetsBack]: counts.packetsBack,
    [bytesBack]: counts.bytesBack,
  }
}

function interval({ writtenAt }: FlowPlace, start: string, end: string): Record<string, Json> {
  return writtenAt === undefined ? {} : { [start]: isoTime(writtenAt - minute), [end]: isoTime(writtenAt) }
}

/** Group and names in lower case, after the subscription if asked for; what is no ARM id stays as it is. */
function shortId(id: string, withSubscription: boolean): string {
  const { subscriptionId, resourceGroup } = resourceParts(id)
  if (subscriptionId === '' || resourceGroup === '') return id
  const steps = (id.toLowerCase().split('/providers/').at(-1) ?? '').split('/').slice(1)
  const names = steps.filter((_, index) => index % 2 === 1)
  return [...(withSubscription ? [subscriptionId] : []), resourceGroup.toLowerCase(), ...names].join('/')
}

const targetTypes: Readonly<Record<string, string>> = {
  virtualnetworks: 'VirtualNetwork',
  'virtualnetworks/subnets': 'Subnet',
  networkinterfaces: 'NetworkInterface',
}

function targetType(id: string): string {
  return targetTypes[resourceParts(id).type.toLowerCase()] ?? ''
}

function ruleType(rule: string): string {
  if (/^DefaultRule_/i.test(rule)) return 'Default'
  return /^UserRule_/i.test(rule) ? 'User Defined' : ''
}

const encryptions: Readonly<Record<string, string>> = {
  X: 'Encrypted',
  NX: 'Unencrypted',
  NX_HW_NOT_SUPPORTED: 'Unsupported hardware',
  NX_SW_NOT_READY: 'Software not ready',
  NX_NOT_ACCEPTED: 'Drop due to no encryption',
  NX_NOT_SUPPORTED: 'Discovery not supported',
  NX_LOCAL_DST: 'Destination on same host',
  NX_FALLBACK: 'Fall back to no encryption',
}

function encryption(text: string): string {
  return Object.hasOwn(encryptions, text) ? (encryptions[text] as string) : text
}

function dashed(mac: string): string {
  return /^[0-9A-F]{12}$/i.test(mac) ? (mac.toUpperCase().match(/../g) ?? []).join('-') : mac
}

function isoTime(millis: number): string {
  return new Date(millis).toISOString()
}
