// A line of a container with what a shipper knows of its pod -> ContainerLogV2.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerlogv2
import type { JsonFields } from '../../json/records.ts'
import type { Json, TableRow } from '../../types.ts'
import { readPiece } from '../container-file/lines.ts'
import { present, valueAt } from './fields.ts'
import { podOf, podOfTag } from './pod.ts'
import type { ShippedRecord } from './route.ts'

/** Fields that say nothing that another column does not. */
const known: ReadonlySet<string> = new Set([
  'stream',
  'time',
  'kubernetes',
  'docker',
  'logtag',
  '_p',
  'date',
  '@timestamp',
])

/** Where the line is; the first that is there counts. An object `log` is ECS's and no line. */
const textFields = ['log', 'message', 'msg']

function isText(value: Json | undefined): boolean {
  return value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value))
}

/** Undefined: the record is of no container. */
export function containerRow({ tag, time, fields, raw }: ShippedRecord): TableRow | undefined {
  const pod = podOf(fields) ?? podOfTag(tag)
  if (!pod) return undefined
  const name = textFields.find((field) => isText(fields[field]))
  const text = name === undefined ? undefined : fields[name]
  const line = typeof text === 'string' ? writtenOf(text) : undefined
  const more = Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name && !known.has(field)))
  // A shipper that took the line apart and did not keep it sends its parts.
  const message = line?.text ?? text ?? more
  const isWhole = text !== undefined && Object.keys(more).length > 0
  const row: Record<string, Json | undefined> = {
    Computer: pod.host,
    ContainerId: pod.containerId,
    ContainerName: pod.container,
    PodName: pod.name,
    PodNamespace: pod.namespace,
    LogMessage: message,
    LogSource: line?.stream ?? fields.stream,
    LogLevel: levelOf(fields),
    KubernetesMetadata: isWhole ? { ...pod.metadata, fields: more } : pod.metadata,
    SourceSystem: 'Containers',
  }
  const at = line?.time ?? time
  return {
    table: 'ContainerLogV2',
    fields: present(row),
    misfits: 'leave out',
    ...(at !== undefined && { time: at }),
    ...(raw !== undefined && { raw }),
  }
}

/** What the container wrote; shippers that do not read the runtime's format send its lines as they are. */
function writtenOf(whole: string): { readonly text: string; readonly stream?: string; readonly time?: string } {
  const line = whole.replace(/\r?\n$/, '')
  return readPiece(line) ?? { text: line }
}

const levels: Readonly<Record<string, string>> = {
  fatal: 'critical',
  critical: 'critical',
  crit: 'critical',
  error: 'error',
  err: 'error',
  warn: 'warning',
  warning: 'warning',
  info: 'info',
  information: 'info',
  notice: 'info',
  debug: 'debug',
  trace: 'trace',
}

function levelOf(fields: JsonFields): string {
  const found = [fields.level, fields.severity, valueAt(fields, 'log', 'level'), fields.detected_level]
  const text = found.find((value) => typeof value === 'string') ?? ''
  return levels[String(text).toLowerCase()] ?? 'unknown'
}
