// What a query is compiled to, as JSON: the answer of /conshelf/explain and of `conshelf explain -o json`.
import { type Diagnostic, lineColumn, type Stage } from '@conshelf/kql'
import Type from 'typebox'
import type { MeasuredExplanation } from '../../../query/explain.ts'
import { placed } from '../query/diagnostics.ts'
import { columnSchema, diagnosticSchema } from './schemas.ts'

const place = {
  start: Type.Integer({ description: 'offset in the query, in UTF-16 units' }),
  length: Type.Integer(),
  line: Type.Integer({ description: 'from 1' }),
  pos: Type.Integer({ description: 'from 1' }),
  text: Type.String({ description: 'what stands there' }),
}

const stepSchema = Type.Object({
  ...place,
  depth: Type.Integer({ description: 'how many steps it lies within, as those on the right side of a join do' }),
  plan: Type.Array(Type.String(), {
    description: 'plan nodes that it became, inputs indented below; none where it only chooses or names columns',
  }),
  sql: Type.Array(Type.String(), { description: 'what it adds to the SQL of the steps before it, to be read' }),
  columns: Type.Array(columnSchema, { description: 'what the rows behind it have' }),
})

const count = { parts: Type.Integer(), rows: Type.Integer(), marks: Type.Integer() }
const readSchema = Type.Object({
  table: Type.String(),
  source: Type.Object({ database: Type.String(), table: Type.String() }, { description: 'the name in SQL' }),
  columns: Type.Array(Type.String(), { description: 'the stored columns that are read, sorted' }),
  estimate: Type.Optional(
    Type.Object(
      { ...count, all: Type.Object(count, { description: 'what the table has' }) },
      { description: "what is read by the engine's indexes; absent without an engine, and where no rows are read" },
    ),
  ),
})

export const explainAnswer = Type.Object({
  diagnostics: Type.Array(diagnosticSchema, { description: 'errors; warnings where the query compiles' }),
  statements: Type.Array(
    Type.Object({
      ...place,
      name: Type.Optional(Type.String({ description: 'given by let' })),
      steps: Type.Array(stepSchema, {
        description: 'in the order of the text; none for a value or a function that is written where it is used',
      }),
    }),
  ),
  reads: Type.Array(readSchema),
  stages: Type.Array(
    Type.Object({
      kind: Type.String({ description: 'sql, or local: in this process' }),
      table: Type.String({ description: 'the scratch table that it fills' }),
      operator: Type.Optional(Type.String()),
      sql: Type.String(),
    }),
    { description: 'what runs before the results' },
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
  plan: Type.String({ description: 'to be read' }),
  rewritten: Type.String({ description: 'the plan after the rewrites, to be read' }),
})
export type ExplainAnswer = Type.Static<typeof explainAnswer>

export function explanationBody(query: string, explanation: MeasuredExplanation): ExplainAnswer {
  const { warnings, statements, reads, stages, results, tables, plan, rewritten } = explanation
  const at = <T extends { readonly start: number; readonly length: number }>(part: T) => {
    const { line, column } = lineColumn(query, part.start)
    return { ...part, line, pos: column, text: query.slice(part.start, part.start + part.length) }
  }
  return {
    diagnostics: [...placed(query, warnings)],
    statements: statements.map((statement) => ({
      ...at(statement),
      steps: statement.steps.map((step) => ({
        ...at(step),
        plan: [...step.plan],
        sql: [...step.sql],
        columns: [...step.columns],
      })),
    })),
    reads: reads.map((read) => ({ ...read, columns: [...read.columns] })),
    stages: stages.map(stageBody),
    results: results.map((result) => ({ ...result, columns: [...result.columns] })),
    tables: [...tables],
    plan,
    rewritten,
  }
}

export function refusalBody(query: string, diagnostics: readonly Diagnostic[]): ExplainAnswer {
  return {
    diagnostics: [...placed(query, diagnostics)],
    statements: [],
    reads: [],
    stages: [],
    results: [],
    tables: [],
    plan: '',
    rewritten: '',
  }
}

function stageBody(stage: Stage) {
  const { kind, table } = stage
  return stage.kind === 'sql'
    ? { kind, table, sql: stage.insert }
    : { kind, table, operator: stage.operator, sql: stage.input }
}
