// Each step of each pipe beside what became of it: plan nodes, clauses of SQL, columns.
import type { Stage } from '../compiled.ts'
import { elements, is, type SyntaxElement, type SyntaxNode, span } from '../kusto/syntax.ts'
import type { Column } from '../model.ts'
import { schemaOf, type Trace } from '../plan/context.ts'
import type { Plan, Rel, Relation } from '../plan/nodes.ts'
import { describe } from '../plan/print.ts'
import { inputsOf } from '../plan/walk.ts'
import { rewritePlan } from '../rewrite/index.ts'
import { writeResult } from '../sql/result.ts'
import { createWriter } from '../sql/write.ts'
import { addedClauses } from './clauses.ts'

export interface ExplainedStep {
  /** Offset in the query text, in UTF-16 units. */
  readonly start: number
  readonly length: number
  /** Steps within others, such as those on the right side of a join, lie deeper. */
  readonly depth: number
  /** The plan nodes that it became; none where it only names or chooses columns. */
  readonly plan: readonly string[]
  /** The clauses that it adds to the SQL of the steps before it. */
  readonly sql: readonly string[]
  /** What the rows behind it have. */
  readonly columns: readonly Column[]
}

/** A statement of the query; one without steps is a value or a function that is written where it is used, or not used. */
export interface ExplainedStatement {
  /** The name that `let` gives. */
  readonly name?: string
  readonly start: number
  readonly length: number
  readonly steps: readonly ExplainedStep[]
}

interface Traced {
  readonly start: number
  readonly length: number
  readonly relation: Relation
  readonly plan: readonly string[]
  /** The steps whose rows it begins with. */
  readonly inputs: readonly Traced[]
}

export interface Tracer {
  readonly trace: Trace
  /** One for each place of the query, though a relation may be lowered for each use of it. */
  readonly traced: () => readonly Traced[]
}

/** The steps whose rows a relation begins with. */
function stepsBelow(rel: Rel, known: ReadonlyMap<Rel, Traced>): Traced[] {
  const own = known.get(rel)
  return own ? [own] : inputsOf(rel).flatMap((input) => stepsBelow(input, known))
}

export function createTracer(): Tracer {
  const byPlace = new Map<string, Traced>()
  const byRel = new Map<Rel, Traced>()
  const trace: Trace = (node, relation, columns) => {
    const at = span(node)
    const key = `${at.start}:${at.length}`
    const inputs = stepsBelow(relation.rel, byRel)
    const plan = describe({ columns }).rel(relation.rel, 0, new Set(byRel.keys()))
    // A function's body may stand at its call: then they are one step, with the nodes of both.
    const inside = inputs.find((input) => input.start === at.start && input.length === at.length)
    const step: Traced = {
      ...at,
      relation,
      plan: [...plan, ...(inside?.plan ?? [])],
      inputs: inside ? inside.inputs : inputs,
    }
    byPlace.set(key, step)
    byRel.set(relation.rel, step)
  }
  return { trace, traced: () => [...byPlace.values()] }
}

const stageText = (stage: Stage): string =>
  stage.kind === 'sql' ? stage.insert : `${stage.input}\n-- ${stage.operator}: its rows go through this process`

/** The SQL of the rows behind a step as if the query ended there. Empty where there are none: graphs have no rows. */
function prefixSql({ relation }: Traced, plan: Plan): string {
  if (relation.graph) return ''
  const alone = rewritePlan({ ...plan, results: [{ ...relation, name: '' }] })
  const w = createWriter(alone, '')
  const sql = alone.results.map((result) => writeResult(result, w, undefined).sql)
  return [...w.stages.map(stageText), ...sql].join('\n')
}

const encloses = (outer: { start: number; length: number }, inner: { start: number; length: number }): boolean =>
  outer.start <= inner.start && inner.start + inner.length <= outer.start + outer.length

function stepsOf(traced: readonly Traced[], plan: Plan, original: (offset: number) => number): ExplainedStep[] {
  const sqls = new Map<Traced, string>()
  const sqlOf = (step: Traced): string => {
    const sql = sqls.get(step) ?? prefixSql(step, plan)
    sqls.set(step, sql)
    return sql
  }
  const open: Traced[] = []
  return traced
    .toSorted((a, b) => a.start - b.start || b.length - a.length)
    .map((step) => {
      while (open.length > 0 && !encloses(open.at(-1)!, step)) open.pop()
      const depth = open.length
      open.push(step)
      const start = original(step.start)
      const before = [...step.inputs, ...traced.filter((other) => other !== step && encloses(step, other))]
      return {
        start,
        length: original(step.start + step.length) - start,
        depth,
        plan: step.plan,
        sql: addedClauses(before.map(sqlOf).join('\n'), sqlOf(step)),
        columns: schemaOf(step.relation),
      }
    })
}

function nameOf(statement: SyntaxElement): { readonly name?: string } {
  return is(statement, 'LetStatement') ? { name: statement.Name?.SimpleName ?? '' } : {}
}

/** `original`: offsets of the bound text in the query as it was sent. */
export function explainSteps(
  root: SyntaxNode,
  tracer: Tracer,
  plan: Plan,
  original: (offset: number) => number,
): readonly ExplainedStatement[] {
  const all = tracer.traced()
  const statements = is(root, 'QueryBlock') ? elements<SyntaxElement>(root.Statements) : []
  return statements.map((statement) => {
    const at = span(statement)
    const start = original(at.start)
    const steps = stepsOf(
      all.filter((step) => encloses(at, step)),
      plan,
      original,
    )
    return { ...nameOf(statement), start, length: original(at.start + at.length) - start, steps }
  })
}
