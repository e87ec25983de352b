// What a shipper knows of the pod that a line came from, in the shapes that shippers have for it.
// https://docs.fluentbit.io/manual/data-pipeline/filters/kubernetes
// https://vector.dev/docs/reference/configuration/sources/kubernetes_logs/
// https://www.elastic.co/docs/reference/beats/filebeat/exported-fields-kubernetes-processor
// https://opentelemetry.io/docs/specs/semconv/resource/k8s/
import type { JsonFields } from '../../json/records.ts'
import type { Json } from '../../types.ts'
import { containerOf } from '../container-file/identity.ts'
import { present, valueAt } from './fields.ts'

export interface Pod {
  readonly namespace: Json | undefined
  readonly name: Json | undefined
  readonly container: Json | undefined
  readonly containerId: Json | undefined
  readonly host: Json | undefined
  readonly metadata: JsonFields
}

/** Where each shape has a value, the first that is a text counts. */
const places = {
  name: ['kubernetes pod_name', 'kubernetes pod name', 'kubernetes pod', 'k8s pod name'],
  namespace: [
    'kubernetes namespace_name',
    'kubernetes pod_namespace',
    'kubernetes namespace',
    'kubernetes namespace name',
    'k8s namespace name',
  ],
  container: ['kubernetes container_name', 'kubernetes container name', 'kubernetes container', 'k8s container name'],
  containerId: [
    'kubernetes docker_id',
    'kubernetes container_id',
    'kubernetes container id',
    'container id',
    'k8s container id',
  ],
  host: [
    'kubernetes host',
    'kubernetes node_name',
    'kubernetes pod_node_name',
    'kubernetes node name',
    'k8s node name',
    'host name',
  ],
  uid: ['kubernetes pod_id', 'kubernetes pod_uid', 'kubernetes pod uid', 'k8s pod uid'],
  image: ['kubernetes container_image', 'kubernetes container image', 'container image name', 'k8s container image'],
  imageId: ['kubernetes container_hash', 'kubernetes container_image_id'],
} as const

/** Undefined: nothing names a pod. */
export function podOf(fields: JsonFields): Pod | undefined {
  const name = textAt(fields, 'name')
  if (name === undefined) return undefined
  const image = textAt(fields, 'image')
  const metadata = present({
    podUid: textAt(fields, 'uid'),
    podLabels: valueAt(fields, 'kubernetes', 'labels') ?? valueAt(fields, 'kubernetes', 'pod_labels'),
    podAnnotations: valueAt(fields, 'kubernetes', 'annotations') ?? valueAt(fields, 'kubernetes', 'pod_annotations'),
    ...(image === undefined ? {} : imageParts(image)),
    imageID: textAt(fields, 'imageId'),
  })
  return {
    namespace: textAt(fields, 'namespace'),
    name,
    container: textAt(fields, 'container'),
    containerId: textAt(fields, 'containerId')?.replace(/^[\w.-]+:\/\//, ''),
    host: textAt(fields, 'host'),
    metadata,
  }
}

function textAt(fields: JsonFields, what: keyof typeof places): string | undefined {
  for (const place of places[what]) {
    const value = valueAt(fields, ...place.split(' '))
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/** `registry/path/name:tag@digest` */
function imageParts(image: string): JsonFields {
  const [, repository = '', imageTag] = /^([^@]*?)(?::([^/:@]+))?(?:@.*)?$/.exec(image) ?? []
  return present({ image, imageRepo: repository, imageTag })
}

/** Tags end in the name of the file, with dots for the slashes of its path. */
export function podOfTag(tag: string): Pod | undefined {
  const { namespace, pod, container, containerId } = containerOf(tag.replace(/^.*\bvar\.log\.containers\./, '/'))
  if (container === undefined) return undefined
  return { namespace, name: pod, container, containerId, host: undefined, metadata: {} }
}
