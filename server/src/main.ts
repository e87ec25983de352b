// The wiring: components start in order and stop in reverse. With wiring/ the only place that knows them all; cli/ calls it.
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { openSharedKeys } from './access/shared-keys.ts'
import { openAlerting } from './alerts/alerting.ts'
import type { DemoState, Followed } from './api/parts.ts'
import { createApi } from './api/server.ts'
import { isPortal } from './api/static.ts'
import type { Workspace, Workspaces } from './catalog/types.ts'
import type { Config } from './config.ts'
import { systemClock } from './core/clock.ts'
import { Closers } from './core/closers.ts'
import { randomIds } from './core/ids.ts'
import { defaultLimits } from './core/limits.ts'
import { createLog } from './core/log.ts'
import { receivers } from './ingest/receivers/index.ts'
import type { ListenerStatus, SocketAddress } from './ingest/sockets.ts'
import { activityLog } from './monitor/activity.ts'
import { startUsage } from './monitor/usage.ts'
import { queryAudit } from './query/audit.ts'
import { openQueryService } from './query/service.ts'
import { openStorage } from './storage.ts'
import { openAccess } from './wiring/access.ts'
import { credentials } from './wiring/credentials.ts'
import { runDemo } from './wiring/demo.ts'
import { followSources } from './wiring/follow-sources.ts'
import { openIngestion, routesOf, scrapes } from './wiring/ingestion.ts'
import { startLifecycle } from './wiring/lifecycle.ts'
import { listen, urlOf } from './wiring/listen.ts'
import { startSockets } from './wiring/listeners.ts'
import { externalFilesOf, placesOf } from './wiring/options.ts'
import { startSecurity } from './wiring/security.ts'

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

  const { lifecycle, stop: stopLifecycle } = await startLifecycle(storage, {
    destinations: new Map(config.exports),
    ingest,
    queries,
    clock,
    log,
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
    followed: () => ({ sources: [], targets: [] }),
    address: () => null,
  }
  const base = () => urlOf(state.address(), config)
  const alerting = openAlerting({ ...storage, ingest, queries, clock, ids: randomIds, log, base })
  const shared = { ...storage, ingest, queries, alerting, clock, ids: randomIds, limits, log }
  const secrets = credentials(config, clock)
  const security = await startSecurity(storage, { ingest, queries, clock, log, base }, closers)
  const api = await createApi({
    ...shared,
    ...ingestion,
    security,
    lifecycle,
    receivers,
    activity: activityLog(shared),
    sharedKeys: openSharedKeys(storage.store),
    version,
    ...routesOf(config, storage),
    ...secrets,
    ...(await openAccess(config, storage, { clock, ids: randomIds })),
    resourceGraphLanguage: config.resourceGraphLanguage ?? 'documented',
    portal: portalFolder,
    demo: () => state.demo,
    ready: () => state.ready,
    listeners: () => state.listeners(),
    followed: () => state.followed(),
  })
  // Queries in flight end while the listener waits for their answers.
  closers.add(() => Promise.all([api.close(), queries.close()]))
  closers.add(stopLifecycle)
  await listen(api, config)
  state.address = () => api.server.address()
  state.ready = true
  await alerting.start()
  closers.add(() => alerting.stop())
  closers.add(async () => {
    state.ready = false
  })
  const scraper = scrapes(config, shared)
  closers.add(() => scraper.stop())
  const demo = config.demo ? await runDemo(shared, state, closers, say) : undefined
  const sockets = await startSockets({ config, ...shared, receiver: receivers.syslog, warn: say, ...secrets })
  closers.add(() => sockets.close())
  state.listeners = sockets.metrics
  const sources = followSources(config, { ...shared, receivers })
  closers.add(() => sources.close())
  state.followed = () => ({ sources: sources.status(), targets: scraper.targets() })
  return {
    url: base(),
    workspaces: storage.workspaces,
    portal: isPortal(portalFolder),
    listening: sockets.listening,
    demoReady: demo?.ready ?? Promise.resolve(),
    stop: () => closers.run(),
  }
}

/** What health checks and the portal are told. */
interface ServerState {
  ready: boolean
  demo: DemoState
  listeners: () => readonly ListenerStatus[]
  followed: () => Followed
  address: () => AddressInfo | null | string
}

async function createDefaultWorkspace(workspaces: Workspaces): Promise<Workspace> {
  const subscription = '00000000-0000-0000-0000-000000000000'
  const resourceId = `/subscriptions/${subscription}/resourceGroups/conshelf/providers/Microsoft.OperationalInsights/workspaces/default`
  return workspaces.create({ id: randomIds.guid(), name: 'default', resourceId })
}
