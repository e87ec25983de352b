// Stops a statement of the engine when its time is up, its caller loses interest or the engine closes.
import { EngineError, type RunOptions } from '../engine.ts'
import type { Control } from './control.ts'

/** The engine's own limit comes first; this one is for statements that do not look at the clock. */
const graceMillis = 2_000
/** A statement may not be registered yet when it is killed, so the order is repeated. */
const repeatMillis = 100
/** How long an unwilling statement is waited for before its caller is answered. */
const patienceMillis = 3_000

export class Watch {
  /** Why the statement must end. */
  reason: EngineError | undefined
  readonly #tag: string
  readonly #control: Control
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = () => this.stop(new EngineError('cancelled', 'the query was cancelled'))
  readonly #deadline: NodeJS.Timeout | undefined
  #onStop: (() => void) | undefined

  constructor(options: Partial<RunOptions>, tag: string, control: Control) {
    this.#tag = tag
    this.#control = control
    this.#signal = options.signal
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true })
    if (this.#signal?.aborted) this.#onAbort()
    if (options.limits) {
      const expired = timeoutError(options.limits.maxMillis)
      this.#deadline = setTimeout(() => this.stop(expired), options.limits.maxMillis + graceMillis).unref()
    }
  }

  stop(reason: EngineError): void {
    this.reason ??= reason
    this.#onStop?.()
  }

  /** Waits for the engine's work; when stopped, kills it and waits for its end, but not forever. */
  async during<T>(work: Promise<T>): Promise<T> {
    const { promise: givenUp, reject: giveUp } = Promise.withResolvers<never>()
    let repeat: NodeJS.Timeout | undefined
    let patience: NodeJS.Timeout | undefined
    this.#onStop = () => {
      if (repeat) return
      this.#kill()
      repeat = setInterval(() => this.#kill(), repeatMillis)
      patience = setTimeout(() => giveUp(this.reason), patienceMillis)
    }
    if (this.reason) this.#onStop()
    try {
      return await Promise.race([work, givenUp])
    } finally {
      this.#onStop = undefined
      clearInterval(repeat)
      clearTimeout(patience)
    }
  }

  end(): void {
    clearTimeout(this.#deadline)
    this.#signal?.removeEventListener('abort', this.#onAbort)
  }

  #kill(): void {
    this.#control.kill(this.#tag).catch(() => undefined)
  }
}

export function timeoutError(maxMillis: number, cause?: unknown): EngineError {
  return new EngineError('timeout', `the query ran longer than its limit of ${maxMillis / 1000} s`, { cause })
}
