// A metric -> a row of OTelMetrics for each of its data points.
// https://opentelemetry.io/docs/specs/otel/metrics/data-model/
import { exactReal } from '../../json/exact.ts'
import type { Json, TableRow } from '../../types.ts'
import {
  boolIn,
  doubleIn,
  doublesIn,
  type Fields,
  integerIn,
  integersIn,
  listIn,
  messageIn,
  textIn,
  WireFault,
} from '../protobuf/values.ts'
import { type Origin, texts } from './source.ts'
import { attributesIn, idIn, timeIn } from './values.ts'

type Columns = Readonly<Record<string, Json>>

interface Kind {
  readonly member: string
  readonly name: string
  readonly values: (point: Fields) => Columns
}

/** Members of a metric, one of which it has. */
const kinds: readonly Kind[] = [
  { member: 'gauge', name: 'Gauge', values: numberColumns },
  { member: 'sum', name: 'Sum', values: numberColumns },
  { member: 'histogram', name: 'Histogram', values: histogramColumns },
  { member: 'exponentialHistogram', name: 'ExponentialHistogram', values: exponentialColumns },
  { member: 'summary', name: 'Summary', values: summaryColumns },
]

const temporalities: Readonly<Record<number, string>> = { 1: 'Delta', 2: 'Cumulative' }

export interface MetricPoints {
  readonly points: readonly Fields[]
  readonly row: (point: Fields) => TableRow
}

/** Undefined for a metric without data. */
export function metricPoints(metric: Fields, { columns, resourceId }: Origin): MetricPoints | undefined {
  const kind = kinds.find(({ member }) => Object.hasOwn(metric, member) && metric[member] !== null)
  if (!kind) return undefined
  const data = messageIn(metric, kind.member) ?? {}
  const temporality = temporalities[Number(integerIn(data, 'aggregationTemporality'))]
  const metadata = attributesIn(metric, 'metadata')
  const shared: Columns = {
    ...columns,
    Name: textIn(metric, 'name'),
    Description: textIn(metric, 'description'),
    Unit: textIn(metric, 'unit'),
    MetricType: kind.name,
    ...(kind.member === 'sum' && { IsMonotonic: boolIn(data, 'isMonotonic') }),
    ...(temporality !== undefined && { AggregationTemporality: temporality }),
    ...(metadata && { Metadata: metadata }),
  }
  if (shared.Name === '') throw new WireFault('a metric has no name')
  return {
    points: listIn(data, 'dataPoints'),
    row: (point) => {
      const time = timeIn(point, 'timeUnixNano')
      return {
        table: 'OTelMetrics',
        ...(time !== undefined && { time }),
        ...(resourceId !== undefined && { resourceId }),
        fields: { ...shared, ...pointColumns(point), ...kind.values(point) },
      }
    },
  }
}

function pointColumns(point: Fields): Columns {
  const start = timeIn(point, 'startTimeUnixNano')
  const attributes = attributesIn(point)
  const exemplars = listIn(point, 'exemplars')
  return {
    ...(start !== undefined && { StartTime: start }),
    ...(attributes && { Attributes: attributes }),
    ...(exemplars.length > 0 && { Exemplars: exemplars.map(exemplarOf) }),
    Flags: integerIn(point, 'flags'),
  }
}

/** Neither member: the point says that there is no value, for instance because its source went away. */
function numberColumns(point: Fields): Columns {
  const real = doubleIn(point, 'asDouble')
  if (real !== undefined) return { Value: real }
  if (!Object.hasOwn(point, 'asInt') || point.asInt === null) return {}
  const integer = integerIn(point, 'asInt')
  return { Value: integer, IntValue: integer }
}

function histogramColumns(point: Fields): Columns {
  return {
    ...statistics(point),
    BucketCounts: integersIn(point, 'bucketCounts'),
    ExplicitBounds: doublesIn(point, 'explicitBounds').map(jsonReal),
  }
}

function exponentialColumns(point: Fields): Columns {
  return {
    ...statistics(point),
    Scale: integerIn(point, 'scale'),
    ZeroCount: integerIn(point, 'zeroCount'),
    ZeroThreshold: doubleIn(point, 'zeroThreshold') ?? 0,
    PositiveBuckets: bucketsIn(point, 'positive'),
    NegativeBuckets: bucketsIn(point, 'negative'),
  }
}

function bucketsIn(point: Fields, name: string): Json {
  const buckets = messageIn(point, name) ?? {}
  return { offset: integerIn(buckets, 'offset'), bucketCounts: integersIn(buckets, 'bucketCounts') }
}

function summaryColumns(point: Fields): Columns {
  const quantiles = listIn(point, 'quantileValues').map((entry) => ({
    quantile: jsonReal(doubleIn(entry, 'quantile') ?? 0),
    value: jsonReal(doubleIn(entry, 'value') ?? 0),
  }))
  return { ...statistics(point), Sum: doubleIn(point, 'sum') ?? 0, Quantiles: quantiles }
}

function statistics(point: Fields): Columns {
  const [sum, min, max] = [doubleIn(point, 'sum'), doubleIn(point, 'min'), doubleIn(point, 'max')]
  return {
    Count: integerIn(point, 'count'),
    ...(sum !== undefined && { Sum: sum }),
    ...(min !== undefined && { Min: min }),
    ...(max !== undefined && { Max: max }),
  }
}

function exemplarOf(exemplar: Fields): Json {
  const value = numberColumns(exemplar)
  const real = value.Value
  return {
    ...texts({ time: timeIn(exemplar, 'timeUnixNano') ?? '' }),
    ...(real !== undefined && { value: 'IntValue' in value ? real : jsonReal(Number(real)) }),
    ...texts({ traceId: idIn(exemplar, 'traceId', 16), spanId: idIn(exemplar, 'spanId', 8) }),
    attributes: attributesIn(exemplar, 'filteredAttributes') ?? {},
  }
}

/** JSON has no infinities; Kusto writes them so in dynamic values. */
function jsonReal(value: number): Json {
  return Number.isFinite(value) ? exactReal(value) : String(value)
}
