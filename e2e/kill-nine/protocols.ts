// The protocols that the kill test sends with: how a batch goes in, and where its rows are found again.
import { remoteWriteBody } from '../../server/src/ingest/receivers/prometheus/testing.ts'

export const rowsPerBatch = 40

export interface Protocol {
  readonly name: string
  /** KQL: rows with the columns Batch and Row. */
  readonly rows: string
  readonly request: (url: string, batch: string) => Promise<Response>
}

const rowNumbers = Array.from({ length: rowsPerBatch }, (_, row) => row)

function post(url: string, batch: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': batch, ...headers },
    body: Buffer.from(body),
  })
}

const json: Protocol = {
  name: 'json',
  rows: 'KillNine_CL | project Batch, Row = tolong(Row)',
  request: (url, batch) => {
    const rows = rowNumbers.map((row) => ({ Batch: batch, Row: row, Text: `row ${row} of ${batch}` }))
    return post(`${url}/ingest/json/KillNine_CL?workspace=default`, batch, JSON.stringify(rows))
  },
}

const diagnostics: Protocol = {
  name: 'azure-diagnostics',
  rows: 'AzureDiagnostics | where Category == "KillNine" | project Batch = batch_s, Row = tolong(row_d)',
  request: (url, batch) => {
    const resourceId = '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/V'
    const records = rowNumbers.map((row) => ({ category: 'KillNine', resourceId, properties: { batch, row } }))
    return post(`${url}/ingest/azure-diagnostics?workspace=default`, batch, JSON.stringify({ records }))
  },
}

const otlp: Protocol = {
  name: 'otlp',
  rows: 'OTelLogs | where ScopeName == "kill" | project Batch = tostring(Attributes.batch), Row = tolong(Attributes.row)',
  request: (url, batch) => {
    const logRecords = rowNumbers.map((row) => ({
      body: { stringValue: `row ${row}` },
      attributes: [
        { key: 'batch', value: { stringValue: batch } },
        { key: 'row', value: { intValue: String(row) } },
      ],
    }))
    const resourceLogs = [{ scopeLogs: [{ scope: { name: 'kill' }, logRecords }] }]
    return post(`${url}/v1/logs?workspace=default`, batch, JSON.stringify({ resourceLogs }))
  },
}

const remoteWrite: Protocol = {
  name: 'remote write',
  rows: 'PrometheusMetrics | where Name == "kill" | project Batch = tostring(Labels.batch), Row = tolong(Labels.row)',
  request: (url, batch) => {
    const type = 'application/x-protobuf'
    const at = Date.now()
    const series = rowNumbers.map((row) => ({
      labels: { __name__: 'kill', batch, row: String(row) },
      samples: [[row, at]] as [number, number][],
    }))
    const headers = { 'content-type': type, 'content-encoding': 'snappy' }
    return post(`${url}/api/v1/write?workspace=default`, batch, remoteWriteBody(type, series), headers)
  },
}

const resourceGroup = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/conshelf'
const workspace = `${resourceGroup}/providers/Microsoft.OperationalInsights/workspaces/default`
const rulePath = `${resourceGroup}/providers/Microsoft.Insights/dataCollectionRules/kill?api-version=2023-03-11`
const columns = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'Batch', type: 'string' },
  { name: 'Row', type: 'long' },
]

async function put(url: string, body: unknown): Promise<{ readonly properties: { readonly immutableId: string } }> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response.json() as ReturnType<typeof put>
}

let rule: string | undefined

/** A rule with a transformation, made by the first batch. */
async function ruleId(url: string): Promise<string> {
  if (rule) return rule
  await put(`${url}${workspace}/tables/KillRule_CL?api-version=2022-10-01`, { properties: { schema: { columns } } })
  const made = await put(url + rulePath, {
    properties: {
      streamDeclarations: { 'Custom-Kill': { columns: [{ name: 'text', type: 'string' }] } },
      destinations: { logAnalytics: [{ workspaceResourceId: workspace, name: 'w' }] },
      dataFlows: [
        {
          streams: ['Custom-Kill'],
          destinations: ['w'],
          outputStream: 'Custom-KillRule_CL',
          transformKql: 'source | parse text with Batch " " Row:long | project Batch, Row',
        },
      ],
    },
  })
  rule = made.properties.immutableId
  return rule
}

const logsIngestion: Protocol = {
  name: 'logs ingestion',
  rows: 'KillRule_CL | project Batch, Row',
  request: async (url, batch) => {
    const path = `/dataCollectionRules/${await ruleId(url)}/streams/Custom-Kill?api-version=2023-01-01`
    return post(url + path, batch, JSON.stringify(rowNumbers.map((row) => ({ text: `${batch} ${row}` }))))
  },
}

export const protocols: readonly Protocol[] = [json, diagnostics, otlp, remoteWrite, logsIngestion]
