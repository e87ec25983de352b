import { expect, test } from 'vitest'
import { formatTable } from './formats.ts'
import { parseAnswer } from './result.ts'
import { underlined } from './underline.ts'

const answer = parseAnswer(`{"tables":[{"name":"PrimaryResult","columns":[{"name":"Name","type":"string"},
  {"name":"N","type":"long"},{"name":"Bag","type":"dynamic"}],"rows":[["a,\\"b\\"",9007199254740993,"{\\"x\\":[1]}"],
  ["line\\nbreak",null,"\\"text\\""]]}]}`)
const table = answer.tables?.[0] ?? { name: '', columns: [], rows: [] }

test('json and ndjson: dynamic as JSON, every digit of a long', () => {
  const lines = [
    '{"Name":"a,\\"b\\"","N":9007199254740993,"Bag":{"x":[1]}}',
    '{"Name":"line\\nbreak","N":null,"Bag":"text"}',
  ]
  expect(formatTable(table, 'ndjson', undefined)).toBe(`${lines.join('\n')}\n`)
  expect(formatTable(table, 'json', undefined)).toBe(`[\n  ${lines.join(',\n  ')}\n]\n`)
  expect(formatTable({ ...table, rows: [] }, 'json', undefined)).toBe('[\n]\n')
})

test('csv as RFC 4180 has it', () => {
  expect(formatTable(table, 'csv', undefined)).toBe(
    'Name,N,Bag\r\n"a,""b""",9007199254740993,"{""x"":[1]}"\r\n"line\nbreak",,"""text"""\r\n',
  )
})

test('a grid: numbers to the right, line breaks shown, dynamic strings without quotes', () => {
  expect(formatTable(table, 'table', undefined)).toBe(
    [
      'Name                       N  Bag',
      '──────────  ────────────────  ─────────',
      'a,"b"       9007199254740993  {"x":[1]}',
      'line↵break                    text',
      '',
    ].join('\n'),
  )
})

test('on a narrow screen the widest columns give way', () => {
  const lines = formatTable(table, 'table', 32).split('\n')
  expect(Math.max(...lines.map((line) => [...line].length))).toBe(32)
  expect(lines[2]).toMatch(/^a,"b" +900719925…/)
})

test('an error is underlined in its line', () => {
  const query = 'T\n| where Xyz == 1'
  const place = {
    code: 'KS142',
    start: 10,
    length: 3,
    message: "The name 'Xyz' is unknown.",
    hint: "did you mean 'Xy'?",
  }
  expect(underlined(query, place)).toBe(
    "KS142: The name 'Xyz' is unknown.\n2 | | where Xyz == 1\n  |         ^^^\n  = did you mean 'Xy'?\n",
  )
})

test('an error at the end, and one far to the right', () => {
  expect(underlined('T |', { code: 'KS006', start: 3, length: 0, message: 'm' })).toBe('KS006: m\n1 | T |\n  |    ^\n')
  const query = `T | where ${'x'.repeat(500)} | bad`
  const [, line = '', marks = ''] = underlined(query, { code: 'C', start: 513, length: 3, message: 'm' }).split('\n')
  expect(line.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('bad')
})
