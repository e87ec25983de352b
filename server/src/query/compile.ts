// Compiles a query as the service runs it. Some queries take more than one try: plug-ins whose columns depend on the data ask
// for a query of their own first, and what `set` statements change is known only after the text was read.
import { type Compiled, type CompileOptions, type CompileResult, compileWithFacts, type Row } from '@conshelf/kql'
import type { Tables } from '../catalog/types.ts'
import { type Clock, ticksOf } from '../core/clock.ts'
import type { Limits } from '../core/limits.ts'
import { parseInstant } from '../core/time-range.ts'
import { type CapLimits, capLimits } from './cap.ts'
import type { ExternalFiles } from './external-files.ts'
import type { Places } from './places.ts'
import { scratchDatabase } from './stages.ts'
import type { QueryRequest, QueryText } from './types.ts'

export interface CompileParts {
  readonly tables: Pick<Tables, 'catalog'>
  readonly clock: Clock
  readonly limits: Limits
  readonly places?: Places
  readonly externalFiles?: ExternalFiles
}

/** `tag` is unique for the running query; its scratch tables carry it. */
export function compileOptions(parts: CompileParts, query: QueryText, tag: string): CompileOptions {
  return {
    catalog: parts.tables.catalog(query.workspaces, query.principal.reads, query.resourceScope),
    now: query.now ?? ticksOf(parts.clock.now()),
    present: ticksOf(parts.clock.now()),
    scratch: `${scratchDatabase}.q_${tag.replaceAll('-', '')}_`,
    ...(query.timeRange ? { timeRange: query.timeRange } : {}),
    ...(query.scopeRange ? { scopeRange: query.scopeRange } : {}),
    ...(query.resourceScope ? { resourceScope: query.resourceScope } : {}),
    ...(query.subset ? { subset: query.subset } : {}),
    ...(query.reach ? { reach: query.reach } : {}),
    ...(query.ownRows ? { ownRows: true } : {}),
    ...(query.carry ? { carry: query.carry } : {}),
    ...(query.parameters ? { parameters: query.parameters } : {}),
    ...(parts.places ? { places: parts.places } : {}),
    ...(parts.externalFiles ? { mayRead: parts.externalFiles.mayRead } : {}),
  }
}

export type Attempt =
  | { readonly ok: true; readonly compiled: Compiled; readonly cap: CapLimits }
  | Extract<CompileResult, { readonly ok: false }>

export interface CompileRequest extends CompileParts {
  readonly request: QueryRequest
  readonly tag: string
  /** Answers a query that must run before. */
  readonly run: (compiled: Compiled) => Promise<readonly Row[]>
}

/** The engine is told how many rows will be read at most. */
export async function compileRequest(parts: CompileRequest): Promise<Attempt> {
  const { request, tag, run } = parts
  const capOf = (options: Compiled['options']) =>
    capLimits(parts.limits, request.profile, { ...request.options, ...options }, request.takeRows)
  const options = { ...compileOptions(parts, request, tag), maxRows: rowsRead(capOf({})) }
  const first = await compileWithFacts(request.text, options, run)
  if (!first.ok) return first
  const cap = capOf(first.compiled.options)
  const changed = { ...options, maxRows: rowsRead(cap), now: queryNow(first.compiled) ?? options.now }
  if (changed.maxRows <= options.maxRows && changed.now === options.now) return { ...first, cap }
  const second = await compileWithFacts(request.text, changed, run)
  return second.ok ? { ...second, cap } : second
}

/** One more than is sent tells whether there are more. */
function rowsRead(cap: CapLimits): number {
  return Math.min(cap.rows + 1, cap.take)
}

/** `set query_now = datetime(…)`. */
function queryNow({ options }: Compiled): bigint | undefined {
  const text = options.query_now
  return typeof text === 'string' ? parseInstant(text) : undefined
}
