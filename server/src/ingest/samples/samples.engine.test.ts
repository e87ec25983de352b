// Every file of real records in ../shared/samples, sent through its receiver and the pipeline into a new workspace, and asked for
// again in KQL: the tables, the numbers of rows, and the values that the file's own text says they have.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { owner } from '../../access/principal.ts'
import type { Workspace } from '../../catalog/types.ts'
import { randomIds } from '../../core/ids.ts'
import { defaultLimits } from '../../core/limits.ts'
import { createLog } from '../../core/log.ts'
import { noAudit } from '../../query/audit.ts'
import { openQueryService } from '../../query/service.ts'
import type { QueryService } from '../../query/types.ts'
import { errorTable } from '../error-table.ts'
import { type Bench, now, openBench } from '../testing.ts'
import type { SampleRecord } from './azure.ts'
import { type Reference, type Sample, samples } from './catalogue.ts'
import { differences, type Stored } from './compare.ts'

const shared = new URL('../../../../../shared/', import.meta.url)
const folder = new URL('samples/', shared)
const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8')

let bench: Bench
let queries: QueryService
let reference: Reference
beforeAll(async () => {
  if (!existsSync(folder)) return
  reference = readReference()
  bench = await openBench()
  const parts = { clock: { now: () => now }, ids: randomIds, limits: defaultLimits, log: createLog('silent') }
  queries = await openQueryService({ ...bench, ...parts, audit: noAudit })
})
afterAll(async () => {
  await queries?.close()
  await bench?.close()
})

describe.skipIf(!existsSync(folder))('real records (skipped without ../shared)', () => {
  test('every file has an entry', () => {
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(?:jsonl|txt)$/.test(name)) : []
    expect(Object.keys(samples).sort()).toEqual(files.sort())
  })

  const cases = Object.entries(samples).flatMap(([file, ways]) =>
    ways.map((sample) => [file, nameOf(sample), modeOf(sample), sample] as const),
  )
  test.each(cases)('%s as %s %s', async (file, _receiver, _mode, sample) => {
    const text = textOf(file)
    const expected = sample.expected(text, reference)
    const at = await bench.workspace()
    const accepted = await send(at, sample, text)
    expect(accepted).toBe(expected.length)
    const tables = [...new Set(expected.map(({ table }) => table))]
    const faults: string[] = []
    for (const table of tables) {
      const { rows, types } = await ask(
        `${table} | extend OriginalTime = _OriginalTimeGenerated, SourceId = _ResourceId`,
        at,
      )
      const missing = grows.has(table) ? [] : reference.columns(table).filter((name) => types[name] === undefined)
      const wanted = expected.filter((row) => row.table === table).map(({ columns }) => columns)
      const found = differences(wanted, rows, types)
      faults.push(...missing.map((name) => `${table} lacks ${name}`), ...found.map((fault) => `${table} ${fault}`))
    }
    expect(faults).toEqual([])
    expect(unexpected(await reasons(at), sample.misfits)).toEqual([])
  })
})

async function reasons(at: Workspace): Promise<string[]> {
  if (!bench.tables.stored(at, errorTable)) return []
  return (await ask(`${errorTable} | project Reason`, at)).rows.map(({ Reason }) => String(Reason))
}

const unexpected = (found: readonly string[], known: Sample['misfits'] = []) => [
  ...found.filter((reason) => !known.some((one) => one.test(reason))),
  ...known.filter((one) => !found.some((reason) => one.test(reason))).map((one) => `nothing was like ${one}`),
]

const nameOf = ({ receiver }: Sample): string => (typeof receiver === 'string' ? receiver : receiver.name)
const modeOf = ({ bodies }: Sample): string => bodies('')[0]?.parameters?.mode ?? ''

/** Their columns come with the data. */
const grows: ReadonlySet<string> = new Set(['AzureDiagnostics', 'AzureNetworkAnalytics_CL'])

async function send(at: Workspace, { receiver, bodies }: Sample, text: string): Promise<number> {
  let accepted = 0
  for (const { body, parameters = {} } of bodies(text)) {
    const outcome = await bench.send({ to: at, as: receiver, body, parameters })
    expect(outcome).toMatchObject({ rejected: 0, errors: [] })
    accepted += outcome.accepted
  }
  return accepted
}

async function ask(text: string, at: Workspace) {
  const client = { app: 'test', requestId: randomIds.guid(), target: '' }
  const answer = queries.run({ text, workspaces: [at], principal: owner, profile: 'api', client })
  let types: Readonly<Record<string, string>> = {}
  const rows: Stored[] = []
  for await (const part of answer) {
    if (part.kind === 'table') types = Object.fromEntries(part.columns.map(({ name, type }) => [name, type]))
    if (part.kind !== 'rows') continue
    const names = Object.keys(types)
    for (const row of part.rows) rows.push(Object.fromEntries(names.map((name, index) => [name, row[index]])))
  }
  return { rows, types }
}

interface PublishedTable {
  readonly columns: readonly { readonly name: string; readonly schema?: string }[]
}

function readReference(): Reference {
  const tables: Readonly<Record<string, PublishedTable>> = JSON.parse(
    readFileSync(new URL('tables/schemas.json', shared), 'utf8'),
  )
  const categories = new Map(
    textOf('category-to-table.tsv')
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([type, category, table]) => [`${type} ${category}`, table ?? '']),
  )
  return {
    columns: (table) =>
      (tables[table]?.columns ?? []).filter(({ schema }) => schema === undefined).map(({ name }) => name),
    tableOf: (record) => tableOf(record, categories),
  }
}

const activities = ['Administrative', 'Security', 'ServiceHealth', 'Alert', 'Policy', 'ResourceHealth']

/** By the pages of the categories; what they do not list is described in the notes on the samples. */
function tableOf({ category, resourceId, Dimension }: SampleRecord, categories: ReadonlyMap<string, string>): string {
  if (Dimension !== undefined) return 'AzureMetricsV2'
  if (category === undefined) return 'AzureDiagnostics'
  if (activities.includes(category)) return 'AzureActivity'
  if (/SignInLogs$/.test(category)) return category.replace(/^SignIn/, 'Signin').replace(/^(?=Man|NonI)/, 'AAD')
  const [, provider = '', type = ''] = /\/providers\/([^/]+)\/([^/]+)/i.exec(resourceId) ?? []
  const page = `${provider.replaceAll('.', '-')}-${type}`.toLowerCase()
  const listed = categories.get(`${page} ${category}`)
  if (listed) return listed
  if (type.toLowerCase() === 'managedclusters') return 'AKSControlPlane'
  return category.startsWith('AZFW') ? category : 'AzureDiagnostics'
}
