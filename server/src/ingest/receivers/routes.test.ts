import { expect, test } from 'vitest'
import { openContent } from '../../content/content.ts'
import { parseItem } from '../../content/document.ts'
import { routeKind } from '../../content/kinds/route.ts'
import type { JsonObject, TableRow } from '../types.ts'
import { createRouter, createRouters } from './routes.ts'

const content = openContent()
const items = content.routes()

function routed(from: string, fields: JsonObject, sets = 'all'): readonly TableRow[] {
  const out: TableRow[] = []
  createRouter(items, from, sets)({ table: from, fields, time: '2026-01-01T00:00:00Z' }, out)
  return out.slice(1)
}
const resource = {
  ResourceAttributes: {
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': '2.1',
    'host.name': 'h',
  },
  RoleName: '[eu]/shop',
}

test('the routes of the packs name tables and columns that exist', () => {
  expect(items.length).toBeGreaterThan(8)
  for (const item of items) {
    expect(content.table(item.from), item.from).toBeDefined()
    const columns = content.table(item.to)?.columns.map(({ name }) => name)
    expect(columns, item.to).toEqual(expect.arrayContaining(Object.keys(item.columns)))
  }
})

test('a server span is a request, a failed one by its status code too', () => {
  const span = {
    ...resource,
    Kind: 'Server',
    Name: 'GET',
    TraceId: 't',
    SpanId: 's',
    ParentSpanId: 'p',
    DurationMs: 12,
    Success: true,
    StatusCode: 'Unset',
    Attributes: {
      'http.request.method': 'GET',
      'http.route': '/a/{id}',
      'url.scheme': 'https',
      'server.address': 'shop',
      'url.path': '/a/1',
      'http.response.status_code': 404,
    },
  }
  const [request] = routed('OTelSpans', span)
  expect(request).toMatchObject({
    table: 'AppRequests',
    time: '2026-01-01T00:00:00Z',
    fields: {
      Id: 's',
      OperationId: 't',
      ParentId: 'p',
      Name: 'GET',
      OperationName: 'GET /a/{id}',
      Url: 'https://shop/a/1',
      ResultCode: 404,
      Success: 'false',
      DurationMs: 12,
      AppRoleName: '[eu]/shop',
      AppRoleInstance: 'h',
      SDKVersion: 'otel nodejs:2.1',
    },
  })
  expect(request?.fields.Properties).toEqual(span.Attributes)
})

test.each([
  [
    'Client',
    { 'http.request.method': 'GET', 'url.full': 'https://a:8443/x', 'server.address': 'a', 'server.port': 8443 },
    { DependencyType: 'Http', Target: 'a:8443', Data: 'https://a:8443/x' },
  ],
  ['Client', { 'http.request.method': 'GET', 'server.address': 'a', 'server.port': 443 }, { Target: 'a' }],
  [
    'Client',
    { 'db.system.name': 'postgresql', 'db.namespace': 'orders', 'db.query.text': 'select 1', 'server.address': 'db' },
    { DependencyType: 'postgresql', Target: 'db | orders', Data: 'select 1' },
  ],
  ['Client', { 'db.system': 'mssql' }, { DependencyType: 'SQL' }],
  [
    'Client',
    { 'rpc.system': 'grpc', 'rpc.service': 'S', 'rpc.grpc.status_code': 0 },
    { DependencyType: 'GRPC', Target: 'S', ResultCode: 0 },
  ],
  [
    'Producer',
    { 'messaging.system': 'kafka', 'messaging.destination.name': 'q' },
    { DependencyType: 'Queue Message | kafka', Target: 'q' },
  ],
  ['Internal', {}, { DependencyType: 'InProc', ResultCode: '0' }],
])('a %s span is a dependency', (Kind, Attributes, fields) => {
  const rows = routed('OTelSpans', { Kind, Attributes, Success: true, StatusCode: 'Unset' })
  expect(rows).toMatchObject([{ table: 'AppDependencies', fields: { ...fields, Success: true } }])
})

test('events of a span are exceptions or traces with their own time', () => {
  const Events = [
    {
      time: '2026-01-01T00:00:01Z',
      name: 'exception',
      attributes: { 'exception.type': 'E', 'exception.message': 'm', 'exception.stacktrace': 'at x' },
    },
    { name: 'cache miss', attributes: { key: 'k' } },
  ]
  const rows = routed('OTelSpans', { ...resource, Kind: 'Internal', TraceId: 't', SpanId: 's', Events })
  const at = (table: string) => rows.filter((row) => row.table === table)
  expect(at('AppExceptions')).toMatchObject([
    {
      time: '2026-01-01T00:00:01Z',
      fields: {
        ExceptionType: 'E',
        Message: 'm',
        OperationId: 't',
        ParentId: 's',
        SeverityLevel: '3',
        Details: [{ type: 'E', message: 'm', rawStack: 'at x' }],
      },
    },
  ])
  expect(at('AppTraces')).toMatchObject([
    { time: '2026-01-01T00:00:00Z', fields: { Message: 'cache miss', Properties: { key: 'k' } } },
  ])
})

test.each([
  [{ Body: 'b', SeverityLevel: 2 }, 'AppTraces', { Message: 'b', SeverityLevel: 2 }],
  [
    { Body: 'b', Attributes: { 'exception.type': 'E', 'exception.message': 'm' } },
    'AppExceptions',
    { ExceptionType: 'E', Message: 'm', SeverityLevel: '3' },
  ],
  [{ Attributes: { 'microsoft.custom_event.name': 'bought' } }, 'AppEvents', { Name: 'bought' }],
])('a log record of an SDK goes to one table of Application Insights: %j', (fields, table, expected) => {
  expect(routed('OTelLogs', { ...resource, ...fields })).toMatchObject([{ table, fields: expected }])
})

test('what a container wrote goes to ContainerLogV2, where no SDK spoke', () => {
  const rows = routed('OTelLogs', {
    Body: 'line',
    SeverityText: 'INFO',
    Attributes: { 'log.iostream': 'stderr' },
    ResourceAttributes: {
      'k8s.pod.name': 'p',
      'k8s.container.name': 'c',
      'k8s.namespace.name': 'n',
      'k8s.node.name': 'w',
      'container.image.name': 'i',
    },
  })
  expect(rows).toMatchObject([
    {
      table: 'ContainerLogV2',
      fields: {
        PodName: 'p',
        ContainerName: 'c',
        PodNamespace: 'n',
        Computer: 'w',
        LogMessage: 'line',
        LogSource: 'stderr',
        LogLevel: 'INFO',
        KubernetesMetadata: { image: 'i' },
      },
    },
  ])
})

test('metrics of an SDK go to AppMetrics, points without a value do not', () => {
  expect(routed('OTelMetrics', { ...resource, MetricType: 'Gauge', Name: 'g', Value: 0 })).toMatchObject([
    { table: 'AppMetrics', fields: { Name: 'g', Sum: 0, Min: 0, Max: 0, ItemCount: '1' } },
  ])
  expect(
    routed('OTelMetrics', { ...resource, MetricType: 'Histogram', Name: 'h', Count: 3, Sum: 5, Max: 4 }),
  ).toMatchObject([{ fields: { Sum: 5, Max: 4, ItemCount: 3 } }])
  expect(routed('OTelMetrics', { ...resource, MetricType: 'Gauge', Name: 'g' })).toEqual([])
  expect(routed('OTelMetrics', { MetricType: 'Gauge', Name: 'g', Value: 1 })).toEqual([])
})

test('sets are switched by name', () => {
  const log = { ...resource, Body: 'b' }
  expect(routed('OTelLogs', log, 'none')).toEqual([])
  expect(routed('OTelLogs', log, 'container-insights')).toEqual([])
  expect(routed('OTelLogs', log, 'container-insights, application-insights')).toHaveLength(1)
})

test('a set that is not there is refused', () => {
  const routers = createRouters(() => items, 'OTelLogs')
  expect(() => routers('container-insight')).toThrow("there are no routes 'container-insight'; there are all, none,")
})

test('a route may take the place of the row', () => {
  const text = 'set: mine\nfrom: A\nto: B_CL\ninstead: true\nwhen: {X: [a, b]}\ncolumns:\n  Y: ["={X}-{Z}", X]\n'
  const router = createRouter([parseItem(routeKind, 'r.yaml', text)], 'A', 'mine')
  const out: TableRow[] = []
  router({ table: 'A', fields: { X: 'a', Z: 1 } }, out)
  router({ table: 'A', fields: { X: 'b' } }, out)
  router({ table: 'A', fields: { X: 'c' } }, out)
  expect(out).toMatchObject([
    { table: 'B_CL', fields: { Y: 'a-1' } },
    { table: 'B_CL', fields: { Y: 'b' } },
    { table: 'A', fields: { X: 'c' } },
  ])
})

test.each([
  ['columns: {Y: "={X"}', 'neither a path nor a text'],
  ['columns: {Y: "a..b"}', 'neither a path'],
  ['each: L\ninstead: true\ncolumns: {}', 'takes no place'],
  ['columns: {}\nwhere: {}', "unknown field 'where'"],
])('a wrong route is refused with its place: %s', (text, reason) => {
  const file = `set: mine\nfrom: A\nto: B\n${text}\n`
  expect(() => parseItem(routeKind, 'r.yaml', file)).toThrow(reason)
})
