// Falco's alerts: JSON as http_output and falcosidekick's webhook send it, and lines of its output, JSON or text, into
// FalcoEvents_CL. https://falco.org/docs/concepts/outputs/channels/ https://falco.org/docs/concepts/outputs/formatting/
import type { Clock } from '../../core/clock.ts'
import { parseExact } from '../json/exact.ts'
import { isFields, type JsonFields, readRecords } from '../json/records.ts'
import type { Decoded, Json, Receiver } from '../types.ts'
import { linesOf } from './lines.ts'
import { present } from './shipper/fields.ts'
import { shippedTime } from './shipper/time.ts'

const table = 'FalcoEvents_CL'

export function falco(clock: Clock): Receiver {
  return {
    name: 'falco',
    async *decode(body, head) {
      if (/\bjson\b/i.test(head.contentType)) {
        for await (const batch of readRecords(body)) {
          yield batch.map((record) =>
            'rejected' in record
              ? { rejected: record.rejected, raw: record.text }
              : alertRow(record.value, record.text),
          )
        }
        return
      }
      for await (const lines of linesOf(body)) {
        yield lines.filter((line) => line.trim() !== '').map((line) => lineRow(line, clock))
      }
    },
  }
}

function lineRow(line: string, clock: Clock): Decoded {
  if (!line.trimStart().startsWith('{')) return textRow(line, clock)
  try {
    const value = parseExact(line)
    return isFields(value) ? alertRow(value, line) : { rejected: 'an alert must be an object', raw: line }
  } catch (error) {
    return { rejected: `not JSON: ${error instanceof Error ? error.message : error}`, raw: line }
  }
}

function alertRow(alert: JsonFields, raw: string): Decoded {
  const { rule, output, priority } = alert
  if (typeof rule !== 'string' || rule === '') return { rejected: "an alert of Falco's has a rule", raw }
  const fields = isFields(alert.output_fields) ? alert.output_fields : {}
  const time = shippedTime(alert.time)
  return {
    table,
    fields: present({
      Rule: rule,
      Priority: typeof priority === 'string' ? priorityOf(priority) : priority,
      Source: alert.source,
      Tags: alert.tags,
      Output: output,
      OutputFields: alert.output_fields,
      Hostname: alert.hostname,
      AlertId: alert.uuid,
      ...columnsOf(fields),
    }),
    misfits: 'leave out',
    raw,
    ...(time !== undefined && { time }),
  }
}

/** Columns of output fields that alerts are looked for by; all are in OutputFields. */
const fieldColumns: Readonly<Record<string, readonly string[]>> = {
  PodNamespace: ['k8s.ns.name', 'k8smeta.ns.name', 'ka.target.namespace'],
  PodName: ['k8s.pod.name', 'k8smeta.pod.name', 'ka.target.pod.name'],
  ContainerName: ['container.name'],
  ContainerId: ['container.id'],
  Image: ['container.image', 'container.image.repository'],
  UserName: ['user.name', 'ka.user.name'],
  ProcessName: ['proc.name'],
  CommandLine: ['proc.cmdline'],
}

function columnsOf(fields: JsonFields): Record<string, Json> {
  const columns: Record<string, Json> = {}
  for (const [column, names] of Object.entries(fieldColumns)) {
    const value = names
      .map((name) => fields[name])
      .find((one) => typeof one === 'string' && one !== '' && one !== '<NA>')
    if (value !== undefined) columns[column] = value
  }
  return columns
}

const priorities = ['Emergency', 'Alert', 'Critical', 'Error', 'Warning', 'Notice', 'Informational', 'Debug']

/** Texts and JSON write priorities in different cases. */
function priorityOf(text: string): string {
  const lower = text.toLowerCase()
  if (lower === 'info') return 'Informational'
  return priorities.find((name) => name.toLowerCase() === lower) ?? text
}

const textLine = new RegExp(
  `^(?:(\\d{4}-\\d\\d-\\d\\dT\\S+?)|(\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?)): (${priorities.join('|')}|Info) (.*)$`,
  's',
)

/** The text output has neither rule nor tags: the output's text is what tells alerts apart. */
function textRow(line: string, clock: Clock): Decoded {
  const [, instant, timeOfDay, priority = '', output] = textLine.exec(line) ?? []
  if (output === undefined) return { rejected: "no alert of Falco's: time, priority and text are expected", raw: line }
  const time = instant === undefined ? onDay(timeOfDay ?? '', clock.now()) : shippedTime(instant)
  return {
    table,
    fields: { Priority: priorityOf(priority), Output: output },
    misfits: 'leave out',
    raw: line,
    ...(time !== undefined && { time }),
  }
}

const day = 86_400_000

/** A time of day, in UTC, on the day that brings it nearest to now. */
function onDay(timeOfDay: string, now: number): string | undefined {
  const candidates = [now - day, now, now + day].map(
    (millis) => `${new Date(millis).toISOString().slice(0, 10)}T${timeOfDay}Z`,
  )
  const distance = (text: string) => Math.abs(Date.parse(text.replace(/(\.\d{3})\d+/, '$1')) - now)
  const [nearest] = candidates.sort((a, b) => distance(a) - distance(b))
  return shippedTime(nearest)
}
