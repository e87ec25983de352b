// Runs other people's queries against the real server: the examples of the documentation with their printed results, and
// queries from public repositories, which need only run. Examples of the documentation that read its sample tables are refused for
// those, with a reason; no query may fail otherwise. The corpora lie beside the project, in ../shared.
//
//   node e2e/corpora.ts [docs | field | seeds …] [--only TEXT] [--url URL [--workspace NAME]] [--refusals]
//
// Prints what fails. --refusals: also what a corpus lets be refused. --url: a server that runs already, with the demo's data for example.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type RealServer, startRealServer } from './server.ts'

const shared = new URL('../../shared/', import.meta.url)

interface CorpusQuery {
  readonly id: string
  readonly query: string
}

interface Corpus {
  readonly file: string
  /** Ids whose documented result is wrong, one a line. */
  readonly skip?: string
  /** Undefined: it is enough that the query runs. */
  readonly compare?: 'printed results'
  /** A query may be refused for a reason: it names tables or functions that are not here. */
  readonly mayBeRefused?: true
}

export const corpora = {
  docs: {
    file: 'kql-conformance/docs-dev.jsonl',
    skip: 'kql-conformance/known-doc-errors.tsv',
    compare: 'printed results',
  },
  'docs-queries': { file: 'kql-conformance/docs-queries-dev.jsonl', mayBeRefused: true },
  'docs-rejects': { file: 'kql-conformance/docs-rejects-dev.jsonl', mayBeRefused: true },
  loco: {
    file: 'kql-conformance/loco-dev.jsonl',
    skip: 'kql-conformance/known-loco-differences.tsv',
    compare: 'printed results',
  },
  field: { file: 'field-queries/dev.jsonl' },
  baseline: { file: 'field-queries/seed-queries.jsonl' },
  walkthrough: { file: 'reference/seed-queries.jsonl' },
  containers: { file: 'reference/container-insights-queries.jsonl' },
  resources: { file: 'reference/resource-queries.jsonl' },
} as const satisfies Readonly<Record<string, Corpus>>

export type CorpusName = keyof typeof corpora

export interface Failure {
  readonly id: string
  readonly why: string
}

export interface CorpusReport {
  readonly total: number
  readonly failures: readonly Failure[]
  /** Only of corpora whose queries may be refused. */
  readonly refusals: readonly Failure[]
  readonly times: readonly { readonly id: string; readonly millis: number }[]
}

interface Answer {
  readonly tables?: readonly unknown[]
  readonly error?: ErrorBody
}

interface ErrorBody {
  readonly code?: string
  readonly message?: string
  readonly innererror?: ErrorBody
  readonly details?: readonly ErrorBody[]
}

type Compare = (expected: CorpusQuery, table: unknown) => { readonly ok: boolean; readonly why?: string }

export const corporaAreHere = (): boolean => existsSync(shared)

/** `workspace`: the address of one, as far as its id. */
export async function runCorpus(workspace: string, name: CorpusName, only = ''): Promise<CorpusReport> {
  const corpus: Corpus = corpora[name]
  const compare = corpus.compare ? await comparison() : undefined
  const failures: Failure[] = []
  const refusals: Failure[] = []
  const times: CorpusReport['times'][number][] = []
  const queries = queriesOf(corpus).filter(({ id }) => id.includes(only))
  for (const query of queries) {
    const started = performance.now()
    const outcome = await outcomeOf(workspace, query, compare)
    times.push({ id: query.id, millis: performance.now() - started })
    if (outcome === undefined) continue
    const list = outcome.isRefusal && corpus.mayBeRefused ? refusals : failures
    list.push({ id: query.id, why: outcome.why })
  }
  return { total: queries.length, failures, refusals, times }
}

function queriesOf({ file, skip }: Corpus): readonly CorpusQuery[] {
  const skipped = new Set(skip ? linesOf(skip).map((line) => line.split('\t')[0]) : [])
  return linesOf(file)
    .map((line) => JSON.parse(line) as CorpusQuery & { readonly filled?: string; readonly scope?: string })
    .filter(({ id, scope }) => !skipped.has(id) && scope !== 'resource-graph')
    .map(({ filled, ...rest }) => ({ ...rest, query: filled ?? rest.query }))
}

const linesOf = (path: string): readonly string[] =>
  readFileSync(new URL(path, shared), 'utf8').split('\n').filter(Boolean)

async function comparison(): Promise<Compare> {
  const { compareResult } = (await import(new URL('kql-conformance/compare.mjs', shared).href)) as {
    readonly compareResult: Compare
  }
  return compareResult
}

interface Outcome {
  readonly why: string
  readonly isRefusal: boolean
}

/** Undefined: as it should be. */
async function outcomeOf(
  workspace: string,
  query: CorpusQuery,
  compare: Compare | undefined,
): Promise<Outcome | undefined> {
  try {
    const response = await fetch(`${workspace}/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: query.query }),
      signal: AbortSignal.timeout(60_000),
    })
    const answer = parseWithLargeIntegers(await response.text())
    if (answer.error) {
      const isRefusal = response.status === 400 && answer.error.code === 'BadArgumentError'
      return { why: messages(answer.error).join(' / '), isRefusal }
    }
    const verdict = compare?.(query, answer.tables?.[0]) ?? { ok: true }
    return verdict.ok ? undefined : { why: `differs: ${verdict.why}`, isRefusal: false }
  } catch (error) {
    return { why: String(error), isRefusal: false }
  }
}

function messages({ message, innererror, details }: ErrorBody): readonly string[] {
  const inner = innererror ?? details?.[0]
  return [...(message ? [message] : []), ...(inner ? messages(inner) : [])]
}

/** Integers that JavaScript's numbers cannot hold become strings. */
function parseWithLargeIntegers(text: string): Answer {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source && /^-?\d{16,}$/.test(context.source) ? context.source : value,
  ) as Answer
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      url: { type: 'string' },
      workspace: { type: 'string', default: 'default' },
      refusals: { type: 'boolean' },
    },
  })
  const names = positionals.length > 0 ? positionals : Object.keys(corpora)
  const server: RealServer | undefined = values.url ? undefined : await startRealServer()
  const workspace = `${values.url ?? server?.url}/v1/workspaces/${values.workspace}`
  for (const name of names) {
    const { total, failures, refusals, times } = await runCorpus(workspace, name as CorpusName, values.only)
    for (const { id, why } of values.refusals ? [...refusals, ...failures] : failures)
      console.log(`${id}: ${why.replace(/\s+/g, ' ')}`)
    const sorted = times.toSorted((a, b) => a.millis - b.millis)
    const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1]?.millis ?? 0)
    const slowest = sorted.at(-1)?.id
    console.log(
      `${name}: ${total - failures.length} of ${total} (${refusals.length} refused); ms median ${at(0.5)}, 95 % ${at(0.95)}, longest ${at(1)} (${slowest})`,
    )
  }
  await server?.stop()
}
