// POST /conshelf/validate and /conshelf/explain: what the compiler makes of a query, without running it.
import type { CompileResult, Diagnostic, Stage } from '@conshelf/kql'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { ticksOf } from '../../../core/clock.ts'
import type { QueryText } from '../../../query/types.ts'
import { type ApiParts, workspaceOf } from '../../parts.ts'
import { placed } from '../query/diagnostics.ts'
import { timeRangeOf } from '../query/request.ts'
import { columnSchema, diagnosticSchema, tags } from './schemas.ts'

const queryBody = Type.Object({
  workspace: Type.String(),
  query: Type.String(),
  timespan: Type.Optional(Type.String()),
  resourceId: Type.Optional(Type.String()),
})
type QueryBody = Type.Static<typeof queryBody>

const validateAnswer = Type.Object({ diagnostics: Type.Array(diagnosticSchema), columns: Type.Array(columnSchema) })

const explainAnswer = Type.Object({
  diagnostics: Type.Array(diagnosticSchema),
  stages: Type.Array(
    Type.Object({
      kind: Type.String(),
      table: Type.String(),
      operator: Type.Optional(Type.String()),
      sql: Type.String(),
    }),
  ),
  results: Type.Array(
    Type.Object({
      name: Type.String(),
      sql: Type.String(),
      columns: Type.Array(columnSchema),
      render: Type.Optional(Type.Unknown()),
    }),
  ),
  tables: Type.Array(Type.String()),
  plan: Type.String(),
  rewritten: Type.String(),
})

export function compileRoutes(scope: FastifyInstance, parts: ApiParts): void {
  const textOf = (body: QueryBody): QueryText => {
    const range = timeRangeOf([body], ticksOf(parts.clock.now()))
    return {
      text: body.query,
      workspaces: [workspaceOf(parts, body.workspace)],
      ...(range ? { timeRange: range } : {}),
      ...(body.resourceId ? { resourceScope: [body.resourceId.toLowerCase()] } : {}),
    }
  }

  scope.post<{ Body: QueryBody }>(
    '/conshelf/validate',
    { schema: { tags, summary: 'What is wrong with a query', body: queryBody, response: { 200: validateAnswer } } },
    async ({ body }) => {
      const result = parts.queries.compile(textOf(body))
      return {
        diagnostics: placed(body.query, diagnosticsOf(result)),
        columns: result.ok ? (result.compiled.results[0]?.columns ?? []) : [],
      }
    },
  )

  scope.post<{ Body: QueryBody }>(
    '/conshelf/explain',
    { schema: { tags, summary: 'The SQL of a query', body: queryBody, response: { 200: explainAnswer } } },
    async ({ body }) => {
      const result = parts.queries.explain(textOf(body))
      if (!result.ok) return { diagnostics: placed(body.query, result.diagnostics), ...nothing }
      const { stages, results, ...others } = result.explanation
      return { diagnostics: [], stages: stages.map(stageBody), results, ...others }
    },
  )
}

const nothing = { stages: [], results: [], tables: [], plan: '', rewritten: '' }

/** Columns that depend on the data are no fault of the query. */
function diagnosticsOf(result: CompileResult): readonly Diagnostic[] {
  if (result.ok) return result.compiled.warnings
  return result.needs ? [] : result.diagnostics
}

function stageBody(stage: Stage) {
  const { kind, table } = stage
  return stage.kind === 'sql'
    ? { kind, table, sql: stage.insert }
    : { kind, table, operator: stage.operator, sql: stage.input }
}
