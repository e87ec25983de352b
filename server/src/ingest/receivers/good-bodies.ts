// Bodies of every receiver of telemetry that it takes whole, for the tests that make bad ones of them.
import { compress } from 'snappyjs'
import type { Receiver } from '../types.ts'
import { dataCollector } from './data-collector.ts'
import type { ReceiverName } from './index.ts'
import { logsIngestion } from './logs-ingestion.ts'
import { remoteWriteBody } from './prometheus/testing.ts'
import { messageOf } from './protobuf/messages.ts'
import { unsnappy } from './snappy.ts'

const id = 'AQIDBAUGBwgJCgsMDQ4PEA=='
/** OTLP's JSON has ids in hexadecimal digits. */
const inJson = (request: object) => JSON.stringify(request).replaceAll(id, Buffer.from(id, 'base64').toString('hex'))
const attributes = [
  { key: 'service.name', value: { stringValue: 's' } },
  { key: 'n', value: { intValue: '7' } },
  { key: 'l', value: { arrayValue: { values: [{ doubleValue: 1.5 }, { boolValue: true }] } } },
]
const resource = { attributes }
const point = { timeUnixNano: '1760000000000000000', attributes }
const requests = {
  logs: {
    name: 'Logs',
    value: {
      resourceLogs: [
        { resource, scopeLogs: [{ logRecords: [{ ...point, traceId: id, body: { stringValue: 'b' } }] }] },
      ],
    },
  },
  traces: {
    name: 'Traces',
    value: {
      resourceSpans: [
        {
          resource,
          scopeSpans: [
            { spans: [{ traceId: id, name: 'n', kind: 3, attributes, events: [{ name: 'exception', attributes }] }] },
          ],
        },
      ],
    },
  },
  metrics: {
    name: 'Metrics',
    value: {
      resourceMetrics: [
        {
          resource,
          scopeMetrics: [
            {
              metrics: [
                { name: 'g', gauge: { dataPoints: [{ ...point, asDouble: 1 }] } },
                {
                  name: 'h',
                  histogram: { dataPoints: [{ ...point, count: 2, bucketCounts: [1, 1], explicitBounds: [1] }] },
                },
              ],
            },
          ],
        },
      ],
    },
  },
} as const

export interface GoodBody {
  readonly receiver: ReceiverName | Receiver
  readonly parameters?: Readonly<Record<string, string>>
  readonly type: string
  readonly body: Uint8Array
  /** Changes are made before this. */
  readonly wrap?: (bytes: Uint8Array) => Uint8Array
}

const protobuf = 'application/x-protobuf'
const second = `${protobuf};proto=io.prometheus.write.v2.Request`
const write = (type: string) =>
  remoteWriteBody(type, [
    {
      labels: { __name__: 'm', a: 'b' },
      samples: [
        [1, 1_760_000_000_000],
        ['stale', 2],
      ],
      exemplars: [{ labels: { trace_id: 't' }, value: 1, timestamp: 1 }],
      histograms: [{ countInt: 2, sum: '0', positiveSpans: [{ offset: 1, length: 2 }], positiveDeltas: [1, 0] }],
      metadata: { type: 1, help: 'h', unit: 'u' },
    },
  ])
const exposition =
  '# TYPE m counter\n# HELP m what\nm{a="b",c="d\\n"} 1 1760000000000 # {trace_id="t"} 1\n{"x.y",z="1"} NaN\n'

const anything = 'application/json'
const lines = (...values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
const pod = { pod_name: 'p', namespace_name: 'n', container_image: 'r/i:1@sha256:0', labels: { a: 'b' } }
const shipped = lines(
  { date: 1_772_359_200.5, log: 'a', kubernetes: pod },
  { timestamp: '2026-03-01T10:00:00Z', message: 'b', n: 1 },
)
const loki = {
  streams: [
    {
      labels: '{a="b\\n", pod="p", namespace="n"}',
      entries: [
        { timestamp: { seconds: 1_772_359_200, nanos: 5 }, line: 'l', structuredMetadata: [{ name: 'x', value: 'y' }] },
      ],
    },
  ],
}
const auditEvent = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID: '0a6c1a7e-6b0e-4c0e-9d3a-0c1a2b3c4d5e',
  stage: 'ResponseComplete',
  requestURI: '/api',
  verb: 'get',
  user: { username: 'u' },
  requestReceivedTimestamp: '2026-03-01T10:00:00.1Z',
  stageTimestamp: '2026-03-01T10:00:00.2Z',
}
const diagnostic = {
  time: '2026-03-01T10:00:00Z',
  resourceId: '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/C',
  category: 'kube-audit',
  properties: { log: JSON.stringify(auditEvent), stream: 'stdout', pod: 'p' },
}
const flow = {
  time: '2026-03-01T10:00:00Z',
  flowLogVersion: 4,
  flowLogGUID: 'g',
  macAddress: '00224871C205',
  category: 'FlowLogFlowEvent',
  flowLogResourceID: '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.NETWORK/NETWORKWATCHERS/W/FLOWLOGS/F',
  targetResourceID: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v',
  operationName: 'FlowLogFlowEvent',
  flowRecords: {
    flows: [
      {
        aclID: 'a',
        flowGroups: [{ rule: 'r', flowTuples: ['1772359200000,10.0.0.6,10.0.0.7,1,443,6,O,B,NX,0,0,0,0'] }],
      },
    ],
  },
}
const alert = {
  rule: 'r',
  output: 'o',
  priority: 'Notice',
  time: '2026-03-01T10:00:00Z',
  output_fields: { 'k8s.ns.name': 'n' },
}
const columns = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'a', type: 'string' },
  { name: 'n', type: 'long' },
] as const
const ruled = logsIngestion({
  flow: { stream: 's', table: 'T_CL' } as Parameters<typeof logsIngestion>[0]['flow'],
  columns,
  tableColumns: columns,
  queries: { run: () => Promise.reject(new Error('there is no transformation')) },
})
const posted = dataCollector({ table: 'T_CL', columnType: () => undefined, timeField: 't' })

const shippers: readonly GoodBody[] = [
  { receiver: 'fluent-bit', type: anything, body: Buffer.from(shipped) },
  { receiver: 'vector', type: anything, body: Buffer.from(`[${shipped.trim().replace('\n', ',')}]`) },
  {
    receiver: 'elastic-bulk',
    type: anything,
    body: Buffer.from(lines({ index: { _index: 'i' } }, pod, { delete: { _index: 'i' } })),
  },
  {
    receiver: 'loki-push',
    type: anything,
    body: Buffer.from(
      JSON.stringify({ streams: [{ stream: { a: 'b' }, values: [['1772359200000000000', 'l', { x: 'y' }]] }] }),
    ),
  },
  { receiver: 'loki-push', type: protobuf, body: messageOf('loki', 'PushRequest').encode(loki), wrap: compress },
  {
    receiver: 'splunk-events',
    type: anything,
    body: Buffer.from('{"event":"a","time":1772359200.5,"fields":{"k":"v"}}{"event":{"log":"x"}}'),
  },
  { receiver: 'splunk-raw', type: 'text/plain', body: Buffer.from('a\nb\r\n') },
  { receiver: 'falco', type: anything, body: Buffer.from(JSON.stringify(alert)) },
  {
    receiver: 'falco',
    type: 'text/plain',
    body: Buffer.from(`10:00:00.5: Warning x (a=b)\n${JSON.stringify(alert)}\n`),
  },
  {
    receiver: 'cri-logs',
    type: 'text/plain',
    body: Buffer.from('2026-03-01T10:00:00.5Z stdout P a\n2026-03-01T10:00:00.6Z stdout F b\n'),
  },
  { receiver: 'syslog', type: 'text/plain', body: Buffer.from('<34>1 2026-03-01T10:00:00Z h a 1 m [x y="z"] t\n') },
]
const others: readonly GoodBody[] = [
  {
    receiver: 'json',
    type: anything,
    parameters: { table: 'T_CL' },
    body: Buffer.from(lines({ a: 1, b: [1.5, null] }, { c: { d: 'e' } })),
  },
  {
    receiver: 'kubernetes-audit',
    type: anything,
    parameters: { mode: 'diagnostics' },
    body: Buffer.from(lines(auditEvent)),
  },
  {
    receiver: 'kubernetes-audit',
    type: anything,
    body: Buffer.from(JSON.stringify({ kind: 'EventList', items: [auditEvent] })),
  },
  ...['diagnostics', 'resource'].map((mode): GoodBody => {
    const vault = diagnostic.resourceId.replace('CONTAINERSERVICE/MANAGEDCLUSTERS', 'KEYVAULT/VAULTS')
    const record = { ...diagnostic, resourceId: vault, category: 'AuditEvent', properties: { id: 'a' } }
    return { receiver: 'azure-diagnostics', type: anything, parameters: { mode }, body: Buffer.from(lines(record)) }
  }),
  { receiver: 'azure-diagnostics', type: anything, body: Buffer.from(JSON.stringify({ records: [diagnostic, flow] })) },
  {
    receiver: 'azure-diagnostics',
    type: anything,
    parameters: { mode: 'resource' },
    body: Buffer.from(lines(diagnostic, flow)),
  },
  {
    receiver: 'data-export',
    type: anything,
    body: Buffer.from(JSON.stringify({ records: [{ Type: 'Syslog', Computer: 'a', MG: 'x' }] })),
  },
  {
    receiver: 'container-insights',
    type: anything,
    body: Buffer.from(
      JSON.stringify({
        DataType: 'LINUX_PERF_BLOB',
        DataItems: [{ json_Collections: '[{"CounterName":"a","Value":1}]' }],
      }),
    ),
  },
  {
    receiver: 'defender',
    type: anything,
    body: Buffer.from(
      JSON.stringify({ value: [{ properties: { alertType: 'A', resourceIdentifiers: [{ azureResourceId: '/s' }] } }] }),
    ),
  },
  { receiver: 'flow-logs', type: anything, body: Buffer.from(JSON.stringify({ records: [flow] })) },
  {
    receiver: ruled,
    type: anything,
    body: Buffer.from(JSON.stringify([{ TimeGenerated: '2026-03-01T10:00:00Z', a: 'b', n: 5 }])),
  },
  {
    receiver: posted,
    type: anything,
    body: Buffer.from(JSON.stringify([{ t: '2026-03-01T10:00:00Z', a: 'b', n: 5, o: {} }])),
  },
]

export const goodBodies: readonly GoodBody[] = [
  ...(['logs', 'traces', 'metrics'] as const).flatMap((signal): GoodBody[] => [
    { receiver: `otlp-${signal}`, type: 'application/json', body: Buffer.from(inJson(requests[signal].value)) },
    {
      receiver: `otlp-${signal}`,
      type: protobuf,
      body: messageOf('otlp', requests[signal].name).encode(requests[signal].value),
    },
  ]),
  { receiver: 'prometheus-write', type: protobuf, body: write(protobuf) },
  { receiver: 'prometheus-write', type: protobuf, body: unsnappy(write(protobuf), 1 << 20), wrap: compress },
  { receiver: 'prometheus-write', type: second, body: unsnappy(write(second), 1 << 20), wrap: compress },
  { receiver: 'prometheus-text', type: 'text/plain', body: Buffer.from(exposition) },
  { receiver: 'prometheus-text', type: 'application/openmetrics-text', body: Buffer.from(exposition) },
  ...shippers,
  ...others,
]
