// POST and PUT /_bulk, /{index}/_bulk: the outcome of each item, in their order.
// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type BulkItem, elasticBulk } from '../../../ingest/receivers/elastic-bulk.ts'
import { bodyOf } from '../../body.ts'
import { acceptBody, parametersOf } from '../../ingestion.ts'
import type { ApiParts } from '../../parts.ts'

export async function bulk(parts: ApiParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const started = parts.clock.now()
  const items: BulkItem[] = []
  const { errors } = await acceptBody(parts, request, {
    receiver: elasticBulk((item) => items.push(item)),
    body: bodyOf(request.raw),
    everyError: true,
  })
  const reasons = new Map(errors.map(({ index, reason }) => [index, reason]))
  const answers = items.map((item, at) => answerOf(item, item.id ?? parts.ids.guid(), reasons.get(at)))
  const answer = { errors: reasons.size > 0, took: Math.round(parts.clock.now() - started), items: answers }
  return reply.send(filtered(answer, parametersOf(request).filter_path))
}

function answerOf({ action, index, fault }: BulkItem, id: string, reason: string | undefined): object {
  if (reason !== undefined) {
    const error = { type: fault ?? 'document_parsing_exception', reason }
    return { [action]: { _index: index, _id: id, status: 400, error } }
  }
  const result = { _version: 1, result: 'created', _shards: { total: 1, successful: 1, failed: 0 }, status: 201 }
  return { [action]: { _index: index, _id: id, ...result, _seq_no: 0, _primary_term: 1 } }
}

/** `filter_path` as clients use it for this answer: whole members at the top, and members of the items. */
function filtered(
  answer: { readonly errors: boolean; readonly took: number; readonly items: readonly object[] },
  path: string | undefined,
): object {
  if (path === undefined || path === '') return answer
  const wanted = path.split(',')
  const members = wanted.flatMap((one) => /^items\.\*\.(\w+)/.exec(one)?.[1] ?? [])
  const items = answer.items.map((item) => {
    const [[action, result] = ['', {}]] = Object.entries(item)
    return { [action]: Object.fromEntries(Object.entries(result).filter(([name]) => members.includes(name))) }
  })
  return {
    ...(wanted.includes('errors') && { errors: answer.errors }),
    ...(wanted.includes('took') && { took: answer.took }),
    ...(wanted.includes('items') ? { items: answer.items } : members.length > 0 && { items }),
  }
}
