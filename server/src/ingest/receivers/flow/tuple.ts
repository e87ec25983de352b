// One flow tuple: the comma-separated text of NSG flow logs (versions 1 and 2) and virtual network flow logs.
// https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview#log-format
// https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview#log-format
import { isIP } from 'node:net'

export interface Flow {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly source: string
  readonly destination: string
  readonly sourcePort: number
  readonly destinationPort: number
  /** `T`, `U`, or the IANA number of another protocol. */
  readonly protocol: string
  readonly direction: 'I' | 'O'
  readonly isDenied: boolean
  /** Whether the tuple tells of a flow for the first time, and for the last. */
  readonly isStart: boolean
  readonly isEnd: boolean
  /** As written, virtual network flow logs only. */
  readonly encryption: string | undefined
  /** Absent in version 1 and where a flow begins. */
  readonly counts: FlowCounts | undefined
}

export interface FlowCounts {
  readonly packetsOut: number
  readonly bytesOut: number
  readonly packetsBack: number
  readonly bytesBack: number
}

export type FlowLogKind = 'nsg' | 'vnet'

/** The flow, or what is wrong with the text. */
export function readTuple(text: string, kind: FlowLogKind): Flow | string {
  const parts = text.split(',')
  if (parts.length !== 13 && !(kind === 'nsg' && parts.length === 8)) {
    return `a flow tuple of ${kind === 'nsg' ? '8 or 13' : '13'} parts was expected, this one has ${parts.length}`
  }
  const [time = '', source = '', destination = '', sourcePort = '', destinationPort = '', protocol = ''] = parts
  const ends = endsOf(time, source, destination, sourcePort, destinationPort)
  if (typeof ends === 'string') return ends
  const known = protocolOf(protocol, kind)
  if (known === undefined) return `the protocol '${protocol}' is not known`
  const direction = parts[6]
  if (direction !== 'I' && direction !== 'O') return `the direction is I or O, not '${direction}'`
  const outcome = kind === 'nsg' ? groupOutcome(parts) : networkOutcome(parts)
  if (typeof outcome === 'string') return outcome
  const counts = countsOf(parts.slice(9))
  if (typeof counts === 'string') return counts
  return { ...ends, protocol: known, direction, ...outcome, counts }
}

type Ends = Pick<Flow, 'time' | 'source' | 'destination' | 'sourcePort' | 'destinationPort'>

function endsOf(time: string, source: string, destination: string, from: string, to: string): Ends | string {
  const millis = millisOf(time)
  if (millis === undefined) return `'${time}' is no time in seconds or milliseconds since 1970`
  for (const address of [source, destination]) if (isIP(address) === 0) return `'${address}' is no IP address`
  for (const port of [from, to]) if (!isPort(port)) return `'${port}' is no port`
  return { time: millis, source, destination, sourcePort: Number(from), destinationPort: Number(to) }
}

/** Groups write seconds, networks milliseconds: 12 digits or more are the latter until the year 5138. */
function millisOf(text: string): number | undefined {
  if (!/^\d{1,14}$/.test(text)) return undefined
  return text.length < 12 ? Number(text) * 1000 : Number(text)
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
}

function protocolOf(text: string, kind: FlowLogKind): string | undefined {
  if (kind === 'nsg') return text === 'T' || text === 'U' ? text : undefined
  if (text === '6') return 'T'
  if (text === '17') return 'U'
  return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? text : undefined
}

type Outcome = Pick<Flow, 'isDenied' | 'isStart' | 'isEnd' | 'encryption'>

/** Decision, then the state that version 2 added. */
function groupOutcome([, , , , , , , decision, state]: readonly string[]): Outcome | string {
  if (decision !== 'A' && decision !== 'D') return `the decision is A or D, not '${decision}'`
  if (state !== undefined && !/^[BCE]$/.test(state)) return `the state of a flow is B, C or E, not '${state}'`
  const isStart = state === undefined || state === 'B'
  return { isDenied: decision === 'D', isStart, isEnd: state === 'E', encryption: undefined }
}

function networkOutcome([, , , , , , , state = '', encryption]: readonly string[]): Outcome | string {
  if (!/^[BCED]$/.test(state)) return `the state of a flow is B, C, E or D, not '${state}'`
  const isDenied = state === 'D'
  return { isDenied, isStart: isDenied || state === 'B', isEnd: state === 'E', encryption }
}

function countsOf(parts: readonly string[]): FlowCounts | undefined | string {
  if (parts.every((part) => part === '')) return undefined
  const bad = parts.find((part) => !/^\d{0,15}$/.test(part))
  if (bad !== undefined) return `'${bad}' is no number of packets or bytes`
  const [packetsOut = 0, bytesOut = 0, packetsBack = 0, bytesBack = 0] = parts.map(Number)
  return { packetsOut, bytesOut, packetsBack, bytesBack }
}
