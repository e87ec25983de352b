// An explanation together with what its query would read, as the engine plans it. Nothing runs but subqueries that give one value.
import type { ExplainedRead, Explanation, Stage } from '@conshelf/kql'
import { type Engine, EngineError, type RunOptions, type TableEstimate } from '../engine/engine.ts'
import { dropScratch } from './stages.ts'

export type ReadEstimate = Pick<TableEstimate, 'parts' | 'rows' | 'marks' | 'all'>

export interface MeasuredRead extends ExplainedRead {
  /** Absent where the engine reads no rows: it counts them by its metadata, or the table has none. */
  readonly estimate?: ReadEstimate
}
export type MeasuredExplanation = Omit<Explanation, 'reads'> & { readonly reads: readonly MeasuredRead[] }

export async function measured(
  engine: Engine,
  explanation: Explanation,
  options: RunOptions,
): Promise<MeasuredExplanation> {
  const { stages, results, reads } = explanation
  const estimates: TableEstimate[] = []
  try {
    // Later SQL names the scratch tables, which stay empty.
    for (const stage of stages) await engine.command(stage.create, options)
    for (const sql of [...stages.map(selectOf), ...results.map((result) => result.sql)])
      if (sql !== '') estimates.push(...(await engine.estimate(sql, options)))
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return explanation
  } finally {
    for (const stage of stages) await dropScratch(engine, stage)
  }
  return { ...explanation, reads: reads.map((read) => ({ ...read, ...estimateOf(read, estimates) })) }
}

function selectOf(stage: Stage): string {
  return stage.kind === 'sql' ? stage.insert.slice(`INSERT INTO ${stage.table} `.length) : stage.input
}

/** A table may be read more than once. */
function estimateOf({ source }: ExplainedRead, all: readonly TableEstimate[]): { readonly estimate?: ReadEstimate } {
  const [first, ...more] = all.filter((one) => one.database === source.database && one.table === source.table)
  if (!first) return {}
  const {
    parts,
    rows,
    marks,
    all: total,
  } = more.reduce<ReadEstimate>(
    (sum, one) => ({
      parts: sum.parts + one.parts,
      rows: sum.rows + one.rows,
      marks: sum.marks + one.marks,
      all: sum.all,
    }),
    first,
  )
  return { estimate: { parts, rows, marks, all: total } }
}
