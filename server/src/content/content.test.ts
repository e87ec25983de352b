import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { baseOf } from '../catalog/query-catalog.ts'
import { loadMappings, openContent } from './content.ts'
import { bundledContent } from './packs.ts'
import { schemaFiles } from './schemas.ts'

const scratch = mkdtempSync(join(tmpdir(), 'conshelf-content-'))
afterAll(() => rmSync(scratch, { recursive: true }))
let folders = 0

/** A content folder of these files below packs/; pack `a` is given. */
function contentOf(files: Readonly<Record<string, string>>) {
  folders += 1
  const directory = join(scratch, String(folders))
  const pack = 'id: a\nversion: 1.0.0\ndescription: A\nrequires: []\n'
  for (const [name, text] of Object.entries({ 'a/pack.yaml': pack, ...files })) {
    const file = join(directory, 'packs', name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return openContent(directory)
}

const names = (definition: { columns: readonly { name: string }[] } | undefined) =>
  definition?.columns.map((c) => c.name)

describe('the bundled content', () => {
  const content = openContent()

  test('has only valid tables, and views that give exactly their columns', () => {
    for (const name of content.tableNames()) {
      const definition = content.table(name)
      expect(definition?.name).toBe(name)
      expect(new Set(names(definition)).size, name).toBe(definition?.columns.length)
      expect(definition?.view !== undefined, name).toBe(content.viewNames().includes(name))
    }
    for (const name of content.viewNames()) {
      const definition = content.table(name)
      const [, list = ''] = definition?.view?.split('| project ') ?? []
      const projected = list
        .replace(/\([^)]*\)/g, '')
        .split(',')
        .map((item) => item.split('=')[0]?.trim())
      expect(projected).toEqual([...(names(definition) ?? []), '_ItemId', '_TimeReceived'])
      expect(content.table(baseOf(definition?.view ?? ''))).toBeDefined()
    }
  })

  test('sends diagnostic categories to tables that exist', () => {
    const categories = content.diagnosticCategories()
    for (const table of categories.tables()) expect(content.table(table), table).toBeDefined()
    const find = loadMappings().find
    expect(find('MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS', 'kube-audit')).toEqual({
      table: 'AKSAudit',
      always: false,
    })
    expect(find('Microsoft.ContainerRegistry/registries', 'ContainerRegistryLoginEvents')?.always).toBe(true)
    expect(find('Microsoft.Network/azureFirewalls', 'AzureFirewallDnsProxy')).toBeUndefined()
  })

  test('lays AzureDiagnostics and ContainerLogV2 out for how they are queried', () => {
    const diagnostics = content.table('AzureDiagnostics')
    expect(diagnostics).toMatchObject({
      grows: true,
      layout: { discriminator: 'Category', searched: ['msg_s', 'log_s'] },
    })
    expect(diagnostics?.layout.promoted).toContainEqual({
      column: 'log_s',
      path: ['user', 'username'],
      stored: 'log_s/user.username',
      type: 'string',
    })
    const { layout } = content.table('ContainerLogV2') ?? {}
    expect(layout?.searched).toEqual(['LogMessage/'])
    expect(layout?.promoted[0]).toEqual({ column: 'LogMessage', path: [], stored: 'LogMessage/', type: 'string' })
    expect(layout?.lowCardinality).toEqual(expect.arrayContaining(['PodNamespace', '_ResourceId', 'Type']))
  })

  const reference = join(bundledContent, '../../shared/tables/schemas.json')
  test.skipIf(!existsSync(reference))(
    'lists the columns of the public reference, in its order (skipped without it)',
    () => {
      interface Entry {
        readonly schema?: string
        readonly columns: readonly { name: string; type: string; schema?: string }[]
      }
      const tables = JSON.parse(readFileSync(reference, 'utf8')) as Record<string, Entry>
      for (const [name, { columns, schema }] of Object.entries(tables)) {
        const own = columns.filter((c) => schema !== undefined || c.schema === undefined)
        const listed = own.map((c) => `${c.name}: ${c.type}`)
        const ours = (content.table(name)?.columns ?? []).map((c) => `${c.name}: ${c.type}`)
        // Columns that rows have and the reference leaves out may stand anywhere.
        expect(
          ours.filter((c) => listed.includes(c)),
          name,
        ).toEqual(listed)
      }
    },
  )
})

test.each(Object.entries(schemaFiles()))('content/schemas/%s is current (vitest -u writes it)', async (name, text) => {
  await expect(text).toMatchFileSnapshot(join(bundledContent, 'schemas', name))
})

test('frame columns stand at both ends unless listed or left out', () => {
  const content = contentOf({
    'a/tables/Plain.yaml': 'name: Plain\ncolumns:\n  A: string\n',
    'a/tables/Own.yaml': 'name: Own\nwithout: [_ResourceId, _IsBillable]\ncolumns:\n  A: long\n  TenantId: string\n',
  })
  const tail = ['Type', '_IsBillable', '_BilledSize', '_ResourceId', '_SubscriptionId']
  expect(names(content.table('Plain'))).toEqual(['TenantId', 'TimeGenerated', 'A', ...tail])
  expect(names(content.table('Own'))).toEqual([
    'TimeGenerated',
    'A',
    'TenantId',
    'Type',
    '_BilledSize',
    '_SubscriptionId',
  ])
  expect(content.table('plain')).toBeUndefined()
})

test('a pack extends the tables of a pack that it requires', () => {
  const content = contentOf({
    'a/tables/T.yaml': 'name: T\ncolumns:\n  A: string\n',
    'aa/pack.yaml': 'id: aa\nversion: 1.0.0\ndescription: A\nrequires: [b]\n',
    'b/pack.yaml': 'id: b\nversion: 1.0.0\ndescription: B\nrequires: [a]\n',
    'b/tables/T.yaml': 'name: T\nextends: true\ncolumns:\n  B: dynamic\n  A: string\n',
  })
  expect(content.packs.map((pack) => pack.id)).toEqual(['a', 'b', 'aa'])
  expect(names(content.table('T'))?.slice(-1)).toEqual(['B'])
})

test('a wrong file is no matter until it is named', () => {
  const content = contentOf({ 'a/tables/Wrong.yaml': '{', 'a/tables/T.yaml': 'name: T\ncolumns:\n  A: int\n' })
  expect(content.tableNames()).toEqual(['T', 'Wrong'])
  expect(content.table('T')?.columns).toContainEqual({ name: 'A', type: 'int' })
  expect(() => content.table('Wrong')).toThrow(/Wrong\.yaml:1:2: /)
})

const T = 'name: T\n'
test.each([
  ['a tab', `${T}columns:\n\tA: string\n`, /T\.yaml:3:1: Tabs/],
  ['a name twice', `${T}columns:\n  A: string\n  B: int\n  A: int\n`, /T\.yaml:5:3: Map keys must be unique/],
  ['an unknown type', `${T}columns:\n  A: string\n  B: text\n`, /T\.yaml:4:6: 'B' must be one of bool, int/],
  ['a column name', `${T}columns:\n  A-B: string\n`, /T\.yaml:3:8: unknown field 'A-B'/],
  ['an unknown field', `${T}colour: red\ncolumns:\n  A: string\n`, /T\.yaml:2:9: unknown field 'colour'/],
  ['a missing field', `${T}layout: {}\n`, /T\.yaml:1:1: missing: columns/],
  ['another name', 'name: U\ncolumns:\n  A: string\n', /T\.yaml:1:7: the file is named 'T'/],
  ['a frame type', `${T}columns:\n  Type: int\n`, /T\.yaml:3:9: 'Type' is string in every table/],
  ['a time column', `${T}time: A\ncolumns:\n  A: string\n`, /T\.yaml:2:7: 'A' is not a datetime column/],
  ['a searched number', `${T}layout:\n  searched: [A]\ncolumns:\n  A: int\n`, /T\.yaml:3:14: 'A' is neither a string/],
  [
    'a promoted number',
    `${T}layout:\n  promoted: {A: [b.c]}\ncolumns:\n  A: int\n`,
    /T\.yaml:3:17: 'A' is not a string or/,
  ],
  ['no base', `${T}extends: true\ncolumns:\n  A: string\n`, /T\.yaml:2:10: no earlier pack declares 'T'/],
])('an error names file, line and column: %s', (_, text, message) => {
  expect(() => contentOf({ 'a/tables/T.yaml': text }).table('T')).toThrow(message)
})

test.each([
  ['requires: [b]', /pack\.yaml:4:12: no pack 'b'/],
  ['requires: [a]', /pack\.yaml:4:12: packs require each other/],
])('a pack that cannot be ordered is refused: %s', (line, message) => {
  expect(() => contentOf({ 'a/pack.yaml': `id: a\nversion: 1.0.0\ndescription: A\n${line}\n` })).toThrow(message)
})

test('the index of columns agrees with the tables', () => {
  const content = openContent()
  for (const name of ['AzureDiagnostics', 'SigninLogs', 'DeviceEvents', 'Perf', 'ContainerLogV2'])
    for (const column of content.table(name)?.columns ?? [])
      expect(content.tablesWith(column.name), `${name}.${column.name}`).toContainEqual({
        table: name,
        type: column.type,
      })
  expect(content.tablesWith('NoSuchColumn')).toEqual([])
})
