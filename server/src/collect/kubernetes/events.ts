// Events of the cluster: what is kept of one, and its row.
// https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ (in core/v1, which every version serves)
import { type Cluster, clusterColumns } from '../../container-insights/cluster.ts'
import type { KubeEventsRow } from '../../container-insights/objects.ts'
import type { Kind } from './api/mirror.ts'
import type { RawMetadata } from './metadata.ts'

interface RawEvent {
  readonly metadata?: RawMetadata
  readonly involvedObject?: { readonly kind?: string; readonly namespace?: string; readonly name?: string }
  readonly reason?: string
  readonly message?: string
  readonly type?: string
  readonly source?: { readonly component?: string; readonly host?: string }
  readonly reportingComponent?: string
  readonly firstTimestamp?: string | null
  readonly lastTimestamp?: string | null
  readonly eventTime?: string | null
  readonly count?: number
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string } | null
}

export interface KubeEvent {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly reason: string
  readonly message: string
  readonly type: string
  readonly component: string
  readonly node: string
  readonly firstSeen: string
  readonly lastSeen: string
  readonly count: number
}

/** Ordinary events are many and seldom asked for; the agent leaves them out unless told otherwise. */
export function eventKind(all: boolean): Kind<KubeEvent> {
  return {
    resource: 'events',
    path: '/api/v1/events',
    ...(!all && { selector: { fieldSelector: 'type!=Normal' } }),
    keep: (object) => eventOf(object as RawEvent),
  }
}

/** Newer components write `eventTime` and `series` where older ones write timestamps and `count`. */
function eventOf(raw: RawEvent): KubeEvent | undefined {
  const lastSeen = raw.series?.lastObservedTime ?? raw.lastTimestamp ?? raw.eventTime ?? raw.metadata?.creationTimestamp
  if (!lastSeen) return undefined
  return {
    kind: raw.involvedObject?.kind ?? '',
    namespace: raw.involvedObject?.namespace ?? '',
    name: raw.involvedObject?.name ?? '',
    reason: raw.reason ?? '',
    message: raw.message ?? '',
    type: raw.type ?? '',
    component: raw.source?.component || raw.reportingComponent || '',
    node: raw.source?.host ?? '',
    firstSeen: raw.firstTimestamp ?? raw.eventTime ?? lastSeen,
    lastSeen,
    count: raw.series?.count ?? raw.count ?? 1,
  }
}

/** Its time is when it was last seen: an event that goes on is told anew each time its count has grown. */
export function eventRow(cluster: Cluster, event: KubeEvent): KubeEventsRow {
  return {
    TimeGenerated: event.lastSeen,
    Computer: event.node,
    ObjectKind: event.kind,
    Namespace: event.namespace,
    Name: event.name,
    Reason: event.reason,
    Message: event.message,
    KubeEventType: event.type,
    SourceComponent: event.component,
    FirstSeen: event.firstSeen,
    LastSeen: event.lastSeen,
    Count: event.count,
    ...clusterColumns(cluster),
  }
}
