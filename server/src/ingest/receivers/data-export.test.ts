// Rows of a workspace's data export. https://learn.microsoft.com/azure/azure-monitor/logs/logs-data-export
import { describe, expect, test } from 'vitest'
import { receivers } from './index.ts'
import { decode, decodeRows } from './testing.ts'

const receiver = receivers['data-export']
const row = {
  TenantId: '0f1e2d3c-0000-4000-8000-00000000000a',
  TimeGenerated: '2026-03-01T10:00:00.1234567Z',
  Computer: 'web-1',
  MG: '00000000-0000-0000-0000-000000000001',
  Type: 'Heartbeat',
  _ResourceId: '/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines/web-1',
  _Internal_WorkspaceResourceId: '/subscriptions/s/…',
}

describe('rows of the data export', () => {
  test('go to the table in Type, without what the export added', async () => {
    const [made] = await decodeRows(receiver, JSON.stringify({ records: [row] }))
    const { MG, _Internal_WorkspaceResourceId, ...kept } = row
    expect(made).toMatchObject({ table: 'Heartbeat', fields: kept, resourceId: row._ResourceId })
    expect(Object.keys(made?.fields ?? {})).toEqual(Object.keys(kept))
  })

  test.each([
    [
      'one a line',
      `${JSON.stringify(row)}\n${JSON.stringify({ ...row, Type: 'Syslog' })}`,
      {},
      ['Heartbeat', 'Syslog'],
    ],
    ['the table in the address', '[{"Computer":"a"}]', { table: 'heartbeat' }, ['Heartbeat']],
    ['a custom table', '[{"Type":"My_CL","a_s":"b"}]', {}, ['My_CL']],
    ['in the record of a collector', '{"record":{"heartbeat":{"computer":"a"}}}', {}, ['Heartbeat']],
  ])('%s', async (_name, body, parameters, tables) => {
    expect((await decodeRows(receiver, body, parameters)).map(({ table }) => table)).toEqual(tables)
  })

  test('names in any case are those of the columns', async () => {
    const lower = Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]))
    const [made] = await decodeRows(receiver, JSON.stringify(lower))
    const names = ['TenantId', 'TimeGenerated', 'Computer', 'Type', '_ResourceId']
    expect(Object.keys(made?.fields ?? {})).toEqual(names)
    expect(made?.resourceId).toBe(row._ResourceId)
  })

  test('without a table it is none', async () => {
    expect(await decode(receiver, '[{"Computer":"a"}]')).toEqual([
      {
        rejected: "the row says no table: it has no 'Type', and the parameter 'table' is missing",
        raw: '{"Computer":"a"}',
      },
    ])
  })
})
