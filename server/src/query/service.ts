// The one way to run KQL: admit, compile, run stages, stream, cap, account, audit. Portal, API, rules and command line call it.
import { type Compiled, type CompiledResult, CompileError, compile, explain, type Row } from '@conshelf/kql'
import { ServerError } from '../core/errors.ts'
import type { Ids } from '../core/ids.ts'
import type { Limits } from '../core/limits.ts'
import type { Log } from '../core/log.ts'
import { type Engine, EngineError, type RunOptions } from '../engine/engine.ts'
import { Account } from './account.ts'
import { Admission } from './admission.ts'
import type { QueryAudit } from './audit.ts'
import { Cap, type CapLimits } from './cap.ts'
import { type CompileParts, compileOptions, compileRequest } from './compile.ts'
import { rowDecoder } from './decode.ts'
import { measured } from './explain.ts'
import { failureOf } from './failure.ts'
import { fill } from './fill.ts'
import { permitted } from './permitted.ts'
import { dropScratch, prepareScratch, runStage } from './stages.ts'
import {
  type AnswerPart,
  InvalidQuery,
  type QueryExplanation,
  type QueryRequest,
  type QueryService,
  type QueryText,
  type ResultHead,
} from './types.ts'

export interface QueryParts extends CompileParts {
  readonly engine: Engine
  readonly audit: QueryAudit
  readonly ids: Ids
  readonly log: Log
}

export async function openQueryService(parts: QueryParts): Promise<QueryService> {
  await prepareScratch(parts.engine)
  const admission = new Admission(parts.limits.queries)
  const closing = new AbortController()
  const running = new Set<Promise<void>>()
  let open = true

  async function* run(request: QueryRequest): AsyncGenerator<AnswerPart, void, undefined> {
    if (!open) throw new ServerError('stopping')
    const ended = Promise.withResolvers<void>()
    running.add(ended.promise)
    try {
      yield* runAudited(parts, admission, withSignal(request, closing.signal))
    } finally {
      running.delete(ended.promise)
      ended.resolve()
    }
  }

  return {
    run,
    fill: (request) => fill(parts, { ...request, ...permitted(parts.tables, request) }, parts.ids.guid()),
    compile: (query) => compile(query.text, compileOptions(parts, permitted(parts.tables, query), parts.ids.guid())),
    explain: (query) => explainQuery(parts, permitted(parts.tables, query)),
    get load() {
      return { running: admission.running, queued: admission.queued }
    },
    async close(graceMillis = 10_000) {
      open = false
      const timer = setTimeout(() => closing.abort(new ServerError('stopping')), graceMillis)
      await Promise.all(running)
      clearTimeout(timer)
      await parts.audit.flush()
    },
  }
}

async function explainQuery(parts: QueryParts, query: QueryText): Promise<QueryExplanation> {
  const tag = parts.ids.guid()
  const result = explain(query.text, compileOptions(parts, query, tag))
  if (!result.ok) return result
  const limits = { maxMillis: maxPlanningMillis, maxMemoryBytes: parts.limits.queryMemoryBytes }
  return { ok: true, explanation: await measured(parts.engine, result.explanation, { tag, limits }) }
}

const maxPlanningMillis = 10_000

function withSignal(request: QueryRequest, signal: AbortSignal): QueryRequest & { readonly signal: AbortSignal } {
  return { ...request, signal: request.signal ? AbortSignal.any([request.signal, signal]) : signal }
}

type Running = QueryRequest & { readonly signal: AbortSignal }

async function* runAudited(
  parts: QueryParts,
  admission: Admission,
  request: Running,
): AsyncGenerator<AnswerPart, void, undefined> {
  const account = new Account(parts.clock)
  // A consumer that leaves early ends the generator at a yield, without an error.
  let status = 499
  try {
    const allowed = permitted(parts.tables, request)
    const leave = await admission.enter(request.principal.id, request.signal)
    try {
      for await (const part of runCompiled(parts, allowed, account)) {
        if (part.kind === 'end') status = 200
        yield part
      }
    } finally {
      leave()
    }
  } catch (error) {
    const failure = failureOf(error, request.signal)
    status = failure.entry.status
    if (status >= 500 && status !== 504)
      parts.log.error({ err: error, requestId: request.client.requestId }, 'a query failed')
    throw failure
  } finally {
    parts.audit.record(request, { status, statistics: account.statistics() })
  }
}

async function* runCompiled(
  parts: QueryParts,
  request: Running,
  account: Account,
): AsyncGenerator<AnswerPart, void, undefined> {
  const tag = parts.ids.guid()
  const millis = timeAllowed(parts.limits, request)
  const deadline = AbortSignal.timeout(millis)
  const options: RunOptions = {
    tag,
    limits: { maxMillis: millis, maxMemoryBytes: parts.limits.queryMemoryBytes },
    signal: AbortSignal.any([request.signal, deadline]),
    onStatistics: account.add,
    looksEarly: request.statistics ?? false,
  }
  const run = (compiled: Compiled) => collectRows(parts, compiled, options)
  let cap: Cap
  let compiled: Compiled
  try {
    const attempt = await compileRequest({ ...parts, request, tag, run })
    if (!attempt.ok) throw new InvalidQuery(request.text, attempt.diagnostics)
    compiled = attempt.compiled
    cap = account.beginAnswer(attempt.cap)
    yield* streamAnswer(parts, compiled, cap, options)
  } catch (error) {
    if (error instanceof CompileError) throw new InvalidQuery(request.text, [error.diagnostic])
    if (deadline.aborted || (error instanceof EngineError && error.kind === 'timeout')) {
      throw new ServerError('queryTimeout', { seconds: millis / 1000 }, { cause: error })
    }
    throw error
  }
  const { reads, warnings } = compiled
  yield {
    kind: 'end',
    reads,
    statistics: account.statistics(),
    ...(cap.truncated ? { truncated: cap.truncated } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  }
}

/** The rows of a query that another needs before it can be compiled, such as the keys that become its columns. */
async function collectRows(parts: QueryParts, compiled: Compiled, options: RunOptions): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const part of streamAnswer(parts, compiled, new Cap(collected), options)) {
    if (part.kind === 'rows') rows.push(...part.rows)
  }
  return rows
}

const collected: CapLimits = { rows: 100_000, bytes: 50_000_000, take: Number.POSITIVE_INFINITY }

async function* streamAnswer(
  parts: QueryParts,
  compiled: Compiled,
  cap: Cap,
  options: RunOptions,
): AsyncGenerator<AnswerPart, void, undefined> {
  try {
    for (const stage of compiled.stages) await runStage(parts.engine, stage, options, parts.externalFiles)
    const heads = compiled.results.map(headOf)
    for (const result of compiled.results) {
      yield* streamResult(parts.engine, result, heads, cap, options)
      if (cap.truncated) break
    }
  } finally {
    await cleanUp(parts, compiled)
  }
}

function headOf({ name, columns, sorted, render }: CompiledResult): ResultHead {
  return { name, columns, sorted, ...(render ? { render } : {}) }
}

async function* streamResult(
  engine: Engine,
  result: CompiledResult,
  heads: readonly ResultHead[],
  cap: Cap,
  options: RunOptions,
): AsyncGenerator<AnswerPart, void, undefined> {
  const decode = rowDecoder(result.columns)
  cap.nextTable()
  yield { kind: 'table', ...headOf(result), heads }
  for await (const chunk of engine.query(result.sql, options)) {
    const { rows, done } = cap.pass(chunk)
    if (rows.length > 0) yield { kind: 'rows', rows: rows.map(decode) }
    if (done) return
  }
}

function timeAllowed(limits: Limits, request: QueryRequest): number {
  const { defaultMillis, maxMillis } = limits.answers[request.profile]
  return Math.min(request.maxMillis ?? defaultMillis, maxMillis)
}

async function cleanUp({ engine, log }: QueryParts, { stages }: Compiled): Promise<void> {
  for (const stage of stages) {
    await dropScratch(engine, stage).catch((error: unknown) => log.warn({ err: error }, 'a scratch table stays behind'))
  }
}
