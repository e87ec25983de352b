// How many queries of the corpora run: numbers that may not fall. What fails is printed by `node e2e/corpora.ts`.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CorpusName, type CorpusReport, corporaAreHere, runCorpus } from './corpora.ts'
import { type RealServer, startRealServer } from './server.ts'

const atLeast = {
  docs: 509,
  'docs-queries': 91,
  'docs-rejects': 41,
  loco: 102,
  field: 1395,
  baseline: 44,
  walkthrough: 29,
  containers: 25,
  resources: 52,
} as const satisfies Record<CorpusName, number>

let server: RealServer
beforeAll(async () => {
  server = await startRealServer()
})
afterAll(() => server.stop())

const reports = new Map<CorpusName, Promise<CorpusReport>>()

/** Each corpus runs once. */
function reportOf(name: CorpusName): Promise<CorpusReport> {
  const report = reports.get(name) ?? runCorpus(`${server.url}/v1/workspaces/default`, name)
  reports.set(name, report)
  return report
}

it.skipIf(!corporaAreHere()).each(Object.entries(atLeast))(
  `%s: at least %i answer${corporaAreHere() ? '' : ' (skipped: ../shared with the corpora is absent)'}`,
  async (name, wanted) => {
    const { total, failures, refusals } = await reportOf(name as CorpusName)
    const said = [...failures, ...refusals].map(({ id, why }) => `${id}: ${why}`).join('\n')
    expect(total - failures.length - refusals.length, said).toBeGreaterThanOrEqual(wanted)
  },
)

it.skipIf(!corporaAreHere()).each(['docs-queries', 'docs-rejects', 'loco', 'field'] as const)(
  '%s: nothing fails but what is refused for a reason',
  async (name) => {
    expect((await reportOf(name)).failures).toEqual([])
  },
)

it.skipIf(!corporaAreHere())('docs/kql-differences.md explains every example that comes out otherwise', async () => {
  const page = readFileSync(new URL('../docs/kql-differences.md', import.meta.url), 'utf8')
  const explained = [...page.matchAll(/^- `([^`]+)`: /gm)].map(([, id]) => id)
  const { failures } = await reportOf('docs')
  expect(failures.map(({ id }) => id).sort()).toEqual(explained.sort())
})
