// The dependency rules of ARCHITECTURE.md, read off the import statements. A folder imports what its row allows, and nothing else.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Folder (longest prefix wins) -> folders and packages that its files may import, beside their own folder. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'kql/src': ['kql/src'],
  'kql/src/kusto': ['kql/src', '@kusto/language-service-next'],
  'kql/src/agents': ['kql/src', 'yaml'],
  'kql/src/geo': ['kql/src', 's2js', 'h3-js'],
  'server/src/core': ['pino'],
  'server/src/odata': ['server/src/core'],
  'server/src/store': ['server/src/core'],
  'server/src/engine': ['server/src/core', 'server/src/catalog/types.ts', '@conshelf/kql', 'chdb'],
  'server/src/content': [
    'server/src/core',
    'server/src/resources',
    'server/src/catalog/types.ts',
    '@conshelf/kql',
    'typebox',
    'yaml',
  ],
  'server/src/resources': ['server/src/core', 'server/src/store', '@conshelf/kql', 'typebox'],
  'server/src/catalog': [
    'server/src/core',
    'server/src/store',
    'server/src/engine',
    'server/src/resources',
    'server/src/content',
    '@conshelf/kql',
    'typebox',
  ],
  'server/src/access': [
    'server/src/core',
    'server/src/store',
    'server/src/resources',
    'server/src/content',
    'server/src/catalog/types.ts',
    '@conshelf/kql',
    'jose',
    'typebox',
  ],
  'server/src/query': [
    'server/src/core',
    'server/src/engine',
    'server/src/catalog',
    'server/src/access',
    'server/src/ingest/types.ts',
    '@conshelf/kql',
    'mmdb-lib',
  ],
  'server/src/promql': [
    'server/src/core',
    'server/src/access/principal.ts',
    'server/src/catalog/types.ts',
    'server/src/query/types.ts',
    '@conshelf/kql',
  ],
  'server/src/ingest': [
    'server/src/core',
    'server/src/store',
    'server/src/engine',
    'server/src/catalog',
    'server/src/content',
    'server/src/resources',
    '@conshelf/kql',
    '@msgpack/msgpack',
  ],
  'server/src/ingest/sources': [
    'server/src/core',
    'server/src/store',
    'server/src/catalog',
    'server/src/ingest',
    'typebox',
  ],
  'server/src/ingest/sources/buckets': ['server/src/ingest/sources', 'server/src/core', 'aws4fetch'],
  'server/src/ingest/sources/kafka': [
    'server/src/core',
    'server/src/store',
    'server/src/catalog',
    'server/src/ingest',
    '@platformatic/kafka',
  ],
  'server/src/ingest/receivers': [
    'server/src/core',
    'server/src/ingest',
    'server/src/content',
    '@conshelf/kql',
    '@msgpack/msgpack',
    'typebox',
    'protobufjs',
    'snappyjs',
  ],
  'server/src/security': [
    'server/src/core',
    'server/src/store',
    'server/src/access',
    'server/src/resources',
    'server/src/catalog/types.ts',
    'server/src/ingest/types.ts',
    'server/src/ingest/outbox.ts',
    'server/src/ingest/delimited',
    'server/src/query/types.ts',
    'server/src/query/first-result.ts',
    '@conshelf/kql',
  ],
  'server/src/templates': [],
  'server/src/monitor': [
    'server/src/core',
    'server/src/store',
    'server/src/access',
    'server/src/catalog/types.ts',
    'server/src/ingest/operation-row.ts',
    'server/src/ingest/types.ts',
    'server/src/query/types.ts',
    'server/src/query/first-result.ts',
    '@conshelf/kql',
  ],
  'server/src/lifecycle': [
    'server/src/core',
    'server/src/store',
    'server/src/engine',
    'server/src/resources',
    'server/src/access',
    'server/src/catalog/types.ts',
    'server/src/ingest/operation-row.ts',
    'server/src/ingest/types.ts',
    'server/src/query/types.ts',
    'server/src/query/first-result.ts',
    '@conshelf/kql',
  ],
  'server/src/alerts': [
    'server/src/core',
    'server/src/store',
    'server/src/resources',
    'server/src/access',
    'server/src/catalog/types.ts',
    'server/src/ingest/operation-row.ts',
    'server/src/ingest/types.ts',
    'server/src/query/types.ts',
    'server/src/query/first-result.ts',
    '@conshelf/kql',
  ],
  'server/src/container-insights': [],
  'server/src/collect': ['server/src/core', 'server/src/container-insights', 'server/src/ingest/receivers', 'yaml'],
  'server/src/demo': [
    'server/src/core',
    'server/src/container-insights',
    'server/src/catalog/types.ts',
    'server/src/ingest/types.ts',
    'server/src/ingest/receivers',
    'server/src/store',
  ],
  'server/src/api': [
    'server/src',
    '!server/src/engine',
    '!server/src/store',
    '@conshelf/kql',
    'fastify',
    '@fastify/static',
    '@fastify/swagger',
    '@fastify/type-provider-typebox',
    'typebox',
  ],
  'server/src/cli': ['server/src', '!server/src/engine', '!server/src/store', '@conshelf/kql', 'yaml'],
  'server/src': ['server/src', '@conshelf/kql', 'yaml', 'typebox'],
}

const sources = globSync(['kql/src/**/*.ts', 'server/src/**/*.ts'], { cwd: root }).filter(
  (f) => !f.endsWith('.test.ts') && !f.includes('conformance.ts'),
)
const importPattern =
  /^(?:import|export)\s[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|\brequire\(\s*['"]([^'"]+)['"]\s*\)/gm

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(importPattern)].map((m) => {
    const name = m[1] ?? m[2] ?? m[3] ?? m[4] ?? ''
    return name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name
  })
}

function ruleFor(file: string): string {
  const folders = Object.keys(allowed).filter((folder) => file.startsWith(`${folder}/`))
  return folders.sort((a, b) => b.length - a.length)[0] ?? ''
}

const within = (target: string, place: string): boolean => target === place || target.startsWith(`${place}/`)

function permitted(target: string, folder: string): boolean {
  if (target.startsWith('node:') || within(target, folder)) return true
  const rules = allowed[folder] ?? []
  if (rules.some((r) => r.startsWith('!') && within(target, r.slice(1)))) return false
  return rules.some((r) => within(target, r))
}

describe('imports', () => {
  it('has a rule for every source folder', () => {
    expect(sources.filter((f) => ruleFor(f) === '')).toEqual([])
  })

  it('follows the rules', () => {
    const broken = sources.flatMap((file) =>
      importsOf(file)
        .filter((target) => !permitted(target, ruleFor(file)))
        .map((target) => `${file} imports ${target}`),
    )
    expect(broken).toEqual([])
  })

  it('keeps the clock in one place', () => {
    const readers = sources.filter((f) =>
      /Date\.now\(|new Date\(\)|performance\.now\(/.test(readFileSync(join(root, f), 'utf8')),
    )
    expect(readers).toEqual(['server/src/core/clock.ts'])
  })

  it('keeps the environment at the edge', () => {
    const readers = sources.filter((f) => /process\.env\b/.test(readFileSync(join(root, f), 'utf8')))
    expect(readers.filter((f) => !/^server\/src\/(main|config)\.ts$|^server\/src\/cli\//.test(f))).toEqual([])
  })

  it('keeps files short', () => {
    const long = sources.filter((f) => readFileSync(join(root, f), 'utf8').split('\n').length > 500)
    expect(long).toEqual([])
  })
})
