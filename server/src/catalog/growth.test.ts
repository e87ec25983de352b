import type { Column } from '@conshelf/kql'
import { expect, test } from 'vitest'
import { openContent } from '../content/content.ts'
import { firstColumns, columnsToAdd as missing } from './growth.ts'
import { grownColumnLimit, standardColumns, type TableDefinition } from './types.ts'

const content = openContent()
const diagnostics = content.table('AzureDiagnostics') as TableDefinition
const syslog = content.table('Syslog') as TableDefinition
const custom = content.customLog('App_CL', [])

const columnsToAdd = (definition: TableDefinition, existing: ReadonlyMap<string, unknown>, asked: readonly Column[]) =>
  missing(definition, firstColumns(definition), existing, asked)
const strings = (...names: string[]): Column[] => names.map((name) => ({ name, type: 'string' }))
const numbered = (count: number, from = 1) => strings(...Array.from({ length: count }, (_, i) => `p${i + from}_s`))
const names = (columns: readonly Column[]) => columns.map((c) => c.name)
const stored = (...parts: (readonly Column[])[]) => new Map(parts.flat().map((c) => [c.name, c.type]))

test('a table that does not grow has all its columns from the start and takes no others', () => {
  expect(names(firstColumns(syslog))).toEqual(expect.arrayContaining(['SyslogMessage', 'ProcessID', '_ItemId']))
  expect(columnsToAdd(syslog, stored(firstColumns(syslog)), strings('Other'))).toEqual([])
  const old = firstColumns(syslog).filter((c) => c.name !== 'ProcessID')
  expect(columnsToAdd(syslog, stored(old), [])).toEqual([{ name: 'ProcessID', type: 'int' }])
})

test('a growing table starts with what its layout names', () => {
  const first = names(firstColumns(diagnostics))
  expect(first).toEqual(expect.arrayContaining([...names(standardColumns), 'Category', 'msg_s', 'log_s', 'DurationMs']))
  expect(first).not.toContain('httpStatus_d')
  expect(first.length).toBeLessThan(60)
})

test('an arriving column has its declared type, and an existing one keeps its own', () => {
  const asked: Column[] = [
    { name: 'httpStatus_d', type: 'string' },
    { name: 'new_b', type: 'bool' },
    { name: 'old_s', type: 'real' },
  ]
  const existing = stored(firstColumns(diagnostics), strings('old_s'))
  expect(columnsToAdd(diagnostics, existing, asked)).toEqual([
    { name: 'httpStatus_d', type: 'real' },
    { name: 'new_b', type: 'bool' },
  ])
})

test.each([diagnostics, custom])('$name: property 501 goes into AdditionalFields', (definition) => {
  const empty = stored(firstColumns(definition))
  const all = numbered(grownColumnLimit)
  expect(names(columnsToAdd(definition, empty, all))).toEqual(names(all))
  expect(names(columnsToAdd(definition, empty, numbered(grownColumnLimit + 1)))).toEqual([
    ...names(all),
    'AdditionalFields',
  ])
  const full = stored(firstColumns(definition), all)
  expect(names(columnsToAdd(definition, full, numbered(2, 501)))).toEqual(['AdditionalFields'])
  expect(
    columnsToAdd(definition, stored(firstColumns(definition), all, strings('AdditionalFields')), numbered(2, 501)),
  ).toEqual([])
  expect(columnsToAdd(definition, full, numbered(3))).toEqual([])
})

test('a record that has AdditionalFields itself gets the column', () => {
  const asked = strings('AdditionalFields')
  expect(names(columnsToAdd(diagnostics, stored(firstColumns(diagnostics)), asked))).toEqual(['AdditionalFields'])
})
