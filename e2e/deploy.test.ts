// `conshelf deploy` and `conshelf export`: a template, then the configuration as a folder that is checked, changed and pruned.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanEnv, command, type RealServer, startRealServer } from './server.ts'

let server: RealServer
const folder = mkdtempSync(join(tmpdir(), 'conshelf-deploy-'))

beforeAll(async () => {
  server = await startRealServer({ args: ['--syslog', 'off'] })
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  expect(await server.stop()).toBe(0)
})

interface Done {
  readonly code: number
  readonly out: string
  readonly err: string
}

function conshelf(...args: readonly string[]): Promise<Done> {
  const env = cleanEnv({ CONSHELF_URL: server.url })
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], { env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })
}

const template = {
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  parameters: { workspace: { type: 'string' }, names: { type: 'array', defaultValue: ['One', 'Two'] } },
  variables: { category: "[toUpper('prometheus')]" },
  resources: [
    {
      type: 'Microsoft.OperationalInsights/workspaces/savedSearches',
      apiVersion: '2020-08-01',
      copy: { name: 'searches', count: "[length(parameters('names'))]" },
      name: "[concat(parameters('workspace'), '/', parameters('names')[copyIndex()])]",
      properties: {
        category: "[variables('category')]",
        displayName: "[parameters('names')[copyIndex()]]",
        query: 'print 1',
        version: 1,
      },
    },
    {
      type: 'Microsoft.Insights/workbooks',
      apiVersion: '2022-04-01',
      name: "[guid(resourceGroup().id, 'book')]",
      location: '[resourceGroup().location]',
      kind: 'shared',
      dependsOn: ['searches'],
      properties: { displayName: 'Book', serializedData: '{}', category: 'sentinel' },
    },
    { type: 'Microsoft.SecurityInsights/dreams', apiVersion: '1', name: 'd' },
  ],
  outputs: { place: { type: 'string', value: '[resourceGroup().name]' } },
}

const results = ({ out }: Done): readonly string[] =>
  out
    .split('\n')
    .flatMap((line) => /^(created|changed|unchanged|unknown|deleted|extra|failed|skipped)\s/.exec(line)?.[1] ?? [])

test('of a workspace without a configuration the folder is empty, and can be deployed', async () => {
  const empty = join(folder, 'empty')
  expect(await conshelf('export', empty)).toMatchObject({ code: 0, err: `0 resources in ${empty}\n` })
  expect((await conshelf('deploy', empty, '--check')).code).toBe(0)
})

test('a template creates what is not there, changes what differs, and leaves the rest', async () => {
  const file = join(folder, 'template.json')
  writeFileSync(file, JSON.stringify(template))
  const missing = await conshelf('deploy', file)
  expect(missing).toMatchObject({ code: 1, err: expect.stringMatching(/workspace need/) })

  const first = await conshelf('deploy', file, '-p', 'workspace=default')
  expect(first, first.err).toMatchObject({ code: 0 })
  expect(results(first)).toEqual(['created', 'created', 'created', 'unknown'])
  expect(first.out).toContain('"value": "conshelf"')

  expect(results(await conshelf('deploy', file, '-p', 'workspace=default', '--check'))).toEqual([
    ...['unchanged', 'unchanged', 'unchanged', 'unknown'],
  ])
  const changed = await conshelf('deploy', file, '-p', 'workspace=default', '-p', 'names=["One","Three"]', '--check')
  expect(changed.code).toBe(1)
  expect(results(changed)).toEqual(['unchanged', 'created', 'unchanged', 'unknown'])
  const count = await conshelf('export', join(folder, 'nothing-new'))
  expect(count.err).toMatch(/^3 resources/)
})

test('a wrong template is refused with its place', async () => {
  const file = join(folder, 'wrong.json')
  writeFileSync(file, JSON.stringify({ ...template, variables: { category: "[nope('x')]" } }))
  const done = await conshelf('deploy', file, '-p', 'workspace=default')
  expect(done).toMatchObject({ code: 1, err: expect.stringMatching(/\/variables\/category: the function 'nope'/) })
})

test('the configuration is a folder: no drift after an export, drift after a change, and back', async () => {
  const exported = join(folder, 'workspace')
  expect((await conshelf('export', exported)).code).toBe(0)
  const files = readdirSync(exported, { recursive: true }).map(String)
  expect(files).toContain(join('functions-and-searches', 'One.json'))
  const one = join(exported, 'functions-and-searches', 'One.json')
  const text = readFileSync(one, 'utf8')
  expect(JSON.parse(text)).toEqual({
    id: '<workspace>/savedSearches/One',
    apiVersion: '2020-08-01',
    properties: { category: 'PROMETHEUS', displayName: 'One', query: 'print 1', version: 1 },
  })

  const clean = await conshelf('deploy', exported, '--check')
  expect(clean, clean.out + clean.err).toMatchObject({ code: 0 })
  expect(new Set(results(clean))).toEqual(new Set(['unchanged']))

  writeFileSync(one, text.replace('print 1', 'print 2'))
  rmSync(join(exported, 'functions-and-searches', 'Two.json'))
  const drift = await conshelf('deploy', exported, '--check')
  expect(drift.code).toBe(1)
  expect(results(drift).toSorted()).toEqual(['changed', 'extra', 'unchanged'])

  const applied = await conshelf('deploy', exported, '--prune')
  expect(applied, applied.err).toMatchObject({ code: 0 })
  expect(results(applied).toSorted()).toEqual(['changed', 'deleted', 'unchanged'])
  expect((await conshelf('deploy', exported, '--check')).code).toBe(0)
})
