// A source of topics as the settings describe it, followed until the signal aborts.
import { readFileSync } from 'node:fs'
import type { Store } from '../../../store/store.ts'
import type { DeliveryParts, Target } from '../deliver.ts'
import type { KafkaSettings, Secrets } from '../settings.ts'
import { type ClusterOptions, openCluster } from './cluster.ts'
import { positionsIn } from './positions.ts'
import { TopicReader } from './topics.ts'

export interface FollowParts extends DeliveryParts {
  readonly store: Pick<Store, 'value' | 'apply'>
  readonly target: Target
}

/** Throws when the settings cannot be; what it answers runs until the signal aborts. */
export function topicsOf(source: KafkaSettings, secrets: Secrets, parts: FollowParts): () => Promise<void> {
  const { topics, ...options } = connectionOf(source, secrets)
  const { name, start = 'earliest' } = source
  return async () => {
    const cluster = openCluster(options)
    const stop = () => void cluster.close().catch(() => undefined)
    parts.signal.addEventListener('abort', stop, { once: true })
    const positions = positionsIn(parts.store, name)
    await new TopicReader({ ...parts, cluster, positions, name, topics, start }).run()
  }
}

export function connectionOf(
  { brokers = [], topics, connectionStringVariable, tls, ca, mechanism, user, passwordVariable }: KafkaSettings,
  secrets: Secrets,
): ClusterOptions & { readonly topics: readonly string[] } {
  const trusted = ca === undefined ? {} : { ca: readFileSync(ca) }
  if (connectionStringVariable !== undefined) {
    const hub = eventHubOf(secrets[connectionStringVariable] ?? '', connectionStringVariable)
    const read = topics ?? (hub.topic === undefined ? undefined : [hub.topic])
    if (!read) throw new Error(`'topics' is needed: ${connectionStringVariable} has no EntityPath`)
    return { brokers: [hub.broker], topics: read, tls: trusted, sasl: hub.sasl }
  }
  const isTls = tls ?? ca !== undefined
  const password = passwordVariable === undefined ? undefined : secrets[passwordVariable]
  return {
    brokers,
    topics: topics ?? [],
    ...(isTls && { tls: trusted }),
    ...(user !== undefined &&
      password !== undefined && { sasl: { mechanism: mechanism ?? 'PLAIN', username: user, password } }),
  }
}

/** https://learn.microsoft.com/azure/event-hubs/azure-event-hubs-apache-kafka-overview */
function eventHubOf(connectionString: string, variable: string) {
  const part = (name: string) => new RegExp(`(?:^|;)\\s*${name}=([^;]+)`, 'i').exec(connectionString)?.[1]
  const [, host, port = '9093'] = /^sb:\/\/([^/:]+)(?::(\d+))?/i.exec(part('Endpoint') ?? '') ?? []
  if (host === undefined) throw new Error(`${variable} is no connection string of Event Hubs: Endpoint=sb://…`)
  const sasl = { mechanism: 'PLAIN', username: '$ConnectionString', password: connectionString } as const
  return { broker: `${host}:${port}`, topic: part('EntityPath'), sasl }
}
