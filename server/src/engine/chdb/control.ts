// The reserved handle: stops running statements and looks at their progress, however busy the other handles are.
import { quoteString } from '@conshelf/kql/sql/quote'
import type { ResourceUse } from '../engine.ts'
import { engineError, isCrash } from './errors.ts'
import type { Handle } from './handle.ts'

const patienceMillis = 20_000

export class Control {
  readonly #handle: Handle
  readonly #onCrash: () => void
  #last: Promise<unknown> = Promise.resolve()

  /** `onCrash` is called when the engine says of itself that it cannot go on. */
  constructor(handle: Handle, onCrash: () => void) {
    this.#handle = handle
    this.#onCrash = onCrash
  }

  /** Runs a short statement, after those before it; the answer is tab-separated text. */
  async run(sql: string): Promise<string> {
    const turn = this.#last.then(() => this.#handle.request({ kind: 'run', sql }))
    this.#last = turn.catch(() => undefined)
    const answer = await turn
    if (answer.kind === 'text') return answer.text
    const error = engineError(
      new Error(answer.kind === 'failed' ? answer.message : `unexpected answer: ${answer.kind}`),
    )
    if (isCrash(error)) this.#onCrash()
    throw error
  }

  /** Finds a crash, of which the statements that it hit do not tell: they never end. */
  async check(): Promise<void> {
    const late = setTimeout(this.#onCrash, patienceMillis)
    await this.run('SELECT 1').catch(() => undefined)
    clearTimeout(late)
  }

  /** Asks the engine to stop a statement; it does so at its next look. Nothing happens when there is none. */
  async kill(tag: string): Promise<void> {
    await this.run(`KILL QUERY WHERE ${tagged(tag)} ASYNC`)
  }

  /** What a statement has used so far; undefined when it is not running. */
  async use(tag: string): Promise<ResourceUse | undefined> {
    const cpu = "ProfileEvents['UserTimeMicroseconds'], ProfileEvents['SystemTimeMicroseconds']"
    const columns = `read_rows, read_bytes, peak_memory_usage, ${cpu}`
    const text = await this.run(`SELECT ${columns} FROM system.processes WHERE ${tagged(tag)}`)
    const [rowsRead, bytesRead, peakMemoryBytes, user, kernel] = text.trim().split('\t').map(Number)
    if (bytesRead === undefined || peakMemoryBytes === undefined || rowsRead === undefined) return undefined
    return { rowsRead, bytesRead, peakMemoryBytes, userMillis: (user ?? 0) / 1000, kernelMillis: (kernel ?? 0) / 1000 }
  }
}

const tagged = (tag: string) => `Settings['log_comment'] = ${quoteString(tag)}`
