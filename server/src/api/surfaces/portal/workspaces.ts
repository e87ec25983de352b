// GET /conshelf/workspaces.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { workspacesFor } from '../../access.ts'
import { principalOf } from '../../auth.ts'
import type { ApiParts } from '../../parts.ts'
import { tags, workspaceSchema } from './schemas.ts'

export function workspacesRoute(scope: FastifyInstance, parts: ApiParts): void {
  const response = { 200: Type.Object({ workspaces: Type.Array(workspaceSchema) }) }
  scope.get(
    '/conshelf/workspaces',
    { schema: { tags, summary: 'The workspaces that the caller may query', response } },
    async (request) => ({
      workspaces: workspacesFor(parts, principalOf(request))
        .list()
        .map(({ id, name, resourceId }) => ({ id, name, resourceId })),
    }),
  )
}
