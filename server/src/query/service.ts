// The one way to run KQL: admit, compile, run stages, stream, cap, account, audit. Portal, API, rules and command line call it.
import {
  type Compiled,
  type CompiledResult,
  type CompileOptions,
  type CompileResult,
  compile,
  explain,
} from '@conshelf/kql'
import type { Tables } from '../catalog/types.ts'
import { type Clock, ticksOf } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'
import type { Ids } from '../core/ids.ts'
import type { Limits } from '../core/limits.ts'
import type { Log } from '../core/log.ts'
import { parseInstant } from '../core/time-range.ts'
import { type Engine, EngineError, type QueryStatistics, type RunOptions } from '../engine/engine.ts'
import { Admission } from './admission.ts'
import type { QueryAudit } from './audit.ts'
import { Cap, type CapLimits, capLimits } from './cap.ts'
import { rowDecoder } from './decode.ts'
import { dropScratch, prepareScratch, runStage, scratchDatabase } from './stages.ts'
import { type AnswerPart, InvalidQuery, type QueryRequest, type QueryService, type QueryText } from './types.ts'

export interface QueryParts {
  readonly engine: Engine
  readonly tables: Pick<Tables, 'catalog'>
  readonly audit: QueryAudit
  readonly clock: Clock
  readonly ids: Ids
  readonly limits: Limits
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
    compile: (query) => compile(query.text, compileOptions(parts, query, parts.ids.guid())),
    explain: (query) => explain(query.text, compileOptions(parts, query, parts.ids.guid())),
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

function withSignal(request: QueryRequest, signal: AbortSignal): QueryRequest & { readonly signal: AbortSignal } {
  return { ...request, signal: request.signal ? AbortSignal.any([request.signal, signal]) : signal }
}

type Running = QueryRequest & { readonly signal: AbortSignal }

/** What one query has used so far; the audit row is made of it when the query ends. */
class Account {
  readonly #clock: Clock
  readonly #begun: number
  cap: Cap | undefined
  #rowsRead = 0
  #bytesRead = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#begun = clock.now()
  }

  readonly add = (statistics: QueryStatistics): void => {
    this.#rowsRead += statistics.rowsRead
    this.#bytesRead += statistics.bytesRead
  }

  statistics() {
    return {
      elapsedMillis: this.#clock.now() - this.#begun,
      rowsRead: this.#rowsRead,
      bytesRead: this.#bytesRead,
      tables: this.cap?.tables ?? [],
    }
  }
}

async function* runAudited(
  parts: QueryParts,
  admission: Admission,
  request: Running,
): AsyncGenerator<AnswerPart, void, undefined> {
  const account = new Account(parts.clock)
  // A consumer that leaves early ends the generator at a yield, without an error.
  let status = 499
  try {
    const leave = await admission.enter(request.principal.id, request.signal)
    try {
      for await (const part of runCompiled(parts, request, account)) {
        if (part.kind === 'end') status = 200
        yield part
      }
    } finally {
      leave()
    }
  } catch (error) {
    const failure = failureOf(error, request)
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
  const { engine, limits } = parts
  const tag = parts.ids.guid()
  const attempt = compileRequest(parts, request, tag)
  if (!attempt.ok) throw new InvalidQuery(request.text, attempt.diagnostics)
  const { compiled } = attempt

  const millis = timeAllowed(limits, request)
  const deadline = AbortSignal.timeout(millis)
  const options: RunOptions = {
    tag,
    limits: { maxMillis: millis, maxMemoryBytes: limits.queryMemoryBytes },
    signal: AbortSignal.any([request.signal, deadline]),
    onStatistics: account.add,
  }
  const cap = new Cap(attempt.cap)
  account.cap = cap
  try {
    for (const stage of compiled.stages) await runStage(engine, stage, options)
    for (const table of compiled.results) {
      yield* streamResult(engine, table, cap, options)
      if (cap.truncated) break
    }
  } catch (error) {
    if (deadline.aborted || (error instanceof EngineError && error.kind === 'timeout')) {
      throw new ServerError('queryTimeout', { seconds: millis / 1000 }, { cause: error })
    }
    throw error
  } finally {
    await cleanUp(parts, compiled)
  }
  yield { kind: 'end', statistics: account.statistics(), ...(cap.truncated ? { truncated: cap.truncated } : {}) }
}

async function* streamResult(
  engine: Engine,
  result: CompiledResult,
  cap: Cap,
  options: RunOptions,
): AsyncGenerator<AnswerPart, void, undefined> {
  const { name, columns, sorted, render } = result
  const decode = rowDecoder(columns)
  cap.nextTable()
  yield { kind: 'table', name, columns, sorted, ...(render ? { render } : {}) }
  for await (const chunk of engine.query(result.sql, options)) {
    const { rows, done } = cap.pass(chunk)
    if (rows.length > 0) yield { kind: 'rows', rows: rows.map(decode) }
    if (done) return
  }
}

function compileOptions(parts: QueryParts, query: QueryText, tag: string): CompileOptions {
  return {
    catalog: parts.tables.catalog(query.workspaces),
    now: query.now ?? ticksOf(parts.clock.now()),
    scratch: `${scratchDatabase}.q_${tag.replaceAll('-', '')}_`,
    ...(query.timeRange ? { timeRange: query.timeRange } : {}),
    ...(query.resourceScope ? { resourceScope: query.resourceScope } : {}),
  }
}

type Attempt =
  | { readonly ok: true; readonly compiled: Compiled; readonly cap: CapLimits }
  | Extract<CompileResult, { readonly ok: false }>

/**
 * The engine is told how many rows will be read at most. The `set` statements that change that, or the present
 * (`set query_now = datetime(…)`), are known only after the text was read, so such a query is compiled twice.
 */
function compileRequest(parts: QueryParts, request: QueryRequest, tag: string): Attempt {
  const capOf = (options: Compiled['options']) => capLimits(parts.limits, request.profile, options, request.takeRows)
  const options = { ...compileOptions(parts, request, tag), maxRows: rowsRead(capOf({})) }
  const first = compile(request.text, options)
  if (!first.ok) return first
  const cap = capOf(first.compiled.options)
  const changed = { ...options, maxRows: rowsRead(cap), now: queryNow(first.compiled) ?? options.now }
  if (changed.maxRows <= options.maxRows && changed.now === options.now) return { ...first, cap }
  const second = compile(request.text, changed)
  return second.ok ? { ...second, cap } : second
}

/** One more than is sent tells whether there are more. */
function rowsRead(cap: CapLimits): number {
  return Math.min(cap.rows + 1, cap.take)
}

function queryNow({ options }: Compiled): bigint | undefined {
  const text = options.query_now
  return typeof text === 'string' ? parseInstant(text) : undefined
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

/** Every failure of a query as an entry of the table of errors. */
function failureOf(error: unknown, request: Running): ServerError {
  if (error instanceof ServerError) return error
  if (request.signal.aborted) {
    const reason: unknown = request.signal.reason
    return reason instanceof ServerError ? reason : new ServerError('queryCancelled', {}, { cause: error })
  }
  if (!(error instanceof EngineError)) return new ServerError('internal', {}, { cause: error })
  switch (error.kind) {
    case 'memory':
      return new ServerError('queryTooExpensive', {}, { cause: error })
    case 'cancelled':
      return new ServerError('queryCancelled', {}, { cause: error })
    case 'closed':
      return new ServerError('stopping', {}, { cause: error })
    case 'timeout':
    case 'rejected':
      return new ServerError('internal', {}, { cause: error })
    default:
      return error.kind satisfies never
  }
}
