// Runs statements on the engine of this process: pools of connections, limits, cancelling. Used by host.ts.
import { drainPending, Session } from 'chdb'
import { systemClock } from '../../core/clock.ts'
import { EngineError, type RunOptions, type TableName } from '../engine.ts'
import { Control } from './control.ts'
import { engineError } from './errors.ts'
import { Handle } from './handle.ts'
import { Pool } from './pool.ts'
import type { HostOptions } from './protocol.ts'
import { select, withLimits } from './select.ts'
import { commandSettings, insertSettings, settingsClause } from './settings.ts'
import { Watch } from './watch.ts'

/** How often a crash is looked for while something runs. */
const checkMillis = 2_000

/** Names that the package takes in an insert. */
const insertable = /^[A-Za-z0-9_]+$/

export class Executor {
  readonly #control: Control
  readonly #readers: Pool<Handle>
  readonly #writers: Pool<Session>
  readonly #spare: Handle[] = []
  readonly #running = new Set<Watch>()
  #commands = 0

  constructor(options: HostOptions, onCrash: () => void) {
    const { folder, arguments: args } = options
    const makeHandle = () => new Handle({ folder, arguments: args })
    this.#control = new Control(makeHandle(), onCrash)
    setInterval(() => this.#running.size > 0 && void this.#control.check(), checkMillis)
    this.#readers = new Pool({
      size: options.handles,
      make: () => this.#spare.pop() ?? makeHandle(),
      destroy: async (handle) => {
        await handle.reset()
        this.#spare.push(handle)
      },
    })
    this.#writers = new Pool({
      size: options.writers,
      make: () => new Session(folder, { connectionArgs: args }),
      destroy: async (session) => session.close(),
    })
  }

  /** Chunks are JSON arrays of rows. */
  async *query(sql: string, options: RunOptions): AsyncGenerator<Uint8Array, void, void> {
    const handle = await this.#readers.acquire(options.signal)
    const watch = this.#watch(options, options.tag)
    try {
      yield* select(sql, options, { handle, watch, control: this.#control, clock: systemClock })
    } finally {
      this.#unwatch(watch)
      if (handle.busy) this.#readers.discard(handle)
      else this.#readers.release(handle)
    }
  }

  async insert({ database, table }: TableName, ndjson: Uint8Array): Promise<void> {
    if (!insertable.test(database) || !insertable.test(table)) {
      throw new EngineError('rejected', `cannot insert into a table named ${database}.${table}`)
    }
    const target = `${database}.${table}`
    await this.#write(undefined, (session) =>
      session.insert({ table: target, values: ndjson, format: 'JSONEachRow', settings: insertSettings }),
    )
  }

  /** The answer of a statement that has one, which should be small. */
  async command(sql: string, options: Partial<RunOptions>): Promise<string> {
    const tag = options.tag ?? `command ${++this.#commands}`
    // DDL has SETTINGS of its own and takes no time worth a limit.
    const limited = /^\s*INSERT\b/i.test(sql)
    const statement = limited ? sql + settingsClause(commandSettings(tag, options.limits)) : sql
    return this.#write(options.signal, async (session) => {
      const watch = this.#watch(options, tag)
      try {
        return (await watch.during(session.queryAsync(statement, { format: 'JSONCompactEachRow' }))).text()
      } catch (error) {
        throw watch.reason ?? withLimits(engineError(error), options)
      } finally {
        this.#unwatch(watch)
      }
    })
  }

  run(sql: string): Promise<string> {
    return this.#control.run(sql)
  }

  /** Ends what runs, except inserts, which come to their end. */
  async close(): Promise<void> {
    for (const watch of this.#running) watch.stop(new EngineError('closed', 'the engine is closing'))
    await Promise.all([this.#readers.close(), this.#writers.close()])
    await drainPending()
  }

  /** A failed single-shot call can leave its rest in the connection, so that one is not used again. */
  async #write<T>(signal: AbortSignal | undefined, work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#writers.acquire(signal)
    try {
      const answer = await work(session)
      this.#writers.release(session)
      return answer
    } catch (error) {
      this.#writers.discard(session)
      throw engineError(error)
    }
  }

  #watch(options: Partial<RunOptions>, tag: string): Watch {
    const watch = new Watch(options, tag, this.#control)
    this.#running.add(watch)
    return watch
  }

  #unwatch(watch: Watch): void {
    watch.end()
    this.#running.delete(watch)
  }
}
