// Random and mutated queries against compiler and engine: no crash, no SQL that the engine refuses.
//
//   node kql/test/fuzz/fuzz.ts [--count 20000] [--seed 1]
//
// Prints each fault with its seed; a query repeats under the same seed and count.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ArgumentError } from '../../src/functions/define.ts'
import { CompileError, compile } from '../../src/index.ts'
import { readCases } from '../case-file.ts'
import { catalog, fixtureSql, now } from '../fixture.ts'
import { seededRandom } from '../random.ts'
import { openTestEngine, type TestEngine } from '../run-query.ts'
import { mutated } from './mutations.ts'
import { contextOf, pipeline } from './pipelines.ts'

export interface Fault {
  readonly seed: number
  readonly query: string
  readonly error: string
}

export interface FuzzReport {
  readonly ran: number
  readonly refused: number
  readonly faults: readonly Fault[]
}

/** What a query may rightly run into. */
const ofLimits =
  /TIMEOUT_EXCEEDED|MEMORY_LIMIT_EXCEEDED|memory limit|TOO_LARGE_ARRAY_SIZE|TOO_LARGE_STRING_SIZE|Query tree is too big/

export function fuzz(count: number, seed: number, found: (fault: Fault) => void = () => undefined): FuzzReport {
  const engine = openFuzzEngine()
  const known = caseQueries()
  const faults: Fault[] = []
  let ran = 0
  let refused = 0
  for (let n = 0; n < count; n++) {
    const own = seed * 1_000_003 + n
    const random = seededRandom(own)
    let query = ''
    try {
      query = n % 2 === 0 ? pipeline(random, own) : mutated(random.pick(known), known, random)
      if (runs(engine, query, own)) ran += 1
      else refused += 1
    } catch (error) {
      // Values of rows that a function does not take.
      const isRefusal = error instanceof ArgumentError || error instanceof CompileError
      if (isRefusal) refused += 1
      if (isRefusal || ofLimits.test(String(error))) continue
      const fault = { seed: own, query, error: String(error).replace(/\s+/g, ' ').slice(0, 400) }
      faults.push(fault)
      found(fault)
    }
  }
  engine.close()
  return { ran, refused, faults }
}

/** False: the compiler refuses it, with a reason. */
function runs(engine: TestEngine, query: string, id: number): boolean {
  const made = compile(query, contextOf(id))
  if (!made.ok) {
    const silent = made.diagnostics.some((d) => d.message === '' || d.start < 0 || d.start > query.length)
    if (made.diagnostics.length === 0 || silent)
      throw new Error(`refused without a reason or place: ${JSON.stringify(made.diagnostics)}`)
    return false
  }
  engine.run(query, catalog, now)
  return true
}

function openFuzzEngine(): TestEngine {
  const engine = openTestEngine({ max_execution_time: 10, max_memory_usage: 1_000_000_000 })
  for (const statement of fixtureSql()) engine.command(statement)
  return engine
}

function caseQueries(): readonly string[] {
  const folder = new URL('../cases/', import.meta.url)
  return readdirSync(folder).flatMap((name) => readCases(new URL(name, folder)).map(({ query }) => query))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
  })
  const show = ({ seed, query, error }: Fault) => console.log(`\n--- ${seed}\n${query}\n${error}`)
  const { ran, refused, faults } = fuzz(Number(values.count), Number(values.seed), show)
  console.log(`\n${ran} ran, ${refused} were refused with a reason, ${faults.length} faults`)
  process.exitCode = faults.length === 0 ? 0 : 1
}
