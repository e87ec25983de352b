// Syslog of RFC 3164 and RFC 5424, in either framing of RFC 6587, to Syslog; CEF and LEEF inside it to CommonSecurityLog.
// Parameters: `peer` (address of the sender), `collector` (name of this machine).
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/syslog
import type { Content } from '../../content/content.ts'
import type { Clock } from '../../core/clock.ts'
import type { Decoded, Json, Receiver, TableRow } from '../types.ts'
import { type EventMapper, eventMapper } from './syslog/event-columns.ts'
import { securityEvent } from './syslog/event-format.ts'
import { type Framed, Framer, type FramingLimits } from './syslog/framing.ts'
import { parseSyslog, type SyslogMessage } from './syslog/message.ts'
import { textOfBytes } from './text.ts'

/** Where a message came from and who took it. */
export interface Origin {
  /** Address of the sender; empty when there is none. */
  readonly peer: string
  readonly collector: string
}

export interface SyslogReceiver extends Receiver {
  /** A framer for a stream of messages. */
  framer(): Framer
  row(message: Framed, origin: Origin): Decoded
}

export function syslog(open: () => Content, clock: Clock, limits?: FramingLimits): SyslogReceiver {
  const mapper = eventMapper(open)
  const row = (message: Framed, origin: Origin) => rowOf(message, origin, mapper, clock.now())
  const framer = () => new Framer(limits)
  return {
    name: 'syslog',
    framer,
    row,
    async *decode(body, head) {
      const { peer = '', collector = '' } = head.parameters
      const origin = { peer, collector }
      const frames = framer()
      for await (const chunk of body) yield frames.push(chunk).map((message) => row(message, origin))
      yield frames.end().map((message) => row(message, origin))
    },
  }
}

function rowOf({ bytes, fault }: Framed, origin: Origin, mapper: EventMapper, now: number): Decoded {
  const raw = withoutTrailer(textOfBytes(bytes))
  if (fault !== undefined) return { rejected: fault, raw }
  try {
    return rowOfText(raw, origin, mapper, now)
  } catch (error) {
    // A pattern that runs out of stack.
    if (error instanceof RangeError) return { rejected: `the message cannot be read: ${error.message}`, raw }
    throw error
  }
}

function rowOfText(raw: string, origin: Origin, mapper: EventMapper, now: number): TableRow {
  const message = parseSyslog(raw, now)
  const event = securityEvent(message.text)
  return event ? eventRow(message, mapper(event, now), origin, raw) : syslogRow(message, origin, now, raw)
}

/** Line ends and NULs are of the transport, not of the message. */
function withoutTrailer(text: string): string {
  let end = text.length
  while (end > 0 && '\r\n\0'.includes(text[end - 1] as string)) end--
  return text.slice(0, end)
}

function syslogRow(message: SyslogMessage, origin: Origin, now: number, raw: string): TableRow {
  const { time = new Date(now).toISOString() } = message
  const processId = integerOf(message.processId)
  const fields: Record<string, Json> = {
    ...sourceColumns(message, origin),
    EventTime: time,
    Facility: message.facility,
    HostName: message.host ?? origin.peer,
    SeverityLevel: message.severity,
    SyslogMessage: message.text,
    ...(origin.peer !== '' && { HostIP: origin.peer }),
    ...(message.process !== undefined && { ProcessName: message.process }),
    ...(processId !== undefined && { ProcessID: processId }),
  }
  return { table: 'Syslog', fields, time, raw }
}

function eventRow(message: SyslogMessage, columns: ReturnType<EventMapper>, origin: Origin, raw: string): TableRow {
  const time = message.time ?? columns.time
  const fields = { ...columns.fields, ...sourceColumns(message, origin) }
  return { table: columns.table, fields, raw, ...(time !== undefined && { time }) }
}

function sourceColumns({ host }: SyslogMessage, { peer, collector }: Origin): Record<string, Json> {
  return { SourceSystem: 'Linux', Computer: host ?? peer, ...(collector !== '' && { CollectorHostName: collector }) }
}

/** Process ids of RFC 5424 may be any text; the column holds an int. */
function integerOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined
  const value = Number(text)
  return value <= 2_147_483_647 ? value : undefined
}
