// Records that were published together with the rows they become: every field of the rows.
import type { SampleRecord } from './azure.ts'
import type { Body, Reference, Sample } from './catalogue.ts'
import type { ExpectedRow } from './compare.ts'

interface Pair {
  readonly table: string
  readonly input: readonly SampleRecord[]
  readonly output: readonly SampleRecord[]
}

const pairsOf = (text: string): Pair[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** Fields of the published rows that their own input records do not have: made up, or another record's. */
const inventions: Readonly<Record<string, readonly string[]>> = {
  AZKVAuditLogs: [
    ...['ResultDescription', 'CorrelationId', 'Properties', 'Id', 'ClientInfo', 'RequestUri', 'VaultProperties'],
  ],
  AZKVPolicyEvaluationDetailsLogs: ['EvaluationDetails'],
  AADNonInteractiveUserSignInLogs: ['OperationVersion', 'RiskEventTypes_V2'],
  OTelLogs: ['ResourceAttributes', 'ClientType', 'ClientIP', 'ItemCount', 'Measurements', 'SeverityLevel'],
}
/** The workspace's own, and what stands in another column in each table. */
const noColumns: ReadonlySet<string> = new Set([
  'ResourceId',
  'Category',
  'category',
  'resourceId',
  '_resourceId',
  '_subscriptionId',
  'TenantId',
  'SourceSystem',
])

function rowOf(
  { table: named }: Pair,
  input: SampleRecord,
  output: SampleRecord | undefined,
  of: Reference,
): ExpectedRow {
  const table = input.category === 'kube-audit-admin' ? 'AKSAuditAdmin' : named
  if (!output) return { table, columns: {} }
  const { TimeGenerated, ...fields } = output
  const known = new Set(of.columns(table))
  const isOf = (name: string) => known.has(name) && !noColumns.has(name) && !inventions[table]?.includes(name)
  const own = Object.entries(fields).filter(([name]) => isOf(name))
  const columns = Object.fromEntries(own.map(([name, value]) => [name, published(value)]))
  const kept = table === 'AKSControlPlane' || table === 'AADNonInteractiveUserSignInLogs'
  return {
    table,
    columns: { ...columns, OriginalTime: TimeGenerated, ...(kept && { Category: output.Category }) },
  }
}

/** No value, an empty text, nothing and no columns look alike in the published rows; their `\/` is a `/`. */
function published(value: unknown): unknown {
  if (value === '' || value === null) return (got: unknown) => [null, '', '[]', '{}'].includes(got as string)
  return typeof value === 'string' ? value.replaceAll('\\/', '/') : value
}

function bodyOf({ table, input }: Pair): Body {
  if (table === 'OTelLogs')
    return { body: JSON.stringify({ resourceLogs: input.map(otlp) }), parameters: { routes: 'none' } }
  return { body: JSON.stringify({ records: input }), parameters: { mode: 'resource' } }
}

const attributesOf = (members: SampleRecord) =>
  Object.entries(members).map(([key, value]) => ({ key, value: { stringValue: String(value) } }))

/** The pair has the record as the service holds it, with scope and resource as its parents. */
function otlp({ item, parent }: SampleRecord): SampleRecord {
  const { attributes, body, resourceAttributes: _resource, timeUnixNano, observedTimeUnixNano, ...record } = item
  const logRecord = {
    ...record,
    timeUnixNano: BigInt(timeUnixNano).toString(),
    observedTimeUnixNano: BigInt(observedTimeUnixNano).toString(),
    body: { stringValue: body },
    attributes: attributesOf(attributes),
  }
  const resource = { attributes: attributesOf(parent.parent.item.attributes) }
  return { resource, scopeLogs: [{ scope: parent.item, logRecords: [logRecord] }] }
}

const ofTelemetry = ({ table }: Pair): boolean => table === 'OTelLogs'

const sample = (receiver: 'azure-diagnostics' | 'otlp-logs', chosen: (pair: Pair) => boolean): Sample => ({
  receiver,
  bodies: (text) => pairsOf(text).filter(chosen).map(bodyOf),
  expected: (text, reference) =>
    pairsOf(text)
      .filter(chosen)
      .flatMap((pair) => pair.input.map((input, at) => rowOf(pair, input, pair.output[at], reference))),
})

export const golden: readonly Sample[] = [
  sample('azure-diagnostics', (pair) => !ofTelemetry(pair)),
  sample('otlp-logs', ofTelemetry),
]
