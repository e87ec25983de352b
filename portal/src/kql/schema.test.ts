import { expect, test } from 'vitest'
import { editorSchema, inputParameters } from './schema.ts'

test('parameters of a saved function, with defaults and tables', () => {
  expect(
    inputParameters('n:long = 5, s:string="a,b", T:(a:string, b:int), Any:(*), since:datetime = datetime(2024-01-01)'),
  ).toEqual([
    { name: 'n', type: 'long', cslType: 'long', cslDefaultValue: '5' },
    { name: 's', type: 'string', cslType: 'string', cslDefaultValue: '"a,b"' },
    {
      name: 'T',
      columns: [
        { name: 'a', type: 'string', cslType: 'string' },
        { name: 'b', type: 'int', cslType: 'int' },
      ],
    },
    { name: 'Any', columns: [] },
    { name: 'since', type: 'datetime', cslType: 'datetime', cslDefaultValue: 'datetime(2024-01-01)' },
  ])
  expect(inputParameters('')).toEqual([])
})

test('the first workspace is the database in context, the others stand beside it', () => {
  const columns = [{ name: 'TimeGenerated', type: 'datetime', doc: 'when' }] as const
  const table = { name: 'Syslog', timeColumn: 'TimeGenerated', populated: true, columns }
  const schema = {
    version: '1',
    tables: [table],
    functions: [{ name: 'F', parameters: 'n:long', body: 'Syslog | take n' }],
  }
  const result = editorSchema(
    [
      { name: 'hub', schema },
      { name: 'spoke', schema },
    ],
    7,
  )
  expect(result.database).toMatchObject({
    name: 'hub',
    majorVersion: 7,
    tables: [{ name: 'Syslog', columns: [{ name: 'TimeGenerated', type: 'datetime', docstring: 'when' }] }],
    functions: [{ name: 'F', body: '{ Syslog | take n }', inputParameters: [{ name: 'n', cslType: 'long' }] }],
  })
  expect(result.cluster.databases.map(({ name }) => name)).toEqual(['hub', 'spoke'])
})
