// One syslog message -> its parts, for both RFCs and what devices make of them. Nothing is refused: what cannot be told
// apart stays in the text. https://www.rfc-editor.org/rfc/rfc5424#section-6 https://www.rfc-editor.org/rfc/rfc3164#section-4
import { leadingTime } from './times.ts'

export interface SyslogMessage {
  readonly facility: string
  readonly severity: string
  readonly time?: string
  readonly host?: string
  readonly process?: string
  readonly processId?: string
  readonly text: string
}

type Header = Omit<SyslogMessage, 'facility' | 'severity'>

const facilities =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  )
const severities = 'emerg alert crit err warning notice info debug'.split(' ')

/** What a message without PRI has. https://www.rfc-editor.org/rfc/rfc3164#section-4.3.3 */
const missingPriority = 13

/** `now`: milliseconds, for times without a year. */
export function parseSyslog(whole: string, now: number): SyslogMessage {
  const priority = /^<(\d{1,3})>/.exec(whole)
  const known = priority !== null && Number(priority[1]) < 192
  const value = known ? Number(priority[1]) : missingPriority
  const rest = known ? whole.slice(priority[0].length) : whole
  const header = parseModern(rest, now) ?? parseOld(rest.replace(/^1 (?=\S)/, ''), now)
  return { facility: facilities[value >> 3] ?? '', severity: severities[value & 7] ?? '', ...header }
}

const modernHead = /^[1-9]\d{0,2} (\S+) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?=-(?: |$)|\[)/

/** Undefined when it only looks like RFC 5424. */
function parseModern(rest: string, now: number): Header | undefined {
  const head = modernHead.exec(rest)
  if (!head) return undefined
  const [all, stamp = '', host = '', process = '', processId = ''] = head
  const found = stamp === '-' ? undefined : leadingTime(stamp, now)
  if (stamp !== '-' && (found?.length !== stamp.length || found.time === undefined)) return undefined
  const behind = rest.slice(all.length)
  const end = behind.startsWith('-') ? 1 : structuredDataEnd(behind)
  const text = behind.slice(end).replace(/^ {1,2}/, '')
  return {
    ...(found?.time !== undefined && { time: found.time }),
    ...(host !== '-' && { host }),
    ...(process !== '-' && { process }),
    ...(processId !== '-' && { processId }),
    // Devices that send nothing but structured data would have no message at all.
    text: withoutMark(text) || (end > 1 ? behind.slice(0, end) : ''),
  }
}

const dataElement = /\[[^\s="\]]{1,64}(?: +[^\s="\]]{1,64}="(?:[^"\\]|\\[\s\S])*")* *\]/y

/** Where the structured data at the start ends; 0 when there is none, as the text begins with a bracket of its own. */
function structuredDataEnd(text: string): number {
  let end = 0
  dataElement.lastIndex = 0
  while (text[end] === '[' && dataElement.test(text)) {
    end = dataElement.lastIndex
    if (text[end] !== '[') break
  }
  return end
}

/** Cisco's sequence number, and the name that some of its devices put before the time. */
const sequence = /^(?:\d{1,20})?: +(?:([\w.-]+): +)?/
const eventFormat = /^(?:CEF: ?\d|LEEF:\d)/

function parseOld(rest: string, now: number): Header {
  const start = rest.trimStart()
  const numbered = sequence.exec(start)
  const found = leadingTime(start, now)
  const later = found || !numbered ? undefined : leadingTime(start.slice(numbered[0].length), now)
  if (numbered && later) {
    const behind = start.slice(numbered[0].length + later.length)
    return { ...timed(later.time), ...(numbered[1] && { host: numbered[1] }), ...tagged(behind.replace(/^ ?:? +/, '')) }
  }
  if (!found) return tagged(start)
  const behind = start.slice(found.length)
  // A colon ends the header: no host comes behind it.
  if (/^ ?: /.test(behind)) return { ...timed(found.time), ...tagged(behind.replace(/^ ?: +/, '')) }
  return { ...timed(found.time), ...hosted(behind.trimStart()) }
}

function timed(time: string | undefined): { time?: string } {
  return time === undefined ? {} : { time }
}

/** The PRI once more, in words. */
const repeatedPriority = /^(?:[a-z]{3,8}|local\d)\.(?:emerg|alert|crit|err|warning|notice|info|debug) /

function hosted(whole: string): Pick<SyslogMessage, 'host' | 'process' | 'processId' | 'text'> {
  const text = whole.replace(repeatedPriority, '')
  if (/^[%[{"]/.test(text) || eventFormat.test(text) || tag.test(text) || tagWithId.test(text)) return tagged(text)
  const match = /^(\S{1,255})(?: |$)/.exec(text)
  if (!match) return tagged(text)
  const behind = text.slice(match[0].length).replace(/^: +/, '')
  return { host: (match[1] as string).replace(/:$/, ''), ...tagged(behind) }
}

/** F5 writes the severity once more. */
const repeatedSeverity = /^(?:emerg|alert|crit|err|warning|notice|info|debug) (?=[\w./-]+\[\d+\]: )/
const tag = /^([^\s:[\]=,;{}"|<>()]{1,128})(?:\[([^\]\s]{1,64})\])?:(?=\s|$)/
const tagWithId = /^([\w./-]{1,128})\[(\d{1,10})\](?=\s|$)/
/** A name with an underscore is no word of a sentence: `CISE_Alarm WARN: …`. */
const bareTag = /^([A-Za-z]\w{0,63}_\w{1,64})(?= )/
const mnemonic = /^(%[A-Z][\w-]{0,63}-\d-[\w-]{1,64}) ?:/

function tagged(whole: string): Pick<SyslogMessage, 'process' | 'processId' | 'text'> {
  const text = withoutMark(whole.replace(repeatedSeverity, ''))
  if (eventFormat.test(text)) return { text }
  const cisco = mnemonic.exec(text)
  if (cisco) return { process: cisco[1] as string, text }
  const match = tag.exec(text) ?? tagWithId.exec(text) ?? bareTag.exec(text)
  if (!match) return { text }
  const behind = withoutMark(text.slice(match[0].length).replace(/^ /, ''))
  return { process: match[1] as string, ...(match[2] !== undefined && { processId: match[2] }), text: behind }
}

/** https://www.rfc-editor.org/rfc/rfc5424#section-6.4 */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
