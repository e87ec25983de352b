// What must come of OpenTelemetry's requests and of flow logs.
import type { SampleRecord } from './azure.ts'
import type { ExpectedRow } from './compare.ts'

const nanosText = (nanos: string): string =>
  `${new Date(Number(nanos.slice(0, -9)) * 1000).toISOString().slice(0, 19)}.${nanos.slice(-9, -2)}Z`

// biome-ignore lint/suspicious/noExplicitAny: a value of any shape
function plainValue(value: any): unknown {
  if (value.kvlistValue) return attributesOf(value.kvlistValue.values)
  if (value.arrayValue) return value.arrayValue.values.map(plainValue)
  if (value.intValue !== undefined) return Number(value.intValue)
  return Object.values(value)[0]
}

const attributesOf = (list: readonly SampleRecord[] = []): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value }) => [key, plainValue(value)]))

export function logRows(request: SampleRecord): ExpectedRow[] {
  return request.resourceLogs.flatMap(({ resource, scopeLogs }: SampleRecord) =>
    scopeLogs.flatMap(({ scope, logRecords }: SampleRecord) =>
      logRecords.map((record: SampleRecord) => ({
        table: 'OTelLogs',
        columns: {
          Body: plainValue(record.body),
          TraceId: record.traceId?.toLowerCase(),
          SpanId: record.spanId?.toLowerCase(),
          SeverityText: record.severityText,
          SeverityNumber: record.severityNumber,
          ScopeName: scope.name,
          ScopeVersion: scope.version,
          ServiceName: attributesOf(resource.attributes)['service.name'],
          Attributes: attributesOf(record.attributes),
          OriginalTime: nanosText(record.timeUnixNano),
        },
      })),
    ),
  )
}

export function metricRows(request: SampleRecord): ExpectedRow[] {
  return request.resourceMetrics.flatMap(({ scopeMetrics }: SampleRecord) =>
    scopeMetrics.flatMap(({ metrics }: SampleRecord) =>
      metrics.flatMap(({ name, unit, description, ...data }: SampleRecord) =>
        // biome-ignore lint/suspicious/noExplicitAny: gauge, sum or histogram
        (Object.values(data)[0] as any).dataPoints.map((point: SampleRecord) => ({
          table: 'OTelMetrics',
          columns: {
            Name: name,
            Unit: unit,
            Description: description,
            Attributes: attributesOf(point.attributes),
            OriginalTime: nanosText(point.timeUnixNano),
            ...(point.asDouble !== undefined && { Value: point.asDouble }),
            ...(point.count !== undefined && { Count: point.count, Sum: point.sum, Min: point.min, Max: point.max }),
          },
        })),
      ),
    ),
  )
}

const tuplesOf = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(tuplesOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => (name === 'flowTuples' ? member : tuplesOf(member)))
}

/** A public address stands in a column of its own. */
const address = (ip: string | undefined) => (got: unknown) => got === ip || got === '' || got === null

export function groupFlowRows(record: SampleRecord): ExpectedRow[] {
  return tuplesOf(record.properties).map((tuple) => {
    const [time, source, destination, , port, protocol, direction, decision] = tuple.split(',')
    return {
      table: 'AzureNetworkAnalytics_CL',
      columns: {
        SrcIP_s: address(source),
        DestIP_s: address(destination),
        DestPort_d: port,
        L4Protocol_s: protocol,
        FlowDirection_s: direction,
        FlowStatus_s: decision,
        FlowStartTime_t: new Date(Number(time) * 1000).toISOString(),
        SourceId: record.resourceId.toLowerCase(),
      },
    }
  })
}

const protocols: Readonly<Record<string, string>> = { '6': 'T', '17': 'U' }

export function networkFlowRows(record: SampleRecord): ExpectedRow[] {
  return tuplesOf(record.flowRecords).map((tuple) => {
    const [, source, destination, , port, protocol = '', direction, state, encryption] = tuple.split(',')
    return {
      table: 'NTANetAnalytics',
      columns: {
        SrcIp: address(source),
        DestIp: address(destination),
        DestPort: port,
        L4Protocol: protocols[protocol] ?? protocol,
        FlowDirection: direction === 'I' ? 'Inbound' : 'Outbound',
        FlowStatus: state === 'D' ? 'Denied' : 'Allowed',
        FlowEncryption: (got: unknown) => got !== '' && encryption !== undefined,
      },
    }
  })
}
