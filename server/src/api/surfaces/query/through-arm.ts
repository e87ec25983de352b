// The query API through Azure Resource Manager: {resourceId}/providers/microsoft.insights/logs, {workspaceResourceId}/query and
// /api/query, with the answers and errors of /v1. https://learn.microsoft.com/azure/azure-monitor/logs/api/azure-resource-queries
import type { FastifyReply, FastifyRequest } from 'fastify'
import { begin, serverErrorOf } from '../../errors.ts'
import type { ApiParts } from '../../parts.ts'
import { errorBody } from './errors.ts'
import { answerQuery, askedBy, resourceTarget } from './query.ts'

const ofResource = /^(.+)\/providers\/microsoft\.insights\/logs\/?$/i
const ofWorkspace = /^(.+\/providers\/microsoft\.operationalinsights\/workspaces\/[^/]+)(?:\/api)?\/query\/?$/i

/** What a path asks about; undefined: it is no path of a query. */
export function queriedThroughArm(path: string): string | undefined {
  return (ofResource.exec(path) ?? ofWorkspace.exec(path))?.[1]
}

export async function answerThroughArm(
  parts: ApiParts,
  resourceId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    return await answerQuery(parts, request, reply, askedBy(request, resourceTarget(parts, request, resourceId)))
  } catch (error) {
    const known = serverErrorOf(error)
    return begin(reply, known, parts.log).send(errorBody(known, request.id))
  }
}
