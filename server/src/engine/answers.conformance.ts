// The suite's questions about what comes back: values, rows and their number. Used by conformance.ts.
import type { Cell } from '@conshelf/kql'
import { sqlTypes } from '@conshelf/kql/sql/types'
import { expect, test } from 'vitest'
import type { Engine } from './engine.ts'
import { kindOf, ndjson, options, select } from './support.conformance.ts'

const hostile = [
  "';DROP TABLE x--",
  '\\',
  '\\n\n\r\t\0\b\f',
  '`"\'$' + '{x}%_*?',
  '{"a":[1,{"b":"\\""}]}',
  'ünï 漢字 🐚 \u2028 \ufeff',
  '\u0001\u001f\u007f',
  '[1,2]\n[3,4]',
  ' ',
  '',
  'x'.repeat(200_000),
]

/** KQL type -> what is stored -> the cell that comes back. */
const cells: readonly (readonly [keyof typeof sqlTypes, unknown, Cell])[] = [
  ['bool', true, true],
  ['bool', null, null],
  ['int', -2147483648, -2147483648],
  ['long', '9223372036854775807', '9223372036854775807'],
  ['long', '-9223372036854775808', '-9223372036854775808'],
  ['real', 0.1, 0.1],
  ['real', 1e300, 1e300],
  ['real', 'nan', 'nan'],
  ['real', '-inf', '-inf'],
  ['decimal', '123456789012345678901.12345678901234567', '123456789012345678901.12345678901234567'],
  ['datetime', '0001-01-01 00:00:00.0000000', '0001-01-01T00:00:00.0000000Z'],
  ['datetime', '9999-12-31 23:59:59.9999999', '9999-12-31T23:59:59.9999999Z'],
  ['datetime', '1969-12-31T23:59:59.9999999Z', '1969-12-31T23:59:59.9999999Z'],
  ['datetime', '2024-02-29T10:00:00.1234567Z', '2024-02-29T10:00:00.1234567Z'],
  ['datetime', '2024-02-29T10:00:00+02:00', '2024-02-29T08:00:00.0000000Z'],
  ['timespan', '-864000000001', '-864000000001'],
  ['guid', 'B5A5F0E4-0000-4000-8000-00000000ABCD', 'b5a5f0e4-0000-4000-8000-00000000abcd'],
  ['dynamic', '{"a":1.0,"b":[null,{}]}', '{"a":1.0,"b":[null,{}]}'],
  ...hostile.map((text) => ['string', text, text] as const),
]

export function values(engine: () => Engine): void {
  test('every type comes back as it was stored', async () => {
    const types = Object.entries(sqlTypes)
    const columns = types.map(([name, type]) => `${name}_c ${type}`)
    await engine().command(
      `CREATE TABLE conformance.cells (i Int32, ${columns.join(', ')}) ENGINE = MergeTree ORDER BY i`,
    )
    const rows = cells.map(([type, value], i) => ({ i, [`${type}_c`]: value }))
    await engine().insert({ database: 'conformance', table: 'cells' }, ndjson(rows))
    const stored = await select(
      engine(),
      `SELECT ${types.map(([name]) => `${name}_c`)} FROM conformance.cells ORDER BY i`,
    )
    const got = stored.map((row, i) => row[types.findIndex(([name]) => name === cells[i]?.[0])])
    expect(got).toEqual(cells.map(([, , cell]) => cell))
  })

  test('a field that is missing is empty text or null', async () => {
    await engine().insert({ database: 'conformance', table: 'cells' }, ndjson([{ i: 1000 }]))
    const [row] = await select(engine(), 'SELECT * EXCEPT i FROM conformance.cells WHERE i = 1000')
    expect(row).toEqual(Object.keys(sqlTypes).map((type) => (type === 'string' ? '' : null)))
  })
}

/** What an engine got wrong once. */
export function answers(engine: () => Engine): void {
  test('a query of megabytes runs; one that is too long says so', async () => {
    const lengthOf = (n: number): string => `SELECT length('${'x'.repeat(n)}') AS n`
    expect(await select(engine(), lengthOf(2_000_000))).toEqual([['2000000']])
    expect(await kindOf(select(engine(), lengthOf(17_000_000)))).toBe('complexity')
  })

  test('a join of one row for each LowCardinality key finds all its partners', async () => {
    await engine().command(`CREATE TABLE conformance.keyed (k LowCardinality(String), op LowCardinality(String), n UInt32)
      ENGINE = MergeTree ORDER BY n SETTINGS index_granularity = 8192`)
    await engine().command(`INSERT INTO conformance.keyed SELECT concat('sha256:', toString(cityHash64(number) % 20000)),
      if(cityHash64(number, 1) % 5 = 0, 'push', 'pull'), number FROM numbers(95000)`)
    const sides = (key: string) => [
      `SELECT ${key} AS l FROM conformance.keyed WHERE op = 'push' LIMIT 1 BY k`,
      `SELECT ${key} AS r FROM conformance.keyed WHERE op = 'pull'`,
    ]
    const [left, right] = sides('k')
    const [plainLeft, plainRight] = sides('toString(k)')
    for (const kind of ['INNER', 'LEFT SEMI', 'LEFT ANTI']) {
      const joined = (a?: string, b?: string) => `SELECT count() FROM (${a}) a ${kind} JOIN (${b}) b ON l = r`
      // In this order: what the engine learns from one run can change how it does the next.
      const count = await select(engine(), joined(left, right))
      expect([kind, ...count]).toEqual([kind, ...(await select(engine(), joined(plainLeft, plainRight)))])
    }
  })
}

export function writing(engine: () => Engine): void {
  const table = { database: 'conformance', table: 'atomic' }
  const count = () => select(engine(), 'SELECT count() FROM conformance.atomic')

  test('an insert is stored whole or not at all', async () => {
    await engine().command('CREATE TABLE conformance.atomic (n Int64, d DateTime64(7)) ENGINE = MergeTree ORDER BY n')
    const good = Array.from({ length: 200_000 }, (_, n) => ({ n }))
    await engine().insert(table, ndjson(good))
    for (const bad of [{ n: 'x' }, { n: 1, unknown: 2 }, { d: 'tomorrow' }]) {
      expect(await kindOf(engine().insert(table, ndjson([...good, bad])))).toBe('rejected')
    }
    expect(await kindOf(engine().insert(table, Buffer.from('{"n":1}\n{"n":')))).toBe('rejected')
    expect(await count()).toEqual([['200000']])
  })

  test('inserts at once all arrive, an empty one too', async () => {
    const batches = Array.from({ length: 10 }, (_, b) =>
      ndjson(Array.from({ length: 1000 }, (_, n) => ({ n: b * 1000 + n }))),
    )
    await Promise.all([new Uint8Array(), ...batches].map((batch) => engine().insert(table, batch)))
    expect(await count()).toEqual([['210000']])
  })

  test('an estimate tells what the index leaves of the rows, and what there is', async () => {
    const few = 'SELECT d FROM conformance.atomic WHERE n < 10'
    const [estimate, ...others] = await engine().estimate(few, options())
    expect(others).toEqual([])
    expect(estimate).toMatchObject({ ...table, all: { rows: 210_000 } })
    expect(estimate?.rows).toBeLessThan(210_000)
    expect(await engine().estimate('SELECT 1', options())).toEqual([])
    expect(await kindOf(engine().estimate("SELECT * FROM file('/etc/hostname', 'LineAsString')", options()))).toBe(
      'rejected',
    )
  })

  test('no table and names that are not names are refused', async () => {
    expect(await kindOf(engine().insert({ database: 'conformance', table: 'missing' }, ndjson([{ n: 1 }])))).toBe(
      'rejected',
    )
    expect(await kindOf(engine().insert({ ...table, table: 'atomic (n)' }, ndjson([{ n: 1 }])))).toBe('rejected')
    expect(await kindOf(engine().command('CREATE TABLE conformance.atomic'))).toBe('rejected')
  })
}
