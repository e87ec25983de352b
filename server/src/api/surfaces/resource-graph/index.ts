// POST /providers/Microsoft.ResourceGraph/resources: KQL over the resources that there are.
// https://learn.microsoft.com/azure/governance/resource-graph/overview
import { lineColumn } from '@conshelf/kql'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServerError } from '../../../core/errors.ts'
import { InvalidQuery } from '../../../query/types.ts'
import { principalOf, requireToken } from '../../auth.ts'
import { baseOf } from '../../base.ts'
import { textOf } from '../../body.ts'
import { begin, serverErrorOf } from '../../errors.ts'
import type { ApiParts } from '../../parts.ts'
import { fieldsOf, isFields } from '../query/request.ts'
import { graphAnswer } from './answer.ts'
import { graphRequest } from './request.ts'
import { containerTable, type GraphRow, graphRows } from './tables.ts'

export async function resourceGraphSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  requireToken(scope, parts)
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (request: FastifyRequest) => textOf(request.raw, parts.limits.queryBodyBytes))
  scope.setErrorHandler((error, _request, reply) => {
    const known = serverErrorOf(error)
    return begin(reply, known, parts.log).send({ error: errorBody(known) })
  })
  const schema = { tags: ['management'], summary: 'Queries the resources that there are' }
  scope.post('/providers/Microsoft.ResourceGraph/resources', { schema }, async (request) => {
    const version = isFields(request.query) ? request.query['api-version'] : undefined
    if (version === undefined) throw new ServerError('missingApiVersion')
    const asked = graphRequest(fieldsOf(String(request.body ?? '')), String(version))
    const { text, subscriptions } = asked
    const { rights } = principalOf(request)
    const all = await graphRows(parts, baseOf(request))
    const isAsked = ({ subscriptionId }: GraphRow): boolean =>
      !subscriptions || subscriptions.has(subscriptionId.toLowerCase())
    // A subscription or group is shown to those who have something in it.
    const isShown = (table: string, { id, type }: GraphRow): boolean =>
      rights.allows(`${type}/read`, id) || (table === containerTable && rights.reaches(id))
    const visible = [...all].map(
      ([table, rows]) => [table, rows.filter((row) => isAsked(row) && isShown(table, row))] as const,
    )
    const wholeLanguage = parts.resourceGraphLanguage === 'all'
    return graphAnswer(parts.rowQueries, asked, { text, rows: new Map(visible), wholeLanguage })
  })
}

function errorBody(error: ServerError) {
  const { code, status } = error.entry
  if (error instanceof InvalidQuery) {
    const message = 'Query is invalid. Please refer to the documentation of the query language of Resource Graph.'
    return { code: 'BadRequest', message, details: [{ code: 'InvalidQuery', message }, ...failures(error)] }
  }
  const isBadRequest = status === 400 && error.errorName !== 'missingApiVersion'
  if (!isBadRequest) return { code, message: error.message }
  const message = String(error.details.reason ?? error.message)
  return { code: 'BadRequest', message, details: [{ code: 'InvalidParameter', message }] }
}

function failures({ text, diagnostics }: InvalidQuery) {
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ message, hint, start, length }) => {
      const { line, column } = lineColumn(text, start)
      return {
        code: 'ParserFailure',
        message: hint === undefined ? message : `${message} (${hint})`,
        line,
        characterPositionInLine: column - 1,
        token: text.slice(start, start + length),
      }
    })
}
