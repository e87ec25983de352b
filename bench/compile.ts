// How long queries take from text to SQL, in a process that has compiled them before: people's queries where the corpus
// lies beside the project, else those of the content packs and of the benchmark.
import { existsSync, readFileSync } from 'node:fs'
import { openContent } from '../server/src/content/content.ts'
import { queries } from './queries.ts'
import { type Bench, request } from './workspace.ts'

const corpus = new URL('../../shared/field-queries/dev.jsonl', import.meta.url)
const rounds = 3

interface NamedQuery {
  readonly name: string
  readonly text: string
}

interface Timed {
  readonly name: string
  readonly millis: number
}

export function measureCompile(bench: Bench, only: string): string {
  const chosen = queriesToCompile().filter(({ name }) => name.includes(only))
  let times: readonly Timed[] = []
  for (let round = 0; round < rounds; round++)
    times = chosen.map(({ name, text }) => compileTime(bench, { name, text: `${text}\n// ${round}` }))
  const sorted = times.toSorted((a, b) => a.millis - b.millis)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]?.millis.toFixed(1)
  const slowest = sorted.slice(-5).reverse()
  return [
    `${sorted.length} queries, ms: median ${at(0.5)}, 95 % ${at(0.95)}, 99 % ${at(0.99)}`,
    ...slowest.map(({ name, millis }) => `${millis.toFixed(1).padStart(8)} ${name}`),
  ].join('\n')
}

function queriesToCompile(): readonly NamedQuery[] {
  if (!existsSync(corpus)) {
    const shipped = openContent()
      .queries()
      .map(({ id, query }) => ({ name: id, text: query }))
    return [...shipped, ...queries.map(({ name, kql }) => ({ name, text: kql }))]
  }
  const lines = readFileSync(corpus, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => {
    const { id, query } = JSON.parse(line) as { readonly id: string; readonly query: string }
    return { name: id, text: query }
  })
}

function compileTime(bench: Bench, { name, text }: NamedQuery): Timed {
  const started = performance.now()
  bench.queries.compile(request(bench, text))
  return { name, millis: performance.now() - started }
}
