// Plug-ins whose columns depend on the data: what is said where no rows reach them.
import { expect, test } from 'vitest'
import { compile, type Row } from '../src/index.ts'
import { catalog, now } from './fixture.ts'

const query = 'Logs | where Count > 99 | evaluate bag_unpack(Tags) | project Level, Signer'

function after(rows: readonly Row[]) {
  const first = compile(query, { catalog, now })
  if (first.ok || !first.needs) throw new Error('the query asks for no fact')
  return compile(query, { catalog, now, facts: [first.needs.read(rows)] })
}

test('without rows an unknown column is null, with a warning', () => {
  const made = after([])
  expect(made.ok && made.compiled.warnings).toEqual([
    {
      code: 'CS009',
      severity: 'warning',
      start: query.indexOf('evaluate'),
      length: 'evaluate bag_unpack(Tags)'.length,
      message: "no rows reach this plug-in, so its columns are not known: 'Signer' taken to be among them",
    },
  ])
})

test('with rows that do not bring it an unknown column is an error', () => {
  const made = after([['String Serial']])
  expect(!made.ok && made.diagnostics.map((d) => d.code)).toEqual(['KS142'])
})

test('a plug-in in a function that different rows reach is refused', () => {
  const twice = `let f = (T:(d:dynamic)) { T | evaluate bag_unpack(d) };
    union (f(datatable(d:dynamic)[dynamic({"a":1})])), (f(datatable(d:dynamic)[dynamic({"b":2})]))`
  const first = compile(twice, { catalog, now })
  if (first.ok || !first.needs) throw new Error('the query asks for no fact')
  const made = compile(twice, { catalog, now, facts: [first.needs.read([['Int64 a']])] })
  expect(!made.ok && made.diagnostics.map((d) => d.message)).toEqual([
    'a plug-in whose columns depend on the data, in a function that is called with different rows is not supported',
  ])
})

test('only rows that may be there are asked for', () => {
  const asks = (text: string): boolean => {
    const made = compile(text, { catalog, now })
    return !made.ok && made.needs !== undefined
  }
  expect(asks('Logs | evaluate bag_unpack(Tags)')).toBe(true)
  expect(asks('Empty | extend d = parse_json(Text) | evaluate bag_unpack(d)')).toBe(false)
  expect(asks('Empty | summarize d = make_bag(parse_json(Text)) | evaluate bag_unpack(d)')).toBe(true)
  expect(asks('Empty | join kind=rightouter Logs on TimeGenerated | evaluate bag_unpack(Tags)')).toBe(true)
  expect(asks('Logs | join Empty on TimeGenerated | evaluate bag_unpack(Tags)')).toBe(false)
})
