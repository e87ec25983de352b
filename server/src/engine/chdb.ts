// The embedded engine: ClickHouse through the npm package chdb, one folder each, in a process of its own. A crash of the
// engine then ends no more than the queries that run (it is started again), and its blocking calls block nobody here.
import { totalmem } from 'node:os'
import type { Row } from '@conshelf/kql'
import { engineError } from './chdb/errors.ts'
import { type HostAnswer, type HostCall, HostProcess } from './chdb/host-process.ts'
import type { FromHost, HostOptions } from './chdb/protocol.ts'
import { engineArguments, querySettings, settingsClause } from './chdb/settings.ts'
import { type DataFolder, type OnDamage, openDataFolder } from './data-folder.ts'
import {
  type Engine,
  EngineError,
  type QueryStatistics,
  type RunOptions,
  type TableEstimate,
  type TableName,
} from './engine.ts'
import { estimate } from './estimate.ts'

export interface ChdbOptions {
  /** Folder of the engine's data; made when missing. */
  readonly path: string
  /** SELECTs that run at the same time; the others wait. Each costs a thread and about 12 MB once used. */
  readonly handles?: number
  /** Inserts and commands that run at the same time. */
  readonly writers?: number
  /** What the engine may use in all, caches included. Default: half of the machine's. */
  readonly memoryBytes?: number
  /** Further settings of the engine as arguments (`--use_query_condition_cache=0`), for measurements. */
  readonly arguments?: readonly string[]
  /** Called once, when the engine's process is under way: for work that the wait has room for. */
  readonly whileStarting?: () => void
  /** Told of damage to stored data that leaves the rest readable. Without it, damage fails the start. */
  readonly onDamage?: OnDamage
}

/** Throws DataFolderError or FolderInUse when the folder cannot be opened as it is. */
export async function openChdb(options: ChdbOptions): Promise<Engine> {
  const folder = await openDataFolder(options.path, options.onDamage)
  const host = {
    folder: folder.enginePath,
    arguments: [...engineArguments(options.memoryBytes ?? Math.floor(totalmem() / 2)), ...(options.arguments ?? [])],
    handles: options.handles ?? 6,
    writers: options.writers ?? 4,
  }
  const engine = new ChdbEngine(folder, host)
  try {
    const started = engine.start()
    started.catch(() => undefined)
    options.whileStarting?.()
    await started
    return engine
  } catch (error) {
    await engine.close()
    throw error
  }
}

class ChdbEngine implements Engine {
  readonly #folder: DataFolder
  readonly #options: HostOptions
  #host: HostProcess | undefined
  #started: Promise<HostProcess> | undefined
  #closing: Promise<void> | undefined

  constructor(folder: DataFolder, options: HostOptions) {
    this.#folder = folder
    this.#options = options
  }

  /** The process, started (again) when there is none. */
  start(): Promise<HostProcess> {
    if (this.#closing) return Promise.reject(new EngineError('closed', 'the engine is closed'))
    if (!this.#started || this.#host?.ended) this.#started = this.#start()
    return this.#started
  }

  async *query(sql: string, options: RunOptions): AsyncGenerator<readonly Row[], void, void> {
    if (options.signal?.aborted) throw cancelled()
    const { tag, limits, signal, onStatistics, looksEarly = false } = options
    const host = await this.start()
    const measures = { statistics: onStatistics !== undefined, looksEarly }
    const talk = host.begin({ kind: 'query', sql, options: { tag, limits, ...measures } })
    const onAbort = () => talk.send('abort')
    signal?.addEventListener('abort', onAbort, { once: true })
    let statistics: QueryStatistics | undefined
    let open = true
    try {
      for (;;) {
        const { message, body } = await talk.answer()
        if (message.kind !== 'chunk') {
          open = false
          statistics = message.statistics
          return ended(message)
        }
        yield parseRows(body)
        talk.send('next')
      }
    } finally {
      signal?.removeEventListener('abort', onAbort)
      if (open) {
        talk.send('leave')
        const { message } = await talk.answer()
        if (message.kind !== 'chunk') statistics = message.statistics
      }
      if (statistics) onStatistics?.(statistics)
    }
  }

  async insert(table: TableName, ndjson: Uint8Array): Promise<void> {
    await this.#call({ kind: 'insert', table }, { body: ndjson })
  }

  async command(sql: string, options: Partial<RunOptions> = {}): Promise<void> {
    const { signal, tag, limits } = options
    if (signal?.aborted) throw cancelled()
    const given = { ...(tag === undefined ? {} : { tag }), ...(limits === undefined ? {} : { limits }) }
    await this.#call({ kind: 'command', sql, options: given }, { signal })
  }

  async estimate(sql: string, { tag, limits, signal }: RunOptions): Promise<readonly TableEstimate[]> {
    if (signal?.aborted) throw cancelled()
    const ask = async (statement: string) => {
      const call = {
        kind: 'command',
        sql: statement + settingsClause(querySettings(tag, limits)),
        options: { tag },
      } as const
      const { message } = await this.#call(call, { signal })
      return message.kind === 'done' ? (message.text ?? '') : ''
    }
    return estimate(ask, sql)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #call(
    call: HostCall,
    { body, signal }: { body?: Uint8Array; signal?: AbortSignal | undefined } = {},
  ): Promise<HostAnswer> {
    const host = await this.start()
    const talk = host.begin(call, body)
    const onAbort = () => talk.send('abort')
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      const answer = await talk.answer()
      ended(answer.message)
      return answer
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  async #start(): Promise<HostProcess> {
    const host = new HostProcess(this.#options)
    this.#host = host
    try {
      await this.#folder.start((sql) => run(host, sql))
      return host
    } catch (error) {
      await host.kill()
      throw error
    }
  }

  /** Lets the engine put its things in order, for a while; what is acknowledged is on disk in any case. */
  async #close(): Promise<void> {
    await this.#started?.catch(() => undefined)
    const host = this.#host
    if (host && !host.ended) {
      const late = AbortSignal.timeout(closeMillis)
      await Promise.race([host.begin({ kind: 'close' }).answer(), fired(late)])
      await host.kill()
    }
    await this.#folder.close()
  }
}

const closeMillis = 10_000

const fired = (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))

const cancelled = () => new EngineError('cancelled', 'the query was cancelled')

async function run(host: HostProcess, sql: string): Promise<string> {
  const { message } = await host.begin({ kind: 'run', sql }).answer()
  // Why a connection was not made, the engine says on standard error only.
  const complaint = /^Code: .*$/m.exec(host.complaints)?.[0]
  if (message.kind === 'failed' && complaint) throw engineError(complaint)
  ended(message)
  return message.kind === 'done' ? (message.text ?? '') : ''
}

function ended(message: FromHost): void {
  if (message.kind === 'failed') throw new EngineError(message.error, message.message)
}

function parseRows(json: Uint8Array): readonly Row[] {
  return JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8')) as readonly Row[]
}
