// Plug-ins whose columns depend on the data: what is said where no rows reach them.
import { expect, test } from 'vitest'
import { compile, type Row } from '../src/index.ts'
import { catalog, now } from './fixture.ts'

const query = 'Empty | extend d = parse_json(Text) | evaluate bag_unpack(d) | project Text, Signer'

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
      length: 'evaluate bag_unpack(d)'.length,
      message: "no rows reach this plug-in, so its columns are not known: 'Signer' taken to be among them",
    },
  ])
})

test('with rows that do not bring it an unknown column is an error', () => {
  const made = after([['String Serial']])
  expect(!made.ok && made.diagnostics.map((d) => d.code)).toEqual(['KS142'])
})
