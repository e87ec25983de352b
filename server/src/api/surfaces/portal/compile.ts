// POST /conshelf/validate and /conshelf/explain: what the compiler makes of a query, without running it.
import { type CompileResult, type Diagnostic, type SubsetName, subsets } from '@conshelf/kql'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { ticksOf } from '../../../core/clock.ts'
import { ServerError } from '../../../core/errors.ts'
import type { QueryText } from '../../../query/types.ts'
import { addressedWorkspace } from '../../access.ts'
import { principalOf } from '../../auth.ts'
import type { ApiParts } from '../../parts.ts'
import { placed } from '../query/diagnostics.ts'
import { timeRangeOf } from '../query/request.ts'
import { explainAnswer, explanationBody, refusalBody } from './explanation.ts'
import { columnSchema, diagnosticSchema, tags } from './schemas.ts'

const queryBody = Type.Object({
  workspace: Type.String(),
  query: Type.String(),
  timespan: Type.Optional(Type.String()),
  resourceId: Type.Optional(Type.String()),
  subset: Type.Optional(
    Type.String({
      description: `what the query is for, if it is none of a user's: ${Object.keys(subsets).join(', ')}`,
    }),
  ),
})
type QueryBody = Type.Static<typeof queryBody>

const validateAnswer = Type.Object({ diagnostics: Type.Array(diagnosticSchema), columns: Type.Array(columnSchema) })

export function compileRoutes(scope: FastifyInstance, parts: ApiParts): void {
  const textOf = (request: FastifyRequest<{ Body: QueryBody }>): QueryText => {
    const { body } = request
    const principal = principalOf(request)
    const range = timeRangeOf([body], ticksOf(parts.clock.now()))
    return {
      text: body.query,
      principal,
      workspaces: [addressedWorkspace(parts, principal, body.workspace)],
      ...(range ? { timeRange: range } : {}),
      ...subsetOf(body),
      ...(body.resourceId ? { resourceScope: [body.resourceId.toLowerCase()] } : {}),
    }
  }

  scope.post<{ Body: QueryBody }>(
    '/conshelf/validate',
    { schema: { tags, summary: 'What is wrong with a query', body: queryBody, response: { 200: validateAnswer } } },
    async (request) => {
      const { body } = request
      const result = parts.queries.compile(textOf(request))
      return {
        diagnostics: placed(body.query, diagnosticsOf(result)),
        columns: result.ok ? (result.compiled.results[0]?.columns ?? []) : [],
      }
    },
  )

  scope.post<{ Body: QueryBody }>(
    '/conshelf/explain',
    {
      schema: {
        tags,
        summary: 'Each step of a query, its SQL, and what it would read',
        body: queryBody,
        response: { 200: explainAnswer },
      },
    },
    async (request) => {
      const { body } = request
      const result = await parts.queries.explain(textOf(request))
      return result.ok ? explanationBody(body.query, result.explanation) : refusalBody(body.query, result.diagnostics)
    },
  )
}

function subsetOf({ subset }: QueryBody): { readonly subset?: SubsetName } {
  if (subset === undefined) return {}
  if (isSubset(subset)) return { subset }
  throw new ServerError('invalidArgument', {
    reason: `subset '${subset}' is none of ${Object.keys(subsets).join(', ')}`,
    target: 'subset',
  })
}

const isSubset = (name: string): name is SubsetName => Object.hasOwn(subsets, name)

/** Columns that depend on the data are no fault of the query. */
function diagnosticsOf(result: CompileResult): readonly Diagnostic[] {
  if (result.ok) return result.compiled.warnings
  return result.needs ? [] : result.diagnostics
}
