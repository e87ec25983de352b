// A line of a container with what a shipper knows of its pod -> ContainerLogV2.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerlogv2
// https://docs.fluentbit.io/manual/data-pipeline/filters/kubernetes
import { isFields, type JsonFields } from '../../json/records.ts'
import type { Json, TableRow } from '../../types.ts'
import { type ContainerIdentity, containerOf } from '../container-file/identity.ts'
import { readPiece } from '../container-file/lines.ts'
import type { ShippedRecord } from './route.ts'

interface Pod {
  readonly namespace: Json | undefined
  readonly name: Json | undefined
  readonly container: Json | undefined
  readonly containerId: Json | undefined
  readonly host: Json | undefined
  readonly metadata: JsonFields
}

/** Fields that say nothing that another column does not. */
const known: ReadonlySet<string> = new Set([
  'log',
  'message',
  'msg',
  'stream',
  'time',
  'kubernetes',
  'docker',
  'logtag',
  '_p',
  'date',
  '@timestamp',
])

/** Undefined: the record is of no container. */
export function containerRow({ tag, time, fields, raw }: ShippedRecord): TableRow | undefined {
  const pod = podOf(fields) ?? podOfTag(tag)
  if (!pod) return undefined
  const text = [fields.log, fields.message, fields.msg].find((value) => value !== undefined && value !== null)
  const line = typeof text === 'string' ? writtenOf(text) : undefined
  const more = Object.fromEntries(Object.entries(fields).filter(([name]) => !known.has(name)))
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

/** What the kubernetes filters of Fluent Bit and Fluentd add. */
function podOf({ kubernetes }: JsonFields): Pod | undefined {
  if (!isFields(kubernetes)) return undefined
  const { labels, annotations, pod_id, container_image, container_hash, container_image_id } = kubernetes
  const image = typeof container_image === 'string' ? imageParts(container_image) : {}
  const metadata = present({
    podUid: pod_id,
    podLabels: labels,
    podAnnotations: annotations,
    ...image,
    imageID: container_hash ?? container_image_id,
  })
  return {
    namespace: kubernetes.namespace_name ?? kubernetes.namespace,
    name: kubernetes.pod_name ?? kubernetes.pod,
    container: kubernetes.container_name ?? kubernetes.container,
    containerId: kubernetes.docker_id ?? kubernetes.container_id,
    host: kubernetes.host ?? kubernetes.node_name,
    metadata,
  }
}

/** `registry/path/name:tag@digest` */
function imageParts(image: string): JsonFields {
  const [, repository = '', imageTag] = /^([^@]*?)(?::([^/:@]+))?(?:@.*)?$/.exec(image) ?? []
  return present({ image, imageRepo: repository, imageTag })
}

/** Tags end in the name of the file, with dots for the slashes of its path. */
function podOfTag(tag: string): Pod | undefined {
  const file = containerOf(tag.replace(/^.*\bvar\.log\.containers\./, '/'))
  return file.container === undefined ? undefined : podOfFile(file)
}

function podOfFile({ namespace, pod, container, containerId }: ContainerIdentity): Pod {
  return { namespace, name: pod, container, containerId, host: undefined, metadata: {} }
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

function levelOf({ level, severity }: JsonFields): string {
  const text = typeof level === 'string' ? level : typeof severity === 'string' ? severity : ''
  return levels[text.toLowerCase()] ?? 'unknown'
}

function present(fields: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  const entries = Object.entries(fields).filter((entry): entry is [string, Json] => {
    return entry[1] !== undefined && entry[1] !== null && entry[1] !== ''
  })
  return Object.fromEntries(entries)
}
