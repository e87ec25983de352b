// Prometheus' HTTP API, for a workspace: at the root as `?workspace=` or the only one, and under a prefix that names it.
// https://prometheus.io/docs/prometheus/latest/querying/api/
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { passwordOf, requireToken } from '../../auth.ts'
import type { ApiParts } from '../../parts.ts'
import { sendError } from './errors.ts'
import { answerLabels, answerLabelValues, answerMetadata, answerSeries } from './metadata.ts'
import { formOf } from './parameters.ts'
import { answerInstant, answerRange } from './query.ts'
import { answerAlerts, answerBuild, answerRules } from './status.ts'
import { remoteWrite } from './write.ts'

type Answer = (parts: ApiParts, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

interface Route {
  readonly path: string
  readonly answer: Answer
  /** With a form as the body, for what is too long for an address. */
  readonly post?: boolean
  readonly summary: string
}

const routes: readonly Route[] = [
  { path: 'query', answer: answerInstant, post: true, summary: 'PromQL at one time' },
  { path: 'query_range', answer: answerRange, post: true, summary: 'PromQL over a range of times' },
  { path: 'series', answer: answerSeries, post: true, summary: 'Series that matchers take' },
  { path: 'labels', answer: answerLabels, post: true, summary: 'Names of labels' },
  { path: 'label/:label/values', answer: answerLabelValues, summary: 'Values of a label' },
  { path: 'metadata', answer: answerMetadata, summary: 'Type, help and unit of metric families' },
  { path: 'rules', answer: answerRules, summary: 'Rule groups; there are none' },
  { path: 'alerts', answer: answerAlerts, summary: 'Active alerts of rule groups; there are none' },
  { path: 'status/buildinfo', answer: answerBuild, summary: 'The version of Prometheus whose API this is' },
]

const prefixes = ['/api/v1', '/prometheus/:workspace/api/v1'] as const

export async function prometheusSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  await scope.register((inner) => remoteWrite(inner, parts))
  await scope.register((inner) => queryApi(inner, parts))
}

async function queryApi(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  // Grafana and promtool know user and password.
  requireToken(scope, parts, passwordOf)
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, formOf(parts))
  scope.setErrorHandler((error, _request, reply) => sendError(parts, reply, error))
  for (const { path, answer, post = false, summary } of routes) {
    for (const prefix of prefixes) {
      scope.route({
        method: post ? ['GET', 'POST'] : 'GET',
        url: `${prefix}/${path}`,
        schema: { tags: ['prometheus'], summary },
        handler: (request, reply) => answer(parts, request, reply),
      })
    }
  }
}
