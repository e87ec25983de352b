import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { receivers } from './index.ts'
import { decodeRows } from './testing.ts'

const receiver = receivers['azure-diagnostics']

/** Records that were published together with the rows they become. */
const golden = new URL('../../../../../shared/samples/golden-resource-specific.jsonl', import.meta.url)

/** Values of the published rows that their own input records do not have: made up, or another record's. */
const inventions: Readonly<Record<string, readonly string[]>> = {
  AZKVAuditLogs: [
    'ResultDescription',
    'CorrelationId',
    'Properties',
    'Id',
    'ClientInfo',
    'RequestUri',
    'VaultProperties',
  ],
  AZKVPolicyEvaluationDetailsLogs: ['EvaluationDetails'],
  AADNonInteractiveUserSignInLogs: ['OperationVersion', 'RiskEventTypes_V2', 'TenantId'],
}
/** Tables of other receivers. */
const elsewhere: readonly string[] = ['OTelLogs']

describe.skipIf(!existsSync(golden))('published pairs of record and row (skipped without ../shared)', () => {
  const lines = existsSync(golden) ? readFileSync(golden, 'utf8').trim().split('\n') : []
  const pairs = lines.map((line) => JSON.parse(line)).filter(({ table }) => !elsewhere.includes(table))
  test.each(pairs)('$sample', async ({ table, input, output }) => {
    const rows = await decodeRows(receiver, JSON.stringify({ records: input }), { mode: 'resource' })
    expect(rows).toHaveLength(input.length)
    for (const [at, wanted] of output.entries()) {
      const row = rows[at]
      expect(row?.table.replace(/^AKSAuditAdmin$/, 'AKSAudit')).toBe(table)
      const made: Record<string, unknown> = { ...row?.fields, TimeGenerated: row?.time, _resourceId: row?.resourceId }
      for (const [column, value] of Object.entries(wanted)) {
        if (inventions[table]?.includes(column) || notOfTheTable.has(column)) continue
        expect([column, plain(made[column], column)]).toEqual([column, plain(value, column)])
      }
    }
  })
})

/** Columns of the published rows that the tables do not have, or that the pipeline fills. */
const notOfTheTable: ReadonlySet<string> = new Set([
  'ResourceId',
  'Category',
  'category',
  'resourceId',
  '_subscriptionId',
])

/** No value, an empty text and no columns look alike in the published rows, as do 0 and "0.000"; their `\/` is a `/`. */
function plain(value: unknown, column: string): unknown {
  if (value === undefined || value === null || value === '') return ''
  if (typeof value === 'object') return JSON.stringify(value)
  if (column === 'TimeGenerated') return String(value).replace('+00:00', 'Z')
  const text = String(value).replaceAll('\\/', '/')
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
