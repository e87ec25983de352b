// For operators: /healthz (the process answers), /readyz (it can serve), /metrics (Prometheus text format). No token.
import type { FastifyInstance } from 'fastify'
import type { ApiParts } from '../../parts.ts'
import { exposition, type Metric } from './exposition.ts'
import { ingestMetrics, listenerMetrics } from './ingest-metrics.ts'

export async function opsSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  const schema = { tags: ['operations'] }
  scope.get('/healthz', { schema: { ...schema, summary: 'The process answers' } }, async () => ({ status: 'ok' }))
  scope.get(
    '/readyz',
    { schema: { ...schema, summary: 'Queries and ingestion are served' } },
    async (_request, reply) => {
      if (parts.ready()) return { status: 'ready' }
      return reply.code(503).header('retry-after', '1').send({ status: 'not ready' })
    },
  )
  scope.get('/metrics', { schema: { ...schema, summary: 'Prometheus text format' } }, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(exposition(allMetrics(parts))),
  )
}

function allMetrics(parts: ApiParts): readonly Metric[] {
  const { running, queued } = parts.queries.load
  const memory = process.memoryUsage()
  return [
    gauge('conshelf_queries_running', 'Queries that run now.', running),
    gauge('conshelf_queries_queued', 'Queries that wait for others to end.', queued),
    gauge('conshelf_workspaces', 'Workspaces.', parts.workspaces.list().length),
    gauge('process_resident_memory_bytes', 'Resident memory.', memory.rss),
    gauge('process_uptime_seconds', 'Seconds since the start.', process.uptime()),
    ...ingestMetrics(parts.ingest.metrics()),
    ...listenerMetrics(parts.listeners()),
  ]
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', values: [{ value }] }
}
