// externaldata: what the compiler lets through, and records of each format as the page of formats describes it.
// https://learn.microsoft.com/azure/data-explorer/ingestion-supported-formats
import { expect, test } from 'vitest'
import { compile } from '../src/index.ts'
import { formatOf, isFormat, recordsOf } from '../src/local/files.ts'
import type { Column } from '../src/model.ts'
import { catalog, now } from './fixture.ts'

const columns: readonly Column[] = [
  { name: 'a', type: 'string' },
  { name: 'b', type: 'long' },
  { name: 'c', type: 'dynamic' },
]
const read = (format: string, text: string, ignoreFirst = false) =>
  isFormat(format) ? recordsOf(text, format, columns, ignoreFirst) : undefined

test.each([
  [
    'csv',
    'x,1,{}\n"y, ""z""\r\nw",2\r\n\n,,\n"",3,"[1]"',
    [
      ['x', '1', '{}'],
      ['y, "z"\r\nw', '2', ''],
      ['', '', ''],
      ['', '3', '[1]'],
    ],
  ],
  [
    'tsv',
    '\ufeffx y\t1\t\nz',
    [
      ['x y', '1', ''],
      ['z', '', ''],
    ],
  ],
  ['psv', 'x|1', [['x', '1', '']]],
  ['scsv', 'x;1', [['x', '1', '']]],
  ['sohsv', 'x\u00011', [['x', '1', '']]],
  [
    'tsve',
    'x\\ty\\\\\t1\nz\\\tw\t2',
    [
      ['x\ty\\', '1', ''],
      ['z\tw', '2', ''],
    ],
  ],
  [
    'txt',
    'x,1\n\ny\r\n',
    [
      ['x,1', '', ''],
      ['y', '', ''],
    ],
  ],
  ['raw', 'x\ny\n', [['x\ny\n', '', '']]],
  [
    'json',
    '{"a":"x","b":12345678901234567890,"c":{"d":1.50}}\r\n{"b":true,"z":1}',
    [
      ['x', '12345678901234567890', '{"d":1.50}'],
      ['', 'true', ''],
    ],
  ],
  [
    'multijson',
    '[{"a":\n"}]","c":"t"},\n{"a":null}]',
    [
      ['}]', '', '"t"'],
      ['', '', ''],
    ],
  ],
  [
    'multijson',
    '{"a":"x"}{"a":\n"y"}',
    [
      ['x', '', ''],
      ['y', '', ''],
    ],
  ],
])('%s: %j', (format, text, wanted) => expect(read(format, text)).toEqual(wanted))

test('the first record of a file may be names', () => {
  expect(read('csv', '"na\nme",n,d\nx,1,', true)).toEqual([['x', '1', '']])
})

test.each(['csv', 'json'])('%s that is broken is refused', (format) => {
  expect(() => read(format, format === 'csv' ? 'a,"b' : '{"a":1')).toThrow()
})

test('the name of a file tells its format, the query has the last word', () => {
  const names = ['https://h/x.tsv.gz?sig=a.b', 'x.json', 'x', 'x.d/y', 'x.txt', 'x.parquet', 'x.log']
  expect(names.map(formatOf)).toEqual(['tsv', 'json', 'csv', 'csv', 'txt', undefined, 'csv'])
})

const compiled = (query: string) =>
  compile(query, { catalog, now, mayRead: (address) => address.startsWith('https://lists/') })

test('addresses on the list become the files of a stage', () => {
  const made = compiled(
    'let u = "https://lists/b.csv"; externaldata (n:long, s:string) [h@"https://lists/a.csv", u] with (format="csv", ignoreFirstRecord=true) | where n > 1',
  )
  const stage = made.ok ? made.compiled.stages[0] : undefined
  expect(stage).toMatchObject({ kind: 'local', files: ['https://lists/a.csv', 'https://lists/b.csv'] })
  expect(stage?.kind === 'local' && stage.run([['n,s\n1,x'], ['n,s\n2,y\n3,z']])).toEqual([
    ['1', 'x'],
    ['2', 'y'],
    ['3', 'z'],
  ])
})

test.each([
  ['externaldata (a:string) ["https://others/a.csv"]', 'reading this address is not supported'],
  ['externaldata (a:string) ["https://lists/a.parquet"]', "the format 'of this file' is not supported"],
  ['externaldata (a:string) ["https://lists/a.csv"] with (format=orc)', "the format 'orc' is not supported"],
  [
    'externaldata (a:string) ["https://lists/a.csv"] with (ingestionMapping="[]")',
    "the property 'ingestionMapping' is not supported",
  ],
])('%s', (query, message) => {
  const made = compiled(query)
  expect(made.ok ? [] : made.diagnostics.map((d) => d.message)).toEqual([message])
})
