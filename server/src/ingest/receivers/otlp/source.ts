// What all records of a resource and a scope have in common, as columns.
// https://opentelemetry.io/docs/specs/semconv/resource/
import type { Json } from '../../types.ts'
import { type Fields, messageIn, textIn } from '../protobuf/values.ts'
import { type Attributes, attributesIn } from './values.ts'

export interface Origin {
  /** By column name. */
  readonly columns: Readonly<Record<string, Json>>
  /** ARM id, when the resource says so. */
  readonly resourceId?: string
}

/** Of one entry of `resourceLogs`, `resourceMetrics` or `resourceSpans`. */
export function resourceOrigin(entry: Fields): Origin {
  const resource = messageIn(entry, 'resource')
  const attributes = resource && attributesIn(resource)
  const id = textAt(attributes, 'cloud.resource_id')
  return {
    columns: {
      ...(attributes && { ResourceAttributes: attributes }),
      ...serviceColumns(attributes),
      ...texts({ ResourceSchemaUrl: textIn(entry, 'schemaUrl') }),
    },
    ...(/^\/subscriptions\//i.test(id) && { resourceId: id }),
  }
}

/** Of one entry of `scopeLogs`, `scopeMetrics` or `scopeSpans`, with those of its resource. */
export function scopeOrigin(origin: Origin, entry: Fields): Origin {
  const scope = messageIn(entry, 'scope')
  const attributes = scope && attributesIn(scope)
  return {
    ...origin,
    columns: {
      ...origin.columns,
      ...(scope && texts({ ScopeName: textIn(scope, 'name'), ScopeVersion: textIn(scope, 'version') })),
      ...(attributes && { ScopeAttributes: attributes }),
      ...texts({ SchemaUrl: textIn(entry, 'schemaUrl') }),
    },
  }
}

function serviceColumns(attributes: Attributes | undefined): Record<string, string> {
  const name = textAt(attributes, 'service.name')
  const namespace = textAt(attributes, 'service.namespace')
  return texts({
    ServiceName: name,
    ServiceNamespace: namespace,
    ServiceVersion: textAt(attributes, 'service.version'),
    ServiceInstanceId: textAt(attributes, 'service.instance.id'),
    RoleName: namespace !== '' && name !== '' ? `[${namespace}]/${name}` : name,
  })
}

/** Those of logs alone. */
export function placeColumns({ columns }: Origin): Record<string, string> {
  const attributes = columns.ResourceAttributes as Attributes | undefined
  return texts({
    K8sNamespaceName: textAt(attributes, 'k8s.namespace.name'),
    K8sPodName: textAt(attributes, 'k8s.pod.name'),
    K8sContainerName: textAt(attributes, 'k8s.container.name'),
    DeploymentEnvironmentName:
      textAt(attributes, 'deployment.environment.name') || textAt(attributes, 'deployment.environment'),
  })
}

/** Those of logs and spans: `otlp:opentelemetry:nodejs:1.15.1`. */
export function sdkColumns({ columns }: Origin): Record<string, string> {
  return texts({ SDKVersion: sdkOf(columns.ResourceAttributes as Attributes | undefined) })
}

function sdkOf(attributes: Attributes | undefined): string {
  const [name, language, version] = ['name', 'language', 'version'].map((part) =>
    textAt(attributes, `telemetry.sdk.${part}`),
  )
  return name === '' ? '' : `otlp:${name}:${language}:${version}`
}

function textAt(attributes: Attributes | undefined, key: string): string {
  const value = attributes?.[key]
  return typeof value === 'string' ? value : ''
}

/** Without the empty ones. */
export function texts(columns: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(columns).filter(([, text]) => text !== ''))
}
