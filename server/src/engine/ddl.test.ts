import { expect, test } from 'vitest'
import type { TableDefinition } from '../catalog/types.ts'
import { addColumns, createTable } from './ddl.ts'

const table = { database: 'ws_0123456789abcdef0123456789abcdef', table: 'Audit_CL' }

const definition: TableDefinition = {
  name: 'Audit_CL',
  columns: [],
  timeColumn: 'TimeGenerated',
  plan: 'analytics',
  grows: true,
  layout: {
    discriminator: 'Category',
    lowCardinality: ['Category', 'log_s/verb'],
    searched: ['msg_s'],
    promoted: [{ column: 'log_s', path: ['verb'], stored: 'log_s/verb', type: 'string' }],
    retentionDays: 90,
  },
}

const string = (name: string) => ({ name, type: 'string' as const })
const time = { name: 'TimeGenerated', type: 'datetime' as const }
const withLayout = (layout: Partial<TableDefinition['layout']>): TableDefinition => ({
  ...definition,
  layout: { ...definition.layout, ...layout },
})

test('a table has all that its layout says of the columns it gets', () => {
  const columns = [string('TenantId'), time, string('Category'), string('msg_s'), string('log_s')]
  expect(createTable(table, definition, [...columns, { name: "o'`dd", type: 'guid' }])).toMatchInlineSnapshot(`
    "CREATE TABLE IF NOT EXISTS \`ws_0123456789abcdef0123456789abcdef\`.\`Audit_CL\` (
      \`TenantId\` LowCardinality(String) DEFAULT '01234567-89ab-cdef-0123-456789abcdef',
      \`TimeGenerated\` DateTime64(7, 'UTC') CODEC(Delta, ZSTD(1)),
      \`Category\` LowCardinality(String),
      \`msg_s\` String,
      \`log_s\` String,
      \`o'\\\`dd\` Nullable(UUID),
      \`log_s/verb\` LowCardinality(String) MATERIALIZED ifNull(JSONExtract(\`log_s\`, 'verb', 'Nullable(String)'), ''),
      \`msg_s/wide\` String MATERIALIZED if(isValidASCII(\`msg_s\`), '', replaceRegexpAll(\`msg_s\`, '[^\\\\x00-\\\\x7f\\\\p{L}\\\\p{N}]', '\\x01')),
      INDEX \`search msg_s\` lower(\`msg_s\`) TYPE text(tokenizer = 'splitByNonAlpha'),
      INDEX \`search msg_s/wide\` lower(\`msg_s/wide\`) TYPE text(tokenizer = 'splitByNonAlpha')
    ) ENGINE = MergeTree
    PARTITION BY toMonday(\`TimeGenerated\`)
    ORDER BY (\`Category\`, \`TimeGenerated\`)
    SETTINGS default_compression_codec = 'ZSTD(1)', fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1"
  `)
})

test('what the layout says of columns that are not there is left out', () => {
  const sql = createTable(table, definition, [time, string('other')])
  expect(sql).toContain('ORDER BY (`TimeGenerated`)')
  expect(sql).not.toMatch(/INDEX|MATERIALIZED|Category/)
})

test('added columns bring their index and promoted paths', () => {
  expect(addColumns(table, definition, [string('msg_s'), string('log_s')])).toMatchInlineSnapshot(`
    "ALTER TABLE \`ws_0123456789abcdef0123456789abcdef\`.\`Audit_CL\`
      ADD COLUMN IF NOT EXISTS \`msg_s\` String,
      ADD COLUMN IF NOT EXISTS \`log_s\` String,
      ADD COLUMN IF NOT EXISTS \`log_s/verb\` LowCardinality(String) MATERIALIZED ifNull(JSONExtract(\`log_s\`, 'verb', 'Nullable(String)'), ''),
      ADD COLUMN IF NOT EXISTS \`msg_s/wide\` String MATERIALIZED if(isValidASCII(\`msg_s\`), '', replaceRegexpAll(\`msg_s\`, '[^\\\\x00-\\\\x7f\\\\p{L}\\\\p{N}]', '\\x01')),
      ADD INDEX IF NOT EXISTS \`search msg_s\` lower(\`msg_s\`) TYPE text(tokenizer = 'splitByNonAlpha'),
      ADD INDEX IF NOT EXISTS \`search msg_s/wide\` lower(\`msg_s/wide\`) TYPE text(tokenizer = 'splitByNonAlpha')"
  `)
})

test.each([
  [4, 'toYYYYMMDD'],
  [31, 'toYYYYMMDD'],
  [90, 'toMonday'],
  [730, 'toYYYYMM'],
])('a retention of %i days has partitions by %s', (retentionDays, unit) => {
  const sql = createTable(table, withLayout({ retentionDays }), [time])
  expect(sql).toContain(`PARTITION BY ${unit}(\`TimeGenerated\`)`)
})

test('definitions that cannot be laid out are refused', () => {
  expect(() => createTable(table, definition, [string('a')])).toThrow('no column TimeGenerated')
  expect(() => createTable(table, definition, [string('TimeGenerated')])).toThrow('is a string')
  const number = { name: 'n', type: 'long' as const }
  expect(() => createTable(table, withLayout({ searched: ['n'] }), [time, number])).toThrow('n of Audit_CL is searched')
  const promoted = [{ column: 'n', path: ['a'], stored: 'n/a', type: 'long' as const }]
  expect(() => createTable(table, withLayout({ promoted }), [time, number])).toThrow('only strings can be promoted')
})
