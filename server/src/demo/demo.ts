// Runs the demo: creates its workspaces, loads the history, then stores every slot as it ends. main.ts starts it.
// Nothing is stored twice and nothing is left out, whatever happens: before a batch is stored its bounds are written down, and each
// request of a batch has an idempotency key. After a crash the batch that was under way is repeated with the same bounds.
import { setTimeout } from 'node:timers/promises'
import type { Workspace, Workspaces } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import { type Ingest, type IngestOutcome, Overloaded, type Receiver } from '../ingest/types.ts'
import { environmentOf, type WorkspaceName, workspaceGuids } from './environment.ts'
import { bodyUnlessEmpty, type Feed, feeds } from './feed.ts'
import { type Batch, historyMillis, nextBatch, slotStart } from './plan.ts'
import { second, slotMillis } from './time.ts'
import { type World, worldOf } from './world.ts'

/** Small texts that survive a restart. */
export interface DemoStore {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
}

export interface DemoProgress {
  /** Time up to which everything is stored. */
  readonly until: number
  /** Share of the history that is loaded, 0 to 1. */
  readonly share: number
  /** Rows stored since the start of the process. */
  readonly rows: number
}

export interface DemoOptions {
  readonly ingest: Pick<Ingest, 'accept'>
  readonly workspaces: Pick<Workspaces, 'create'>
  readonly receivers: { readonly azureDiagnostics: Receiver; readonly json: Receiver }
  readonly clock: Clock
  readonly seed: number
  /** Without it every start begins with a history of its own. */
  readonly store?: DemoStore
  readonly onProgress?: (progress: DemoProgress) => void
  /** Something did not go as it should; the demo tries again or goes on. */
  readonly onProblem?: (message: string) => void
  readonly signal?: AbortSignal
}

export interface Demo {
  /** Resolves when the history is stored; rejects when the demo is stopped before. */
  readonly ready: Promise<void>
  stop(): Promise<void>
}

/** What the store remembers: where the script began, and the last batch. */
interface State {
  readonly epoch: number
  readonly batch: Batch
  /** False: it may be stored in part, or even wholly. */
  readonly stored: boolean
}

interface Run {
  readonly options: DemoOptions
  readonly world: World
  readonly targets: Readonly<Record<WorkspaceName, Workspace>>
  readonly signal: AbortSignal
  rows: number
}

export async function startDemo(options: DemoOptions): Promise<Demo> {
  const targets = await createWorkspaces(options)
  const state = await readState(options)
  const epoch = state?.epoch ?? slotStart(options.clock.now()) - historyMillis
  const stopping = new AbortController()
  const signal = options.signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, options.signal])
  const run: Run = { options, world: worldOf(options.seed, epoch), targets, signal, rows: 0 }
  const loaded = Promise.withResolvers<void>()
  // Whoever does not wait for the history need not handle its end.
  loaded.promise.catch(() => {})
  const ended = generate(run, state, loaded.resolve)
    .catch((error: unknown) => {
      if (!signal.aborted) options.onProblem?.(`The demo stopped: ${messageOf(error)}`)
    })
    .finally(() => loaded.reject(new Error('the demo was stopped')))
  return {
    ready: loaded.promise,
    stop: async () => {
      stopping.abort()
      await ended
    },
  }
}

async function createWorkspaces({
  workspaces,
  seed,
}: DemoOptions): Promise<Readonly<Record<WorkspaceName, Workspace>>> {
  const { ids } = environmentOf(seed)
  const resourceIds = { networking: ids.networking, cluster: ids.clusterWorkspace }
  const create = (name: WorkspaceName): Promise<Workspace> =>
    workspaces.create({ id: workspaceGuids[name], name, resourceId: resourceIds[name] })
  return { networking: await create('networking'), cluster: await create('cluster') }
}

const stateKey = (seed: number): string => `demo/${seed}`

async function readState({ store, seed }: DemoOptions): Promise<State | undefined> {
  const text = await store?.get(stateKey(seed))
  return text === undefined ? undefined : (JSON.parse(text) as State)
}

async function writeState({ options, world }: Run, batch: Batch, stored: boolean): Promise<void> {
  await options.store?.set(
    stateKey(options.seed),
    JSON.stringify({ epoch: world.epoch, batch, stored } satisfies State),
  )
}

/** Repeats what a crash may have cut short, loads what is missing, then follows the clock until it is stopped. */
async function generate(run: Run, state: State | undefined, onLoaded: () => void): Promise<void> {
  const { clock } = run.options
  let done = run.world.epoch
  if (state !== undefined) {
    if (!state.stored) await storeBatch(run, state.batch)
    done = state.batch.to
  }
  const first = done
  const target = slotStart(clock.now())
  while (!run.signal.aborted) {
    if (done >= target) onLoaded()
    const now = clock.now()
    const batch = nextBatch(done, now)
    if (batch === undefined) {
      await setTimeout(slotStart(now) + slotMillis - now, undefined, { signal: run.signal })
      continue
    }
    await writeState(run, batch, false)
    await storeBatch(run, batch)
    await writeState(run, batch, true)
    done = batch.to
    const share = target <= first ? 1 : Math.min((done - first) / (target - first), 1)
    run.options.onProgress?.({ until: done, share, rows: run.rows })
  }
}

/** Stores all streams of a batch at once; a stream that fails is tried again until it is stored. */
async function storeBatch(run: Run, batch: Batch): Promise<void> {
  const outcomes = await Promise.allSettled(feeds.map((feed) => storeFeed(run, batch, feed)))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

const longestPause = 60 * second

async function storeFeed(run: Run, batch: Batch, feed: Feed): Promise<void> {
  for (let pause = second; ; pause = Math.min(pause * 2, longestPause)) {
    run.signal.throwIfAborted()
    try {
      const outcome = await send(run, batch, feed)
      if (outcome === undefined) return
      run.rows += outcome.accepted
      report(run, feed, outcome)
      return
    } catch (error) {
      if (run.signal.aborted) throw error
      const overloaded = error instanceof Overloaded
      if (!overloaded)
        run.options.onProblem?.(`The demo could not store ${feed.name} and tries again: ${messageOf(error)}`)
      const wait = overloaded ? error.retryAfterSeconds * second : pause
      await setTimeout(wait, undefined, { signal: run.signal })
    }
  }
}

async function send(run: Run, batch: Batch, feed: Feed): Promise<IngestOutcome | undefined> {
  const { ingest, receivers, seed } = run.options
  const { stream } = feed
  const body = await bodyUnlessEmpty(run.world, batch, feed)
  if (body === undefined) return undefined
  const isTable = stream.receiver === 'json'
  const bounds = `${batch.from}-${batch.to}${batch.thinned ? '-thinned' : ''}`
  return ingest.accept({
    workspace: run.targets[stream.workspace],
    receiver: isTable ? receivers.json : receivers.azureDiagnostics,
    body,
    head: {
      contentType: 'application/x-ndjson',
      parameters: { keepTime: 'true', ...(isTable ? { table: stream.table } : { mode: 'diagnostics' }) },
    },
    idempotencyKey: `demo/${seed}/${run.world.epoch}/${bounds}/${feed.name}`,
  })
}

function report(run: Run, feed: Feed, { rejected, errors }: IngestOutcome): void {
  if (rejected === 0) return
  run.options.onProblem?.(`${rejected} rows of ${feed.name} were refused: ${errors[0]?.reason ?? 'no reason given'}`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
