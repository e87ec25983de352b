import { describe, expect, test } from 'vitest'
import { numberText } from '../json/exact.ts'
import type { Json } from '../types.ts'
import { MalformedBody } from '../types.ts'
import { fieldMapping } from './diagnostics/field-mappings.ts'
import { readLogLine } from './diagnostics/klog.ts'
import { diagnosticRecord } from './diagnostics/record.ts'
import { resourceParts } from './diagnostics/resource-id.ts'
import { resourceSpecific } from './diagnostics/resource-specific.ts'
import { receivers } from './index.ts'
import { decode, decodeRows } from './testing.ts'

const receiver = receivers['azure-diagnostics']
const vault =
  '/SUBSCRIPTIONS/0000AAAA-0000-0000-0000-000000000001/RESOURCEGROUPS/RG-ONE/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV-ONE'
const cluster =
  '/subscriptions/0000aaaa-0000-0000-0000-000000000001/resourceGroups/rg-one/providers/Microsoft.ContainerService/managedClusters/aks-one'

const record = (more: object) => ({ time: '2026-03-01T10:00:00Z', resourceId: vault, category: 'Some', ...more })
const one = async (more: object, mode = 'diagnostics') =>
  (await decodeRows(receiver, JSON.stringify({ records: [record(more)] }), { mode }))[0]

describe('diagnostics mode', () => {
  test('what every record has goes to columns without suffix', async () => {
    const row = await one({
      operationName: 'SecretGet',
      operationVersion: '7.4',
      resultType: 0,
      resultSignature: 'OK',
      resultDescription: '',
      durationMs: '78',
      callerIpAddress: '10.0.0.4',
      correlationId: 'c-1',
      Level: 4,
    })
    expect(row).toMatchObject({ table: 'AzureDiagnostics', time: '2026-03-01T10:00:00Z', resourceId: vault })
    expect(row?.fields).toEqual({
      SourceSystem: 'Azure',
      Category: 'Some',
      OperationName: 'SecretGet',
      OperationVersion: '7.4',
      ResultType: 0,
      ResultSignature: 'OK',
      ResultDescription: '',
      DurationMs: '78',
      CallerIPAddress: '10.0.0.4',
      CorrelationId: 'c-1',
      Level: 4,
      ResourceId: vault,
      SubscriptionId: '0000aaaa-0000-0000-0000-000000000001',
      ResourceGroup: 'RG-ONE',
      ResourceProvider: 'MICROSOFT.KEYVAULT',
      ResourceType: 'VAULTS',
      Resource: 'KV-ONE',
    })
  })

  const guid = '0f1e2d3c-0000-4000-8000-00000000000a'
  test.each<[object, Record<string, unknown>]>([
    [{ properties: { msg: 'text' } }, { msg_s: 'text' }],
    [{ properties: { size: 3, rate: 1.5, ok: false } }, { size_d: 3, rate_d: 1.5, ok_b: false }],
    [{ properties: { started: '2026-03-01T09:59:59.5Z' } }, { started_t: '2026-03-01T09:59:59.5Z' }],
    [{ properties: { day: '2026-03-01', year: '2026' } }, { day_s: '2026-03-01', year_s: '2026' }],
    [{ properties: { id: guid.toUpperCase() } }, { id_g: guid }],
    [{ properties: { id: guid.replaceAll('-', '') } }, { id_g: guid }],
    [{ properties: { id: '16861477007022634343' } }, { id_s: '16861477007022634343' }],
    [{ properties: { details: { message: 'm', line: '47' } } }, { details_message_s: 'm', details_line_s: '47' }],
    [{ properties: { properties: { sku: { Family: 'A' } } } }, { properties_sku_Family_s: 'A' }],
    [{ identity: { claim: { appid: guid } } }, { identity_claim_appid_g: guid }],
    [
      { identity: { claim: { 'http://schemas.example.org/2005/05/claims/upn': 'a@b' } } },
      { identity_claim_http_schemas_example_org_2005_05_claims_upn_s: 'a@b' },
    ],
    [{ properties: { list: [1, { a: null }], none: null, empty: {} } }, { list_s: '[1,{"a":null}]' }],
    [{ properties: { clientIP: '1', clientIp: '2' } }, { clientIP_s: '1', clientIp_s: '2' }],
    [{ properties: { message: 'words' } }, { Message: 'words' }],
    [
      { message: 'outer', properties: { message: 'inner' } },
      { Message: 'outer', message_s: 'inner' },
    ],
    [{ properties: '{"msg":"in text"}' }, { msg_s: 'in text' }],
    [{ properties: "{'msg':'it\\'s','n':1,'q':'a\"b'}" }, { msg_s: "it's", n_d: 1, q_s: 'a"b' }],
    [{ properties: 'plain' }, { properties_s: 'plain' }],
    [{ properties: [1] }, { properties_s: '[1]' }],
    [{ durationMs: 78.5 }, { durationMs_d: 78.5 }],
    [{ durationMs: 'long' }, { durationMs_s: 'long' }],
    [
      { location: 'westeurope', tenantId: guid },
      { location_s: 'westeurope', tenantId_g: guid },
    ],
    [{ timeStamp: '2026-03-01T10:00:00+00:00' }, { timeStamp_t: '2026-03-01T10:00:00+00:00' }],
    [{ time: undefined, timeStamp: '2026-03-01T10:00:00+00:00' }, {}],
    [
      { properties: { "x'); DROP TABLE t; --": 1, '../../etc': 2, 'a.b': 3 } },
      { x_DROP_TABLE_t__d: 1, _etc_d: 2, a_b_d: 3 },
    ],
  ])('%j', async (more, wanted) => {
    const row = await one(more)
    const { SourceSystem, Category, ResourceId, SubscriptionId, ResourceGroup, ...rest } = row?.fields ?? {}
    const { ResourceProvider, ResourceType, Resource, ...properties } = rest
    expect(properties).toEqual(wanted)
    expect(row?.time).toBeDefined()
  })

  test('numbers keep their digits', async () => {
    const text = `{"records":[{"category":"C","properties":{"big":9007199254740993,"list":[1.0]}}]}`
    const [row] = await decodeRows(receiver, text)
    expect(numberText(row?.fields.big_d as Json)).toBe('9007199254740993')
    expect(row?.fields.list_s).toBe('[1.0]')
  })

  test('deep nesting ends in JSON text instead of ever longer names', async () => {
    let nested: object = { leaf: 1 }
    for (let i = 0; i < 100; i++) nested = { n: nested }
    const row = await one({ properties: nested })
    const [name, value] = Object.entries(row?.fields ?? {}).find(([column]) => column.startsWith('n_')) ?? []
    expect(name?.length).toBeLessThan(50)
    expect(value).toMatch(/^\{"n":.*"leaf":1/)
  })
})

describe('where records go', () => {
  const secret = { category: 'AuditEvent', properties: {} }
  const login = {
    category: 'ContainerRegistryLoginEvents',
    resourceId: vault.replace('KEYVAULT/VAULTS', 'CONTAINERREGISTRY/REGISTRIES'),
  }
  const firewall = vault.replace('KEYVAULT/VAULTS', 'NETWORK/AZUREFIREWALLS')
  const gateway = vault.replace('KEYVAULT/VAULTS', 'NETWORK/APPLICATIONGATEWAYS')
  const metric = {
    category: undefined,
    metricName: 'Hits',
    total: 1,
    count: 1,
    minimum: 1,
    maximum: 1,
    average: 1,
    timeGrain: 'PT1M',
  }
  test.each<[string, object, string, string]>([
    ['vault audit', secret, 'AzureDiagnostics', 'AZKVAuditLogs'],
    ['registry', login, 'ContainerRegistryLoginEvents', 'ContainerRegistryLoginEvents'],
    [
      'classic firewall',
      { category: 'AzureFirewallDnsProxy', resourceId: firewall },
      'AzureDiagnostics',
      'AzureDiagnostics',
    ],
    ['structured firewall', { category: 'AZFWDnsQuery', resourceId: firewall }, 'AzureDiagnostics', 'AZFWDnsQuery'],
    ['gateway', { category: 'ApplicationGatewayAccessLog', resourceId: gateway }, 'AzureDiagnostics', 'AGWAccessLogs'],
    ['autoscaler', { category: 'cluster-autoscaler', resourceId: cluster }, 'AzureDiagnostics', 'AKSControlPlane'],
    [
      'a component no list has',
      { category: 'karpenter-controller', resourceId: cluster },
      'AzureDiagnostics',
      'AKSControlPlane',
    ],
    ['activity log', { category: 'Administrative', operationName: 'X/WRITE' }, 'AzureActivity', 'AzureActivity'],
    ['metrics', metric, 'AzureMetrics', 'AzureMetrics'],
    ['metrics with dimensions', { ...metric, dimension: { a: 'b' } }, 'AzureMetricsV2', 'AzureMetricsV2'],
    [
      'sign-ins',
      { category: 'SignInLogs', resourceId: '/tenants/t/providers/Microsoft.aadiam' },
      'SigninLogs',
      'SigninLogs',
    ],
    ['an unknown category', { category: 'Nothing' }, 'AzureDiagnostics', 'AzureDiagnostics'],
    ['no category', { category: undefined }, 'AzureDiagnostics', 'AzureDiagnostics'],
  ])('%s', async (_name, more, diagnostics, resource) => {
    expect((await one(more))?.table).toBe(diagnostics)
    expect((await one(more, 'resource'))?.table).toBe(resource)
  })

  test('what is no diagnostic record is rejected, with its text', async () => {
    expect(await decode(receiver, '[{"a":1}]')).toEqual([
      { rejected: 'no diagnostic record: neither category nor resourceId', raw: '{"a":1}' },
    ])
  })

  test('a mode that there is not is an error of the request', async () => {
    await expect(decode(receiver, '[]', { mode: 'Resource' })).rejects.toThrow(MalformedBody)
  })
})

describe('resource mode', () => {
  test('columns by name, whatever case and separators; what is no column is dropped', async () => {
    const properties = {
      instanceId: 'i',
      clientIP: '10.1.1.1',
      error_info: 'NONE',
      WAFMode: 'Detection',
      more: 1,
      httpStatus: '403',
    }
    const resourceId = vault.replace('KEYVAULT/VAULTS', 'NETWORK/APPLICATIONGATEWAYS')
    const row = await one(
      { category: 'ApplicationGatewayAccessLog', resourceId, listenerName: 'l', properties },
      'resource',
    )
    expect(row?.fields).toEqual({
      SourceSystem: 'Azure',
      ListenerName: 'l',
      InstanceId: 'i',
      ClientIp: '10.1.1.1',
      ErrorInfo: 'NONE',
      WafMode: 'Detection',
      HttpStatus: '403',
    })
  })

  test('the record counts before its properties, content before both', () => {
    const columns = (['Location', 'Where', 'Fixed', 'First'] as const).map((name) => ({
      name,
      type: 'string' as const,
    }))
    const mapping = fieldMapping({
      table: 'T',
      columns: { Where: 'properties.location."a.b"', Fixed: '=text', First: ['properties.none', 'location'] },
    })
    const rowOf = resourceSpecific('T', columns, mapping)
    const fields = { location: 'outer', properties: { location: { 'a.b': 'inner' }, first: 'ignored' } }
    expect(rowOf(diagnosticRecord(fields), '').fields).toEqual({
      Location: 'outer',
      Where: 'inner',
      Fixed: 'text',
      First: 'outer',
    })
  })

  test('audit events of a cluster are taken apart', async () => {
    const event = {
      kind: 'Event',
      level: 'Metadata',
      auditID: 'a',
      verb: 'get',
      user: { username: 'u' },
      sourceIPs: ['10.0.0.1'],
    }
    const more = {
      category: 'kube-audit-admin',
      resourceId: cluster,
      properties: { log: `${JSON.stringify(event)}\n`, pod: 'p' },
    }
    const row = await one(more, 'resource')
    expect(row?.table).toBe('AKSAuditAdmin')
    expect(row?.fields).toEqual({
      SourceSystem: 'Azure',
      Level: 'Metadata',
      AuditId: 'a',
      Verb: 'get',
      User: { username: 'u' },
      SourceIps: ['10.0.0.1'],
      PodName: 'p',
    })
    const broken = record({ category: 'kube-audit', resourceId: cluster, properties: { log: '{"auditID":' } })
    expect(await decode(receiver, JSON.stringify([broken]), { mode: 'resource' })).toMatchObject([
      { rejected: expect.stringContaining('properties.log is not JSON') },
    ])
  })

  test.each([
    ['I0112 17:47:13.736867       1 main.go:128] set up\n', 'INFO', 'set up'],
    ['E0112 17:47:13.736867 1234 a/b.go:1] x] y', 'ERROR', 'x] y'],
    ['http2: connection error\n', '', 'http2: connection error'],
    ['{"level":"WARN","m":1}', 'WARNING', '{"level":"WARN","m":1}'],
    ['{"ts":1,"level":"info"}', 'INFO', '{"ts":1,"level":"info"}'],
  ])('log line %j', (line, level, message) => {
    expect(readLogLine(line)).toEqual({ level, message })
  })
})

test('ids of nested and extension resources', () => {
  const database = '/subscriptions/S/resourceGroups/g/providers/Microsoft.Sql/servers/a/databases/b'
  expect(resourceParts(database)).toMatchObject({
    type: 'SERVERS/DATABASES',
    name: 'B',
    fullType: 'microsoft.sql/servers/databases',
  })
  const extension = `${database}/providers/Microsoft.Insights/alerts/x`
  expect(resourceParts(extension)).toMatchObject({
    resourceGroup: 'G',
    provider: 'MICROSOFT.INSIGHTS',
    type: 'ALERTS',
    name: 'X',
  })
  expect(resourceParts('/subscriptions/S')).toMatchObject({
    subscriptionId: 's',
    resourceGroup: '',
    provider: '',
    name: '',
  })
})
