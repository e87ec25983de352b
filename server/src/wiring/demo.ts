// The demo environment as main.ts starts it.
import { owner } from '../access/principal.ts'
import type { Alerting } from '../alerts/alerting.ts'
import type { DemoState } from '../api/parts.ts'
import type { Clock } from '../core/clock.ts'
import type { Closers } from '../core/closers.ts'
import type { Log } from '../core/log.ts'
import { type Demo, type DemoProgress, type DemoStore, startDemo } from '../demo/demo.ts'
import { resources as demoResources, logAlertRules } from '../demo/resources/index.ts'
import { receivers } from '../ingest/receivers/index.ts'
import type { Ingest } from '../ingest/types.ts'
import type { Storage } from '../storage.ts'
import { deploy } from './deployed.ts'

interface DemoParts extends Pick<Storage, 'workspaces' | 'store' | 'resources'> {
  readonly ingest: Ingest
  readonly alerting: Alerting
  readonly clock: Clock
  readonly log: Log
}

/** Starts the demo, whose workspaces exist when this resolves. */
export async function runDemo(
  parts: DemoParts,
  state: { demo: DemoState },
  closers: Closers,
  say: (line: string) => void,
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
    async () => {
      state.demo = { state: 'live' }
      await makeRules(parts)
    },
    () => {
      state.demo = { state: 'failed' }
    },
  )
  return demo
}

/** What the history tells is found by rules that begin in it. */
const rulesBeginMillis = 12 * 3_600_000

async function makeRules({ alerting, clock, log }: DemoParts): Promise<void> {
  const known = new Set((await alerting.rules.list()).map(({ rule }) => rule.id.toLowerCase()))
  const from = clock.now() - rulesBeginMillis
  for (const { id, name: _name, type: _type, ...body } of logAlertRules(demoSeed)) {
    if (known.has(id.toLowerCase())) continue
    await alerting.rules
      .put(id, body, owner, { by: 'demo' }, from)
      .catch((error: unknown) => log.warn({ err: error, rule: id }, 'a rule of the demo could not be made'))
  }
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
