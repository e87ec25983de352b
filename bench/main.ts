// `npm run bench`: how KQL through the product compares with hand-written SQL, ingestion with the engine's own insert; how long compiling takes.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { measureCompile } from './compile.ts'
import { type Measured, measure, warmUp } from './measure.ts'
import { queries } from './queries.ts'
import { report } from './report.ts'
import { openBench } from './workspace.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '5000000' },
    data: { type: 'string', default: join(tmpdir(), 'conshelf-bench') },
    repeats: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '10' },
  },
})

const say = (line: string) => console.error(line)

switch (positionals[0] ?? 'queries') {
  case 'queries':
    process.exitCode = (await measureQueries()) ? 0 : 1
    break
  case 'ingest': {
    const { measureIngest } = await import('./ingest.ts')
    console.log(await measureIngest({ rows: Math.min(Number(values.rows), 1_000_000), only: values.only, say }))
    break
  }
  case 'compile': {
    const folder = await mkdtemp(join(tmpdir(), 'compile-bench-'))
    const bench = await openBench(folder, 0, () => undefined)
    console.log(measureCompile(bench, values.only))
    await bench.close()
    await rm(folder, { recursive: true, force: true })
    break
  }
  case 'soak': {
    const { measureSoak } = await import('./soak.ts')
    console.log(await measureSoak({ minutes: Number(values.minutes), say }))
    break
  }
  case 'answer': {
    const { measureAnswer } = await import('./answer.ts')
    console.log(await measureAnswer(say))
    break
  }
  default:
    say(`unknown measurement '${positionals[0]}'; there are queries, ingest, answer, soak and compile`)
    process.exitCode = 2
}

/** False when an answer differs from the SQL's. */
async function measureQueries(): Promise<boolean> {
  const bench = await openBench(resolve(values.data), Number(values.rows), say)
  try {
    const results: Measured[] = []
    warmUp(bench, queries)
    for (const query of queries.filter(({ name }) => name.includes(values.only))) {
      say(query.name)
      results.push(await measure(bench, query, Number(values.repeats)))
    }
    console.log(report(results))
    return results.every(({ difference }) => difference === '')
  } finally {
    await bench.close()
  }
}
