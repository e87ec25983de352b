// GET /conshelf/workspaces/{workspace}/schema: what the editor may complete, populated tables first.
import type { Catalog } from '@conshelf/kql'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { workspaceOf } from '../../access.ts'
import { principalOf } from '../../auth.ts'
import type { ApiParts } from '../../parts.ts'
import { functionsOf, tablesOf } from '../query/metadata.ts'
import { columnSchema, tags, workspaceSchema } from './schemas.ts'

const schemaBody = Type.Object({
  version: Type.String(),
  workspace: workspaceSchema,
  tables: Type.Array(
    Type.Object({
      name: Type.String(),
      timeColumn: Type.String(),
      populated: Type.Boolean(),
      columns: Type.Array(columnSchema),
    }),
  ),
  functions: Type.Array(Type.Object({ name: Type.String(), parameters: Type.String(), body: Type.String() })),
})

export function schemaRoute(scope: FastifyInstance, parts: ApiParts): void {
  scope.get<{ Params: { workspace: string }; Querystring: { tables?: string } }>(
    '/conshelf/workspaces/:workspace/schema',
    {
      schema: {
        tags,
        summary: 'Tables, columns and functions of a workspace',
        params: Type.Object({ workspace: Type.String() }),
        querystring: Type.Object({
          tables: Type.Optional(Type.Union([Type.Literal('populated'), Type.Literal('all')])),
        }),
        response: { 200: schemaBody },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request)
      const workspace = workspaceOf(parts, principal, request.params.workspace)
      const catalog = parts.tables.catalog([workspace], principal.reads)
      const etag = `"${encodeURIComponent(catalog.version)}"`
      reply.header('etag', etag).header('cache-control', 'private, no-cache')
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      const { id, name, resourceId } = workspace
      const tables = editorTables(catalog, request.query.tables === 'populated')
      return {
        version: catalog.version,
        workspace: { id, name, resourceId },
        tables,
        functions: [...functionsOf(catalog)],
      }
    },
  )
}

function editorTables(catalog: Catalog, populatedOnly: boolean) {
  const populated = new Set(catalog.tableNames())
  const all = populatedOnly ? [...populated].toSorted().flatMap((name) => catalog.table(name) ?? []) : tablesOf(catalog)
  return all
    .map(({ name, timeColumn, columns }) => ({ name, timeColumn, populated: populated.has(name), columns }))
    .toSorted((a, b) => Number(b.populated) - Number(a.populated))
}
