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

test('the workspace is the database in context', () => {
  const columns = [{ name: 'TimeGenerated', type: 'datetime', doc: 'when' }] as const
  const table = { name: 'Syslog', timeColumn: 'TimeGenerated', populated: true, columns }
  const schema = editorSchema('hub', { version: '1', tables: [table], functions: [] }, 7)
  expect(schema.database).toMatchObject({
    name: 'hub',
    majorVersion: 7,
    tables: [{ name: 'Syslog', columns: [{ name: 'TimeGenerated', type: 'datetime', docstring: 'when' }] }],
  })
  expect(schema.cluster.databases).toEqual([schema.database])
})
