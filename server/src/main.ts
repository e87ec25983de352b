// The wiring: components start in order and stop in reverse. The only file that knows them all; cli/ calls it.
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSharedKeys } from './access/shared-keys.ts'
import type { ApiParts, DemoState } from './api/parts.ts'
import { selfSignedPair, type TlsPair } from './api/self-signed.ts'
import { createApi } from './api/server.ts'
import { isPortal } from './api/static.ts'
import type { Workspace, Workspaces } from './catalog/types.ts'
import { type Config, ConfigError, isLoopback } from './config.ts'
import { type Clock, systemClock } from './core/clock.ts'
import { Closers } from './core/closers.ts'
import { randomIds } from './core/ids.ts'
import { defaultLimits, type Limits } from './core/limits.ts'
import { createLog, type Log } from './core/log.ts'
import { type Demo, type DemoProgress, type DemoStore, startDemo } from './demo/demo.ts'
import { resources as demoResources } from './demo/resources/index.ts'
import { deploy } from './deployed.ts'
import { followSources } from './follow-sources.ts'
import { createIngest } from './ingest/pipeline.ts'
import { openDailyQuota } from './ingest/quota.ts'
import { receivers } from './ingest/receivers/index.ts'
import { unknownRoutes } from './ingest/receivers/routes.ts'
import { openDataCollectionRules } from './ingest/rules/data-collection-rules.ts'
import { openDiagnosticSettings } from './ingest/rules/diagnostic-settings.ts'
import { type Scraper, type ScraperParts, startScraper } from './ingest/scrape.ts'
import type { ListenerStatus, SocketAddress } from './ingest/sockets.ts'
import type { Ingest } from './ingest/types.ts'
import { startSockets } from './listeners.ts'
import { startOperationLog } from './monitor/operations.ts'
import { billableBytes, startUsage } from './monitor/usage.ts'
import { queryAudit } from './query/audit.ts'
import { type ExternalFiles, externalFiles } from './query/external-files.ts'
import { openPlaces, type Places } from './query/places.ts'
import { openRowQueries } from './query/row-queries.ts'
import { openQueryService } from './query/service.ts'
import type { QueryService } from './query/types.ts'
import { openStorage, type Storage } from './storage.ts'

/** Where the portal's build puts it. */
const portalFolder = fileURLToPath(new URL('../../portal/dist', import.meta.url))

export interface RunningServer {
  readonly url: string
  readonly workspaces: Workspaces
  /** Whether the portal is built. */
  readonly portal: boolean
  /** What takes logs over sockets, by the receiver's name. */
  readonly listening: Readonly<Record<string, SocketAddress>>
  /** Resolves when the demo, if there is one, has its history. */
  readonly demoReady: Promise<void>
  stop(): Promise<void>
}

export interface StartOptions {
  readonly config: Config
  readonly version: string
  /** One line for the person at the terminal. */
  readonly say: (line: string) => void
}

export async function startServer(options: StartOptions): Promise<RunningServer> {
  const closers = new Closers()
  try {
    return await start(options, closers)
  } catch (error) {
    await closers.run()
    throw error
  }
}

async function start({ config, version, say }: StartOptions, closers: Closers): Promise<RunningServer> {
  const clock = systemClock
  const log = createLog(config.log)
  const limits = defaultLimits
  const storage = await openStorage(config.data, { clock, log }, closers)
  if (storage.workspaces.list().length === 0 && !config.demo) await createDefaultWorkspace(storage.workspaces)

  const ingestion = await openIngestion(storage, config, { clock, log, limits, queries: () => queries }, closers)
  const { ingest } = ingestion
  const queries = await openQueryService({
    ...storage,
    audit: queryAudit(ingest, log),
    clock,
    ids: randomIds,
    limits,
    log,
    ...placesOf(config),
    ...externalFilesOf(config),
  })

  // The demo brings the usage of its workspaces along.
  if (!config.demo) {
    const usage = startUsage({
      ...storage,
      ingest,
      queries,
      views: storage.content.viewNames,
      clock,
      ids: randomIds,
      log,
    })
    closers.add(() => usage.stop())
  }

  const state: ServerState = {
    ready: false,
    demo: { state: config.demo ? 'loading' : 'off' },
    listeners: () => [],
  }
  const shared = { ...storage, ingest, queries, clock, ids: randomIds, limits, log }
  const secrets = credentials(config, clock)
  const api = await createApi({
    ...shared,
    ...ingestion,
    receivers,
    sharedKeys: openSharedKeys(storage.store),
    version,
    ...routesOf(config, storage),
    ...secrets,
    resourceGraphLanguage: config.resourceGraphLanguage ?? 'documented',
    portal: portalFolder,
    demo: () => state.demo,
    ready: () => state.ready,
    listeners: () => state.listeners(),
  })
  // Queries in flight end while the listener waits for their answers.
  closers.add(() => Promise.all([api.close(), queries.close()]))
  await listen(api, config)
  state.ready = true
  closers.add(async () => {
    state.ready = false
  })
  const scraper = scrapes(config, shared)
  closers.add(() => scraper.stop())
  const demo = config.demo ? await runDemo(shared, state, closers, say) : undefined
  const sockets = await startSockets({ config, ...shared, receiver: receivers.syslog, warn: say, ...secrets })
  closers.add(() => sockets.close())
  state.listeners = sockets.metrics
  closers.add(followSources(config, { ...shared, receivers }))
  return {
    url: urlOf(api.server.address(), config),
    workspaces: storage.workspaces,
    portal: isPortal(portalFolder),
    listening: sockets.listening,
    demoReady: demo?.ready ?? Promise.resolve(),
    stop: () => closers.run(),
  }
}

interface Surroundings {
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  /** Opened after ingestion, which takes its audit rows. */
  readonly queries: () => QueryService
}

/** The pipeline, and the rules and settings that decide what becomes of records before it. */
async function openIngestion(
  storage: Storage,
  config: Config,
  { clock, log, limits, queries }: Surroundings,
  closers: Closers,
) {
  const ids = randomIds
  const rowQueries = openRowQueries({ ...storage, clock, ids, limits, ...placesOf(config) })
  const dataCollectionRules = openDataCollectionRules({ ...storage, ids, queries: rowQueries })
  const audit = (type: string) => storage.content.diagnosticCategories().audit(type)
  const diagnosticSettings = await openDiagnosticSettings({ ...storage, audit })
  const run: QueryService['run'] = (request) => queries().run(request)
  const used = billableBytes({ queries: { run }, ids, views: storage.content.viewNames })
  const quota = openDailyQuota({ ...storage, clock, used })
  const observer = startOperationLog({ ingest: () => ingest, clock, log })
  const ingestLimits = { bodyBytes: limits.ingestBodyBytes }
  const ingest = createIngest({
    ...storage,
    settings: diagnosticSettings,
    observer,
    quota,
    clock,
    ids,
    limits: ingestLimits,
    log,
  })
  closers.add(() => ingest.close())
  closers.add(() => observer.stop())
  return { ingest, rowQueries, dataCollectionRules, diagnosticSettings }
}

/** What health checks and the portal are told. */
interface ServerState {
  ready: boolean
  demo: DemoState
  listeners: () => readonly ListenerStatus[]
}

async function createDefaultWorkspace(workspaces: Workspaces): Promise<Workspace> {
  const subscription = '00000000-0000-0000-0000-000000000000'
  const resourceId = `/subscriptions/${subscription}/resourceGroups/conshelf/providers/Microsoft.OperationalInsights/workspaces/default`
  return workspaces.create({ id: randomIds.guid(), name: 'default', resourceId })
}

function routesOf({ routes }: Config, { content }: Storage): { readonly routes?: string } {
  if (routes === undefined) return {}
  const problem = unknownRoutes(content.routes(), routes)
  if (problem !== undefined) throw new ConfigError(`CONSHELF_ROUTES: ${problem}`)
  return { routes }
}

type ScrapeParts = Pick<ScraperParts, 'ingest' | 'clock' | 'log'> & Pick<Storage, 'workspaces'>

function scrapes({ scrape = [], routes = 'all' }: Config, { workspaces, ...parts }: ScrapeParts): Scraper {
  const workspace = (name: string | undefined) => {
    if (name !== undefined) return workspaces.find(name)
    const all = workspaces.list()
    return all.length === 1 ? all[0] : undefined
  }
  const sources = [{ targets: () => scrape }]
  return startScraper({ ...parts, receiver: receivers['prometheus-text'], workspace, sources, routes })
}

function credentials(config: Config, clock: Clock): Pick<ApiParts, 'token' | 'tls'> {
  const tls = tlsPair(config, clock)
  return { ...(config.token === undefined ? {} : { token: config.token }), ...(tls ? { tls } : {}) }
}

function tlsPair({ tls, data, listen }: Config, clock: Clock): TlsPair | undefined {
  if (!tls) return undefined
  if (tls.kind === 'self-signed') {
    const own = isLoopback(listen.host) || listen.host.includes(':') || listen.host === '0.0.0.0' ? [] : [listen.host]
    return selfSignedPair(join(data, 'tls'), ['localhost', '127.0.0.1', ...own], clock.now())
  }
  try {
    return { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') }
  } catch (error) {
    throw new ConfigError(`CONSHELF_TLS: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

function placesOf({ geoip }: Config): { readonly places?: Places } {
  if (geoip === undefined) return {}
  try {
    return { places: openPlaces(geoip) }
  } catch (error) {
    throw new ConfigError(`CONSHELF_GEOIP: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

function externalFilesOf({ externalData }: Config): { readonly externalFiles?: ExternalFiles } {
  if (externalData === undefined) return {}
  try {
    return { externalFiles: externalFiles(externalData) }
  } catch (error) {
    throw new ConfigError(`CONSHELF_EXTERNALDATA: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

async function listen(api: Awaited<ReturnType<typeof createApi>>, { listen: { host, port } }: Config): Promise<void> {
  try {
    await api.listen({ host, port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE') {
      throw new ConfigError(
        `${host}:${port} is in use by another program; choose another address with --listen HOST:PORT`,
      )
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new ConfigError(
        `cannot listen on ${host}:${port} (${code}); choose another address with --listen HOST:PORT`,
      )
    }
    throw error
  }
}

function urlOf(address: AddressInfo | string | null, { listen: { host }, tls }: Config): string {
  const port = typeof address === 'object' && address ? address.port : 0
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

interface DemoParts extends Pick<Storage, 'workspaces' | 'store' | 'resources'> {
  readonly ingest: Ingest
  readonly clock: Clock
  readonly log: Log
}

/** Starts the demo, whose workspaces exist when this resolves. */
async function runDemo(
  parts: DemoParts,
  state: ServerState,
  closers: Closers,
  say: StartOptions['say'],
): Promise<Demo> {
  const demo = await startDemo({
    workspaces: parts.workspaces,
    ingest: parts.ingest,
    receivers: { azureDiagnostics: receivers['azure-diagnostics'], json: receivers.json },
    clock: parts.clock,
    seed: demoSeed,
    store: demoStore(parts),
    onProgress: (progress) => {
      state.demo = progressState(progress)
      if (state.demo.message) say(state.demo.message)
    },
    onProblem: (message) => parts.log.warn(message),
  })
  await deploy(parts.resources, demoResources(demoSeed))
  closers.add(() => demo.stop())
  demo.ready.then(
    () => {
      state.demo = { state: 'live' }
    },
    () => {
      state.demo = { state: 'failed' }
    },
  )
  return demo
}

/** The demo is the same on every machine. */
const demoSeed = 1

function demoStore({ store, clock }: DemoParts): DemoStore {
  return {
    get: (key) => store.value('demo', key, clock.now()),
    set: async (key, value) => {
      await store.apply([{ do: 'set', space: 'demo', key, value }])
    },
  }
}

function progressState({ share, rows }: DemoProgress): DemoState {
  if (share >= 1) return { state: 'live' }
  return { state: 'loading', message: `demo: ${Math.floor(share * 100)} % loaded, ${rows} rows` }
}
