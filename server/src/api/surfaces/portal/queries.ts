// GET /conshelf/queries: the queries that content packs ship, in their order.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { ApiParts } from '../../parts.ts'
import { tags } from './schemas.ts'

const query = Type.Object({
  id: Type.String(),
  pack: Type.String(),
  title: Type.String(),
  description: Type.String(),
  topic: Type.String(),
  workspace: Type.Optional(Type.String({ description: 'Workspace of the demo environment that holds its rows.' })),
  query: Type.String(),
})

export function queriesRoute(scope: FastifyInstance, { content }: ApiParts): void {
  const schema = {
    tags,
    summary: 'Queries to start with',
    response: { 200: Type.Object({ queries: Type.Array(query) }) },
  }
  scope.get('/conshelf/queries', { schema }, async () => ({ queries: [...content.queries()] }))
}
