// The tables that cases may name, as a catalog and as SQL that makes and fills them.
import type { Catalog, ScalarType, TableSchema } from '../src/index.ts'
import { sqlTypes, timeColumnType } from '../src/sql/types.ts'

interface Fixture {
  readonly columns: Readonly<Record<string, ScalarType>>
  /** Materialized columns: name, JSON column, path, type, SQL. */
  readonly promoted?: readonly {
    stored: string
    column: string
    path: readonly string[]
    type: ScalarType
    sql: string
  }[]
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[]
}

const fixtures: Readonly<Record<string, Fixture>> = {
  Logs: {
    columns: {
      TimeGenerated: 'datetime',
      Level: 'string',
      Message: 'string',
      Count: 'long',
      Ratio: 'real',
      Ok: 'bool',
      Tags: 'dynamic',
      _ResourceId: 'string',
    },
    promoted: [
      {
        stored: 'Tags/user.name',
        column: 'Tags',
        path: ['user', 'name'],
        type: 'string',
        sql: "JSONExtractString(ifNull(Tags, ''), 'user', 'name')",
      },
    ],
    rows: [
      {
        TimeGenerated: '2024-05-01 10:00:00',
        Level: 'Info',
        Message: 'User anna logged in from 10.0.0.1',
        Count: 1,
        Ratio: 0.5,
        Ok: true,
        Tags: '{"user":{"name":"anna","id":7},"roles":["admin","dev"]}',
        _ResourceId: '/subscriptions/s/resourcegroups/r/providers/microsoft.x/y/one',
      },
      {
        TimeGenerated: '2024-05-01 10:20:00',
        Level: 'Error',
        Message: 'disk full: /var/log (95%)',
        Count: 3,
        Ratio: null,
        Ok: false,
        Tags: '{"user":{"name":"bert"},"roles":[]}',
        _ResourceId: '/subscriptions/s/resourcegroups/r/providers/microsoft.x/y/two',
      },
      {
        TimeGenerated: '2024-05-01 11:05:00',
        Level: 'Info',
        Message: 'User bert logged in from 10.0.0.2',
        Count: null,
        Ratio: 1.25,
        Ok: null,
        Tags: null,
        _ResourceId: '/subscriptions/s/resourcegroups/r/providers/microsoft.x/y/one',
      },
      {
        TimeGenerated: '2024-05-01 12:30:00.1234567',
        Level: 'Warning',
        Message: 'slow_query took 1500 ms',
        Count: 2,
        Ratio: 0,
        Ok: true,
        Tags: '{"user":{"name":"anna"}}',
        _ResourceId: '',
      },
    ],
  },
  People: {
    columns: { TimeGenerated: 'datetime', Name: 'string', City: 'string', Age: 'int' },
    rows: [
      { TimeGenerated: '2024-05-01 00:00:00', Name: 'anna', City: 'Bern', Age: 31 },
      { TimeGenerated: '2024-05-01 00:00:00', Name: 'bert', City: 'Graz', Age: 45 },
      { TimeGenerated: '2024-05-01 00:00:00', Name: 'carl', City: 'Bern', Age: null },
    ],
  },
}

const schemas = new Map<string, TableSchema>(
  Object.entries(fixtures).map(([name, f]) => {
    const columns = Object.entries(f.columns).map(([column, type]) => ({ name: column, type }))
    const promoted = (f.promoted ?? []).map(({ sql: _sql, ...p }) => p)
    const source = { database: 'cases', table: name, columns: new Set(Object.keys(f.columns)), promoted }
    return [name, { name, columns, timeColumn: 'TimeGenerated', plan: 'analytics', sources: [source] }]
  }),
)
/** Declared, but nothing was ever stored in it. */
schemas.set('Empty', {
  name: 'Empty',
  columns: [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'Text', type: 'string' },
    { name: 'Number', type: 'long' },
  ],
  timeColumn: 'TimeGenerated',
  plan: 'analytics',
  sources: [],
})
/** Declared, with a column that Logs has with another type. */
schemas.set('Odd', {
  name: 'Odd',
  columns: [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'Level', type: 'dynamic' },
    { name: 'Extra', type: 'string' },
  ],
  timeColumn: 'TimeGenerated',
  plan: 'analytics',
  sources: [],
})
schemas.set('LogView', {
  name: 'LogView',
  columns: [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'Text', type: 'string' },
  ],
  timeColumn: 'TimeGenerated',
  plan: 'analytics',
  sources: [],
  view: 'Logs | project TimeGenerated, Text = Message',
})

export const catalog: Catalog = {
  version: 'cases',
  table: (name) => schemas.get(name),
  function: (name) =>
    name === 'Errors'
      ? { name, parameters: 'least:long = 1', body: "Logs | where Level == 'Error' and Count >= least" }
      : undefined,
  tableNames: () => [...schemas.keys()].filter((n) => n !== 'Empty' && n !== 'Odd'),
  allNames: () => [...schemas.keys()],
  tablesWith: (column) =>
    [...schemas.values()].flatMap((t) =>
      t.columns.filter((c) => c.name === column).map((c) => ({ table: t.name, type: c.type })),
    ),
  workspace: (name) => (name === 'other' ? catalog : name === 'small' ? small : undefined),
}

/** A workspace with fewer columns in Logs, and without People. */
const small: Catalog = {
  ...catalog,
  version: 'small',
  table: (name) => {
    const table = name === 'People' ? undefined : schemas.get(name)
    return table && name === 'Logs' ? { ...table, columns: table.columns.slice(0, 4) } : table
  },
  workspace: () => undefined,
}

/** 2024-05-01T13:00:00Z */
export const now = 638_501_652_000_000_000n

export function fixtureSql(): string[] {
  const statements = ['CREATE DATABASE cases', 'CREATE DATABASE scratch']
  for (const [name, f] of Object.entries(fixtures)) {
    const columns = Object.entries(f.columns).map(
      ([c, type]) => `\`${c}\` ${c === 'TimeGenerated' ? timeColumnType : sqlTypes[type]}`,
    )
    const promoted = (f.promoted ?? []).map((p) => `\`${p.stored}\` ${sqlTypes[p.type]} MATERIALIZED ${p.sql}`)
    statements.push(
      `CREATE TABLE cases.${name} (${[...columns, ...promoted].join(', ')}) ENGINE = MergeTree ORDER BY TimeGenerated`,
    )
    statements.push(`INSERT INTO cases.${name} FORMAT JSONEachRow ${f.rows.map((r) => JSON.stringify(r)).join('\n')}`)
  }
  return statements
}
