// GET /conshelf/workspaces.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { ApiParts } from '../../parts.ts'
import { tags, workspaceSchema } from './schemas.ts'

export function workspacesRoute(scope: FastifyInstance, parts: ApiParts): void {
  const response = { 200: Type.Object({ workspaces: Type.Array(workspaceSchema) }) }
  scope.get('/conshelf/workspaces', { schema: { tags, summary: 'All workspaces', response } }, async () => ({
    workspaces: parts.workspaces.list().map(({ id, name, resourceId }) => ({ id, name, resourceId })),
  }))
}
