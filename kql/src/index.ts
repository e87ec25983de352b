// The public surface of the KQL compiler: text and a catalog in, SQL and a result schema out. No I/O, no clock.
import type { Compiled, CompiledResult, CompileResult, FactQuery, Stage } from './compiled.ts'
import { CompileError, codes, type Diagnostic, RefusedQuery } from './diagnostics.ts'
import { createTracer, type ExplainedStatement, explainSteps } from './explain/steps.ts'
import { bindInReach } from './kusto/reach.ts'
import { restrictions } from './kusto/restrict.ts'
import type { SubsetName } from './kusto/subsets.ts'
import type { SyntaxNode } from './kusto/syntax.ts'
import type { Catalog, Place, Row } from './model.ts'
import { type Built, buildPlan } from './plan/build.ts'
import type { Trace } from './plan/context.ts'
import { doubts } from './plan/doubts.ts'
import { hasNoRows } from './plan/empty.ts'
import { type Fact, MissingFact, openColumnWarnings, type Schemas, withOpenColumns, withSchemas } from './plan/facts.ts'
import type { Plan } from './plan/nodes.ts'
import { printPlan } from './plan/print.ts'
import { rewritePlan } from './rewrite/index.ts'
import { writeResult } from './sql/result.ts'
import { createWriter, type TableRead } from './sql/write.ts'

export type {
  Compiled,
  CompiledResult,
  CompileResult,
  FactQuery,
  LocalStage,
  Render,
  SqlStage,
  Stage,
} from './compiled.ts'
export { CompileError, type Diagnostic, lineColumn } from './diagnostics.ts'
export type { ExplainedStatement, ExplainedStep } from './explain/steps.ts'
export { nearest } from './kusto/nearest.ts'
export { type SubsetName, subsets } from './kusto/subsets.ts'
export type {
  Catalog,
  Cell,
  Column,
  ColumnPlace,
  FunctionSchema,
  Place,
  PromotedPath,
  Row,
  ScalarType,
  TableSchema,
  TableSource,
} from './model.ts'
export type { Fact } from './plan/facts.ts'
export { formatDatetime, formatTimespan, parseDatetime, parseTimespan } from './values.ts'

export interface CompileOptions {
  readonly catalog: Catalog
  /** What `now()` answers: 100 ns ticks since 0001-01-01T00:00:00Z, as .NET and Kusto count them. */
  readonly now: bigint
  /** Bounds on the time column of every stored table, same ticks; start inclusive, end exclusive. */
  readonly timeRange?: { readonly start?: bigint; readonly end?: bigint }
  /** Bounds on a column of another name, where a table has it as a datetime; tables without it are bounded by their time column. */
  readonly scopeRange?: { readonly column: string; readonly start?: bigint; readonly end?: bigint }
  /** Only rows of these resources, or of what is below them. Lower-case ARM ids. */
  readonly resourceScope?: readonly string[]
  /** Columns of plug-ins that depend on the data, as FactQuery.read gave them. See compileWithFacts. */
  readonly facts?: readonly Fact[]
  /** Values for `declare query_parameters`, as KQL literals write them (strings without quotes). */
  readonly parameters?: Readonly<Record<string, string>>
  /** Where addresses are; without it geo_info_from_ip_address knows none, and the answer carries a warning. */
  readonly places?: (address: string) => Place | undefined
  /** Whether externaldata may read an address; without it none. Who runs the stages reads their `files`. */
  readonly mayRead?: (address: string) => boolean
  /** Prefix for the names of scratch tables, unique for a running query. Default `scratch.q_`. */
  readonly scratch?: string
  /** Rows that the caller will read of each result at most; lets the engine stop early. */
  readonly maxRows?: number
  /** What the query is for, where less than the whole language is allowed. */
  readonly subset?: SubsetName
  /** What retention counts back from, in ticks: the time of the clock, whatever `now()` answers. Default: `now`. */
  readonly present?: bigint
  /** `kept`: rows that are past the time of queries are read too; `all`: whatever is stored. Default `queried`. */
  readonly reach?: 'queried' | 'kept' | 'all'
  /** Tables without the rows that they show of others. */
  readonly ownRows?: boolean
  /**
   * Columns of the one table that the query reads -> names under which they stand behind the columns of its result, whatever
   * the query projects. Only for queries that keep rows as they are: those of the subset `search-job`.
   */
  readonly carry?: Readonly<Record<string, string>>
}

interface Compilation {
  readonly compiled: Compiled
  readonly plan: Plan
  readonly rewritten: Plan
  readonly reads: readonly TableRead[]
}

function compileBound(built: Built, options: CompileOptions, warnings: readonly Diagnostic[]): Compilation {
  const rewritten = rewritePlan(built.plan)
  const w = createWriter(rewritten, options.scratch ?? 'scratch.q_')
  const results = rewritten.results.map((r) => writeResult(r, w, options.maxRows))
  if (w.errors.length > 0) throw new RefusedQuery(w.errors)
  const reads = [...w.reads.values()]
  const sources = reads.map(({ source: { database, table } }) => ({ database, table }))
  const { tables, options: set } = built
  const compiled: Compiled = { stages: w.stages, results, tables, reads: sources, options: set, warnings }
  return { compiled, plan: built.plan, rewritten, reads }
}

/** Where the places of a compilation are. */
interface Origin {
  readonly root: SyntaxNode
  readonly original: Schemas['original']
}

type Attempt =
  | { readonly ok: true; readonly compilation: Compilation & Origin }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly needs?: FactQuery }

function factQuery(missing: MissingFact, schemas: Schemas, options: CompileOptions): FactQuery {
  const result = { ...missing.relation, name: 'PrimaryResult' }
  const plan: Plan = { columns: missing.columns, shared: missing.shared, results: [result] }
  const { maxRows: _maxRows, ...unlimited } = options
  const { compiled } = compileBound({ plan, tables: [], options: {}, warnings: [] }, unlimited, [])
  return { compiled, read: (rows) => ({ at: schemas.original(missing.at), ...missing.read(rows) }) }
}

/** Rounds in which names may find their plug-in; each tries one more for every name. */
const maxOpenRounds = 8

interface Binding {
  readonly schemas: Schemas
  readonly bound: ReturnType<typeof bindInReach>
  readonly diagnostics: readonly Diagnostic[]
}

/** Binds with the facts written into the query. Names that do not resolve may be columns of plug-ins whose input had no rows. */
function bindWithFacts(text: string, options: CompileOptions): Binding {
  const given = (options.facts ?? []).toSorted((a, b) => a.at - b.at)
  const bindWith = (facts: readonly Fact[]): Binding => {
    const schemas = withSchemas(text, facts)
    const bound = bindInReach(schemas.text, options.catalog)
    const placed = bound.diagnostics.map((d) => ({ ...d, start: schemas.original(d.start) }))
    return { schemas, bound, diagnostics: [...placed, ...openColumnWarnings(facts, given, text)] }
  }
  let facts: readonly Fact[] = given
  let binding = bindWith(facts)
  for (let round = 0; round < maxOpenRounds; round++) {
    const next = withOpenColumns(facts, binding.diagnostics)
    if (!next) break
    facts = next
    binding = bindWith(facts)
  }
  return binding
}

function attempt(text: string, options: CompileOptions, trace?: Trace): Attempt {
  const { schemas, bound, diagnostics: found } = bindWithFacts(text, options)
  const placed = (d: Diagnostic): Diagnostic => ({ ...d, start: schemas.original(d.start) })
  const diagnostics = [...found, ...restrictions(bound.root, text, bound.catalog, options.subset).map(placed)]
  if (diagnostics.some((d) => d.severity === 'error')) return { ok: false, diagnostics }
  try {
    const built = buildPlan(bound.root, schemas.text, { ...options, catalog: bound.catalog }, trace)
    const warnings = [...built.warnings, ...doubts(bound.root, { options, catalog: bound.catalog })]
    const compilation = compileBound(built, options, [...diagnostics, ...warnings.map(placed)])
    return { ok: true, compilation: { ...compilation, root: bound.root, original: schemas.original } }
  } catch (error) {
    if (error instanceof RefusedQuery)
      return { ok: false, diagnostics: [...diagnostics, ...error.diagnostics.map(placed)] }
    if (error instanceof CompileError) return { ok: false, diagnostics: [...diagnostics, placed(error.diagnostic)] }
    if (!(error instanceof MissingFact)) throw error
    const known = factOfNothing(error, schemas)
    if (known && !options.facts?.some((f) => f.at === known.at))
      return attempt(text, { ...options, facts: [...(options.facts ?? []), known] }, trace)
    return { ok: false, diagnostics: [dependsOnData(error, schemas)], needs: factQuery(error, schemas, options) }
  }
}

/** What is known without asking the engine: tables that hold nothing have no rows. */
function factOfNothing(missing: MissingFact, schemas: Schemas): Fact | undefined {
  if (!hasNoRows(missing.relation.rel, missing.shared)) return undefined
  return { at: schemas.original(missing.at), ...missing.read([]) }
}

function dependsOnData(missing: MissingFact, schemas: Schemas): Diagnostic {
  const start = schemas.original(missing.at - missing.call.length)
  return {
    code: codes.dependsOnData,
    severity: 'error',
    start,
    length: missing.call.length,
    message: 'the columns of this plug-in depend on the data',
    hint: 'write the output schema behind it',
  }
}

/** Compiles a query, or says everything that is wrong with it, or which facts it needs first. */
export function compile(text: string, options: CompileOptions): CompileResult {
  const tried = attempt(text, options)
  return tried.ok ? { ok: true, compiled: tried.compilation.compiled } : tried
}

/** Queries that a query may need before it: one for each plug-in whose columns depend on the data. */
const maxFacts = 32

/** Compiles a query, with `run` answering the queries that must run before. */
export async function compileWithFacts(
  text: string,
  options: CompileOptions,
  run: (compiled: Compiled) => Promise<readonly Row[]>,
): Promise<CompileResult> {
  let facts = options.facts ?? []
  for (let n = 0; n < maxFacts; n++) {
    const result = compile(text, { ...options, facts })
    if (result.ok || !result.needs) return result
    try {
      facts = [...facts, result.needs.read(await run(result.needs.compiled))]
    } catch (error) {
      if (error instanceof CompileError) return { ok: false, diagnostics: [error.diagnostic] }
      throw error
    }
  }
  return compile(text, { ...options, facts })
}

/** What is wrong with a query, or merely doubtful; nothing is compiled for an engine. */
export function validate(text: string, options: CompileOptions): readonly Diagnostic[] {
  const tried = attempt(text, options)
  if (tried.ok) return tried.compilation.compiled.warnings
  return tried.needs ? [] : tried.diagnostics
}

const nothing: Catalog = {
  version: 'nothing',
  table: () => undefined,
  function: () => undefined,
  tableNames: () => [],
  allNames: () => [],
  workspace: () => undefined,
}

/** Builds the tables of Microsoft's parser, which the first query would wait for: half a second. */
export function warmUp(): void {
  validate('print 1', { catalog: nothing, now: 0n })
}

/** Every intermediate form of one compilation, to be read. */
export interface Explanation {
  readonly statements: readonly ExplainedStatement[]
  readonly plan: string
  readonly rewritten: string
  readonly stages: readonly Stage[]
  readonly results: readonly CompiledResult[]
  readonly tables: readonly string[]
  /** The stored tables that the SQL reads, in all its stages, and the columns that it needs of them. */
  readonly reads: readonly ExplainedRead[]
  readonly warnings: readonly Diagnostic[]
}

export interface ExplainedRead {
  readonly table: string
  readonly source: { readonly database: string; readonly table: string }
  readonly columns: readonly string[]
}

export type ExplainResult =
  | { readonly ok: true; readonly explanation: Explanation }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

export function explain(text: string, options: CompileOptions): ExplainResult {
  const tracer = createTracer()
  const tried = attempt(text, options, tracer.trace)
  if (!tried.ok) return tried
  const { compiled, plan, rewritten, root, original, reads } = tried.compilation
  return {
    ok: true,
    explanation: {
      statements: explainSteps(root, tracer, plan, original),
      plan: printPlan(plan),
      rewritten: printPlan(rewritten),
      stages: compiled.stages,
      results: compiled.results,
      tables: compiled.tables,
      reads: reads.map((read) => ({ ...read, columns: [...read.columns].sort() })),
      warnings: compiled.warnings,
    },
  }
}
