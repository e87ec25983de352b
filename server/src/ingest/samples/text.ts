// What must come of lines of text: syslog messages, events in CEF and LEEF, container log files, Prometheus' expositions.
import { suffixOf } from './azure.ts'
import type { ExpectedRow } from './compare.ts'

const facilities = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp', 'ntp'],
  ...['audit', 'alert', 'clock', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
]
const severities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

export function syslogRow(line: string): ExpectedRow {
  const event = /\b(CEF|LEEF):[\d.]+\|/.exec(line)
  if (event) return eventRow(event[1] as string, line.slice(event.index))
  const pri = Number(/^<(\d+)>/.exec(line)?.[1])
  const [, host, app, process] = /^<\d+>1 \d{4}-\S+ (\S+) (\S+) (\d+) \S+ /.exec(line) ?? []
  return {
    table: 'Syslog',
    columns: {
      Facility: facilities[pri >> 3],
      SeverityLevel: severities[pri & 7],
      SyslogMessage: (text: unknown) => typeof text === 'string' && text !== '' && line.includes(text.trim()),
      ...(process !== undefined && { HostName: host, Computer: host, ProcessName: app, ProcessID: process }),
    },
  }
}

const cefKeys: Readonly<Record<string, string>> = {
  src: 'SourceIP',
  dst: 'DestinationIP',
  spt: 'SourcePort',
  dpt: 'DestinationPort',
  suser: 'SourceUserName',
  duser: 'DestinationUserName',
  shost: 'SourceHostName',
  act: 'DeviceAction',
  app: 'ApplicationProtocol',
  msg: 'Message',
  request: 'RequestURL',
  cs1: 'DeviceCustomString1',
  cs2: 'DeviceCustomString2',
  cs3Label: 'DeviceCustomString3Label',
  cn1: 'DeviceCustomNumber1',
}

function eventRow(format: string, event: string): ExpectedRow {
  const [, vendor, product, version, id, name, severity] = event.split('|')
  const header = { DeviceVendor: vendor, DeviceProduct: product, DeviceVersion: version, DeviceEventClassID: id }
  if (format === 'LEEF') return { table: 'CommonSecurityLog', columns: header }
  const columns: Record<string, unknown> = { ...header, Activity: name, LogSeverity: severity }
  const extension = event.split('|').slice(7).join('|')
  for (const [, key = '', value = ''] of extension.matchAll(/(?:^|\s)([A-Za-z0-9_]+)=((?:(?!\s[A-Za-z0-9_]+=).)*)/g)) {
    const column = cefKeys[key]
    if (column !== undefined && value.trim() !== '') columns[column] = oneOf(value.trim())
  }
  return { table: 'CommonSecurityLog', columns }
}

/** Devices put values in quotes, which are no part of CEF; both are what the device said. */
const oneOf = (text: string) => (got: unknown) => [text, text.replace(/^"(.*)"$/, '$1')].includes(String(got))

export function dockerRow(line: string): ExpectedRow {
  const { log, stream, time } = JSON.parse(line)
  return logRow(log.replace(/\n$/, ''), stream, time)
}

export function logRow(text: string, stream: string, time: string): ExpectedRow {
  return {
    table: 'ContainerLogV2',
    columns: { LogMessage: (got: unknown) => sameText(got, text), LogSource: stream, OriginalTime: time },
  }
}

/** LogMessage is dynamic: a text is JSON's or the text itself. */
function sameText(got: unknown, text: string): boolean {
  if (got === text) return true
  try {
    const value = JSON.parse(String(got))
    return value === text || JSON.stringify(value) === JSON.stringify(JSON.parse(text))
  } catch {
    return false
  }
}

export function expositionRows(text: string): ExpectedRow[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const families = new Map<string, Record<string, unknown>>()
  for (const [, word, name = '', rest = ''] of lines.flatMap((line) => {
    const match = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line)
    return match ? [match] : []
  })) {
    const help = rest.replaceAll('\\n', '\n').replaceAll('\\\\', '\\')
    families.set(name, {
      ...families.get(name),
      Name: name,
      ...(word === 'TYPE' ? { MetricType: rest === 'untyped' ? 'unknown' : rest } : { Help: help }),
    })
  }
  const samples = lines.filter((line) => !line.startsWith('#')).map(sampleRow)
  return [...samples, ...[...families.values()].map((columns) => ({ table: 'PrometheusMetadata', columns }))]
}

function sampleRow(line: string): ExpectedRow {
  const [, name, braces = '', value = ''] = /^([^\s{]+)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/.exec(line) ?? []
  const labels = [...braces.matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [
    label,
    text.replace(/\\(.)/g, (_whole, c: string) => (c === 'n' ? '\n' : c)),
  ])
  // A label without a value is no label.
  const named = labels.filter(([, text]) => text !== '')
  const number = value.replace(/^\+?Inf$/, 'Infinity').replace(/^-Inf$/, '-Infinity')
  return {
    table: 'PrometheusMetrics',
    columns: { Name: name, Labels: contains(Object.fromEntries(named)), Value: number },
  }
}

/** Every label, beside those of the scrape. */
const contains = (labels: Readonly<Record<string, unknown>>) => (got: unknown) => {
  const all = JSON.parse(String(got))
  const names = Object.keys(labels)
  const own = Object.keys(all).filter((name) => name !== 'job' && name !== 'instance' && name !== '__name__')
  return names.every((name) => all[name] === labels[name]) && own.every((name) => names.includes(name))
}

/** The type of each value in its column's name; structures are JSON in a text. */
export function suffixedRow(table: string, record: Readonly<Record<string, unknown>>): ExpectedRow {
  const columns: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(record)) {
    if (value === null) continue
    const plain = name.replace(/[^A-Za-z0-9_]+/g, '_')
    columns[`${plain}_${suffixOf(value)}`] = value
  }
  return { table, columns }
}
