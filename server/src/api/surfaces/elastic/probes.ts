// What Filebeat, Fluent Bit, Logstash, Vector and the official clients ask an Elasticsearch before they send to it.
import type { FastifyInstance } from 'fastify'
import { parametersOf } from '../../ingestion.ts'

/** Whose bulk API this is; shippers look at the major version. */
const version = {
  number: '8.17.0',
  build_flavor: 'default',
  build_type: 'docker',
  build_hash: '0000000000000000000000000000000000000000',
  build_date: '2024-12-11T12:08:05.663969764Z',
  build_snapshot: false,
  lucene_version: '9.12.0',
  minimum_wire_compatibility_version: '7.17.0',
  minimum_index_compatibility_version: '7.0.0',
}

const license = { status: 'active', uid: '00000000-0000-0000-0000-000000000000', type: 'basic', mode: 'basic' }

const features = {
  ilm: { available: true, enabled: true },
  security: { available: true, enabled: true },
}

const answers: Readonly<Record<string, object>> = {
  '/_license': { license },
  '/_xpack': { build: {}, license, features, tagline: 'You know, for X' },
  '/_cluster/health': { cluster_name: 'conshelf', status: 'green', timed_out: false, number_of_nodes: 1 },
}

/** What shippers set up once; that it exists keeps them from it. */
const named = ['/_index_template/:name', '/_template/:name', '/_component_template/:name', '/_ilm/policy/:name']

export function probes(scope: FastifyInstance): void {
  const schema = (summary: string) => ({ schema: { tags: ['ingest'], summary: `Elasticsearch's ${summary}` } })
  for (const [url, answer] of Object.entries(answers)) scope.get(url, schema('state, for shippers'), async () => answer)
  for (const url of named) {
    const about = schema('templates and policies: taken without effect')
    scope.get(url, about, async (request) => ({ [parametersOf(request).name ?? '']: {} }))
    scope.head(url, about, async (_request, reply) => reply.send())
    scope.put(url, about, async () => ({ acknowledged: true }))
  }
}

export function identity(): object {
  return {
    name: 'conshelf',
    cluster_name: 'conshelf',
    cluster_uuid: 'conshelf',
    version,
    tagline: 'You Know, for Search',
  }
}
