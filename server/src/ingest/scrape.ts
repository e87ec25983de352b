// Scrapes Prometheus targets: each at its interval, with `up` and its kin beside what it serves, and an end for every series
// that is gone. https://prometheus.io/docs/concepts/jobs_instances/
import type { Workspace } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { ScrapeTarget, TargetSource } from './scrape-targets.ts'
import type { Decoded, Ingest, Receiver, TableRow } from './types.ts'

export interface ScraperParts {
  readonly ingest: Pick<Ingest, 'accept' | 'append'>
  /** Of Prometheus' text format. */
  readonly receiver: Receiver
  /** Undefined: there is no such workspace, or none to choose. */
  readonly workspace: (name: string | undefined) => Workspace | undefined
  readonly sources: readonly TargetSource[]
  readonly routes: string
  readonly clock: Clock
  readonly log: Log
}

/** What an operator is told of a target. */
export interface TargetStatus {
  readonly url: string
  readonly job: string
  readonly instance: string
  /** GUID; absent: the target names no workspace that is there. */
  readonly workspaceId?: string
  /** Absent: not asked yet. */
  readonly last?: { readonly at: number; readonly millis: number; readonly samples: number; readonly fault?: string }
}

export interface Scraper {
  targets(): readonly TargetStatus[]
  /** Lets scrapes under way end. */
  stop(): Promise<void>
}

type SeriesRows = ReadonlyMap<string, TableRow>

interface TargetState {
  readonly target: ScrapeTarget
  due: number
  isRunning: boolean
  /** Series of the last scrape, by name and labels. */
  series: SeriesRows
  last?: NonNullable<TargetStatus['last']>
}

const tickMillis = 1000
/** As Prometheus has it by default. */
const longestMillis = 10_000
const accepted = 'application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'

export function startScraper(parts: ScraperParts): Scraper {
  const states = new Map<string, TargetState>()
  const running = new Set<Promise<void>>()
  const track = (work: Promise<void>) => {
    const caught = work.catch((error: unknown) => parts.log.warn({ err: error }, 'a scrape could not be stored'))
    running.add(caught)
    void caught.finally(() => running.delete(caught))
  }
  const tick = () => {
    for (const state of followTargets(parts, states)) track(endSeries(parts, state, state.series, parts.clock.now()))
    const now = parts.clock.now()
    for (const state of states.values()) {
      if (state.isRunning || now < state.due) continue
      state.due = now + state.target.intervalMillis
      state.isRunning = true
      track(
        scrape(parts, state, now).finally(() => {
          state.isRunning = false
        }),
      )
    }
  }
  const timer = setInterval(tick, tickMillis)
  tick()
  return {
    targets: () => [...states.values()].map((state) => statusOf(parts, state)),
    async stop() {
      clearInterval(timer)
      await Promise.all(running)
    },
  }
}

/** Brings the states in line with the sources; gives those whose targets are gone. */
function followTargets({ sources, clock }: ScraperParts, states: Map<string, TargetState>): readonly TargetState[] {
  const targets = new Map(sources.flatMap((source) => source.targets()).map((target) => [keyOf(target), target]))
  const gone = [...states].filter(([key]) => !targets.has(key))
  for (const [key] of gone) states.delete(key)
  for (const [key, target] of targets) {
    if (states.has(key)) continue
    // Spread over the interval by address, so that targets do not come all at once.
    const offset = [...key].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 0) / 1009
    const wait = Math.min(target.intervalMillis, longestMillis) * offset
    states.set(key, { target, due: clock.now() + wait, isRunning: false, series: new Map() })
  }
  return gone.map(([, state]) => state)
}

function keyOf({ url, job, instance, workspace = '' }: ScrapeTarget): string {
  return JSON.stringify([url, job, instance, workspace])
}

async function scrape(parts: ScraperParts, state: TargetState, started: number): Promise<void> {
  const { target, series: before } = state
  const workspace = parts.workspace(target.workspace)
  if (!workspace) {
    parts.log.warn({ url: target.url }, 'a scrape target names no workspace that is there')
    return
  }
  const seen = new Map<string, TableRow>()
  const failure = await take(parts, target, workspace, started, seen)
  if (failure !== undefined) {
    parts.log.warn({ url: target.url }, `scrape failed: ${failure}`)
    seen.clear()
  }
  state.series = seen
  const gone = new Map([...before].filter(([key]) => !seen.has(key)))
  await endSeries(parts, state, gone, started)
  const millis = parts.clock.now() - started
  state.last = { at: started, millis, samples: seen.size, ...(failure !== undefined && { fault: failure }) }
  const seconds = millis / 1000
  const report = `up ${failure === undefined ? 1 : 0}\nscrape_duration_seconds ${seconds}\nscrape_samples_scraped ${seen.size}\n`
  await accept(parts, target, workspace, started, { contentType: 'text/plain', body: [Buffer.from(report)] })
}

function statusOf({ workspace }: ScraperParts, { target, last }: TargetState): TargetStatus {
  const { url, job, instance } = target
  const workspaceId = workspace(target.workspace)?.id
  return { url, job, instance, ...(workspaceId !== undefined && { workspaceId }), ...(last && { last }) }
}

/** Undefined: what the target served is stored; else why not. */
async function take(
  parts: ScraperParts,
  target: ScrapeTarget,
  workspace: Workspace,
  started: number,
  seen: Map<string, TableRow>,
): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(Math.min(target.intervalMillis, longestMillis))
    const { authorization } = target
    const headers = { accept: accepted, ...(authorization !== undefined && { authorization }) }
    const response = await fetch(target.url, { signal, headers })
    if (!response.ok || !response.body) {
      await response.body?.cancel()
      return `it answered ${response.status}`
    }
    const contentType = response.headers.get('content-type') ?? 'text/plain'
    await accept(parts, target, workspace, started, { contentType, body: response.body }, seen)
    return undefined
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
    return `${error instanceof Error ? error.message : error}${cause}`
  }
}

interface Exposition {
  readonly contentType: string
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

async function accept(
  { ingest, receiver, routes }: ScraperParts,
  { job, instance }: ScrapeTarget,
  workspace: Workspace,
  started: number,
  { contentType, body }: Exposition,
  seen = new Map<string, TableRow>(),
): Promise<void> {
  const time = new Date(started).toISOString()
  const noting: Receiver = {
    name: receiver.name,
    async *decode(bytes, head) {
      for await (const batch of receiver.decode(bytes, head)) {
        for (const record of batch) note(record, time, seen)
        yield batch
      }
    },
  }
  const parameters = { job, instance, timestamp: String(started), keepTime: 'true', routes }
  await ingest.accept({ workspace, receiver: noting, body: chunksOf(body), head: { contentType, parameters } })
}

async function* chunksOf(body: Exposition['body']): AsyncGenerator<Uint8Array> {
  yield* body
}

/** Series that give times of their own end when they say so. */
function note(record: Decoded, time: string, seen: Map<string, TableRow>): void {
  if ('rejected' in record || record.table !== 'PrometheusMetrics' || record.time !== time) return
  const { Name = null, Labels = null } = record.fields
  seen.set(JSON.stringify([Name, Labels]), { table: record.table, fields: { Name, Labels, IsStale: true } })
}

async function endSeries(
  { ingest, workspace }: ScraperParts,
  { target }: TargetState,
  series: SeriesRows,
  millis: number,
): Promise<void> {
  const at = workspace(target.workspace)
  if (series.size === 0 || !at) return
  const time = new Date(millis).toISOString()
  await ingest.append(
    at,
    [...series.values()].map((row) => ({ ...row, time })),
  )
}
