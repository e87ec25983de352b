// One SELECT on one handle: chunks of rows (each a JSON array) out, statistics on the side. Used by executor.ts.
import type { Clock } from '../../core/clock.ts'
import { EngineError, noUse, type RunOptions } from '../engine.ts'
import type { Control } from './control.ts'
import { engineError } from './errors.ts'
import type { Handle } from './handle.ts'
import type { Answer } from './protocol.ts'
import { querySettings, settingsClause } from './settings.ts'
import { timeoutError, type Watch } from './watch.ts'

const sampleMillis = 200

export interface SelectContext {
  readonly handle: Handle
  readonly watch: Watch
  readonly control: Control
  readonly clock: Clock
}

/**
 * One chunk is fetched ahead while the caller works on the last. Leaves the handle clean when it ends in any way, except
 * when the engine would not let go: then the handle is still busy.
 */
export async function* select(
  sql: string,
  options: RunOptions,
  context: SelectContext,
): AsyncGenerator<Uint8Array, void, void> {
  const { handle, watch, control, clock } = context
  const sampler = options.onStatistics && new Sampler(options.tag, control)
  const started = clock.now()
  const statement = sql + settingsClause(querySettings(options.tag, options.limits))
  let coming = watch.during(handle.request({ kind: 'start', sql: statement }))
  let look = options.looksEarly ? sampler : undefined
  let ended = false
  try {
    for (;;) {
      const answer = await coming
      ended = answer.kind !== 'chunk'
      if (watch.reason) throw watch.reason
      if (answer.kind !== 'chunk') return finish(answer, options)
      coming = next(context, look)
      look = undefined
      yield answer.json
    }
  } finally {
    sampler?.end()
    if (!ended) await leave(context, coming)
    options.onStatistics?.({ elapsedMillis: clock.now() - started, ...(sampler?.seen ?? noUse) })
  }
}

/** A query with one chunk, as most are, must be looked at before the second fetch, which ends it. */
function next({ handle, watch }: SelectContext, sampler: Sampler | undefined): Promise<Answer> {
  const looked = sampler?.sample() ?? Promise.resolve()
  const coming = looked.then(() => watch.during(handle.request({ kind: 'next' })))
  coming.catch(() => undefined)
  return coming
}

/** Kills what is being fetched, and lets go of the stream once the engine has. */
async function leave({ handle, watch }: SelectContext, coming: Promise<Answer>): Promise<void> {
  watch.stop(new EngineError('cancelled', 'the caller has left'))
  await coming.catch(() => undefined)
  if (!handle.busy) await handle.request({ kind: 'cancel' })
}

function finish(answer: Answer, options: RunOptions): void {
  if (answer.kind === 'end') return
  if (answer.kind === 'failed') throw withLimits(engineError(new Error(answer.message)), options)
  throw new Error(`unexpected answer of the engine thread: ${answer.kind}`)
}

/** The same failures in the words of the limits that caused them. */
export function withLimits(error: EngineError, { limits }: Partial<RunOptions>): EngineError {
  if (error.kind === 'timeout' && limits) return timeoutError(limits.maxMillis, error.cause)
  // "(total)" is the limit of the whole engine, "Query" that of this one.
  if (error.kind !== 'memory' || !limits || !/^Query memory/.test(error.message)) return error
  const limit = `${Math.round(limits.maxMemoryBytes / 1e6)} MB`
  return new EngineError('memory', `the query needs more memory than its limit of ${limit}`, { cause: error.cause })
}

/** Streams carry no statistics, so the running statement is looked at now and then; the last look counts. */
class Sampler {
  seen = noUse
  readonly #tag: string
  readonly #control: Control
  readonly #timer: NodeJS.Timeout

  constructor(tag: string, control: Control) {
    this.#tag = tag
    this.#control = control
    this.#timer = setInterval(() => void this.sample(), sampleMillis).unref()
  }

  async sample(): Promise<void> {
    const use = await this.#control.use(this.#tag).catch(() => undefined)
    if (use) this.seen = use
  }

  end(): void {
    clearInterval(this.#timer)
  }
}
