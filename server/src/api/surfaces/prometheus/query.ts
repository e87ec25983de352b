// GET|POST /api/v1/query and /api/v1/query_range.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PromqlError } from '../../../promql/errors.ts'
import { instantAnswer, type PromqlAnswer, type Running, rangeAnswer } from '../../../promql/promql.ts'
import { kqlSource } from '../../../promql/select/kql.ts'
import type { ApiParts } from '../../parts.ts'
import { sendParts } from '../../stream.ts'
import { answerText } from './answer.ts'
import { invalidParameter, ofParameter } from './errors.ts'
import { callerOf, durationIn, limitIn, parametersIn, requiredTime, timeIn } from './parameters.ts'

/** Of one series in one answer. https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries */
const mostPoints = 11_000

export async function answerInstant(parts: ApiParts, request: FastifyRequest, reply: FastifyReply) {
  const parameters = parametersIn(request)
  const query = queryIn(parameters)
  const time = timeIn(parameters, 'time') ?? parts.clock.now()
  return send(parts, request, reply, (running) => instantAnswer(query, time, running))
}

export async function answerRange(parts: ApiParts, request: FastifyRequest, reply: FastifyReply) {
  const parameters = parametersIn(request)
  const query = queryIn(parameters)
  const start = requiredTime(parameters, 'start')
  const end = requiredTime(parameters, 'end')
  if (end < start) throw invalidParameter('end', 'end timestamp must not be before start time')
  const step = durationIn(parameters, 'step')
  if (step === undefined) throw invalidParameter('step', 'cannot parse "" to a valid duration')
  if (step <= 0) {
    const reason = 'zero or negative query resolution step widths are not accepted. Try a positive integer'
    throw invalidParameter('step', reason)
  }
  if ((end - start) / step > mostPoints) {
    const reason =
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)'
    throw new PromqlError('bad_data', reason)
  }
  return send(parts, request, reply, (running) => rangeAnswer(query, { start, end, step }, running))
}

function queryIn(parameters: URLSearchParams): string {
  if (parameters.get('lookback_delta')) throw invalidParameter('lookback_delta', 'only the default of 5m is supported')
  return parameters.get('query') ?? ''
}

async function send(
  parts: ApiParts,
  request: FastifyRequest,
  reply: FastifyReply,
  run: (running: Running) => Promise<PromqlAnswer>,
): Promise<FastifyReply> {
  const parameters = parametersIn(request)
  const limit = limitIn(parameters)
  const caller = callerOf(parts, request, reply)
  const { queries, clock, limits } = parts
  const maxSamples = limits.promqlSamples
  const source = kqlSource({ queries, caller, maxSamples, comment: queryIn(parameters) })
  const answer = await ofParameter('query', () => run({ source, clock, maxSamples, signal: caller.signal }))
  reply.type('application/json; charset=utf-8')
  return sendParts(request, reply, answerText(answer, limit), () => '')
}
