// Bodies of remote write for tests, in either version.
import { compress } from 'snappyjs'
import { messageOf } from '../protobuf/messages.ts'

export interface TestSeries {
  readonly labels: Readonly<Record<string, string>>
  /** Value and milliseconds. */
  readonly samples: readonly (readonly [number | 'stale', number])[]
  readonly exemplars?: readonly { labels: Readonly<Record<string, string>>; value: number; timestamp: number }[]
  readonly histograms?: readonly object[]
  readonly metadata?: { readonly type: number; readonly help: string; readonly unit: string }
}

export function remoteWriteBody(contentType: string, series: readonly TestSeries[]): Uint8Array {
  const bytes = contentType.includes('v2') ? secondVersion(series) : firstVersion(series)
  return compress(bytes)
}

/** A double, or the end of a series, as the number that has its bits. */
export function bitsOf(value: number | 'stale'): string {
  if (value === 'stale') return String(0x7ff0000000000002n)
  return String(new BigUint64Array(new Float64Array([value]).buffer)[0])
}

function firstVersion(series: readonly TestSeries[]): Uint8Array {
  const pairs = (labels: TestSeries['labels']) => Object.entries(labels).map(([name, value]) => ({ name, value }))
  return messageOf('remote-write', 'WriteRequest').encode({
    timeseries: series.map(({ labels, samples, exemplars = [], histograms = [] }) => ({
      labels: pairs(labels),
      samples: samplesOf(samples),
      exemplars: exemplars.map((exemplar) => ({ ...exemplar, labels: pairs(exemplar.labels) })),
      histograms,
    })),
    metadata: series.flatMap(({ labels, metadata }) =>
      metadata ? [{ ...metadata, metricFamilyName: labels.__name__ }] : [],
    ),
  })
}

function secondVersion(series: readonly TestSeries[]): Uint8Array {
  const symbols = ['']
  const ref = (text: string): number => {
    if (!symbols.includes(text)) symbols.push(text)
    return symbols.indexOf(text)
  }
  const refs = (labels: TestSeries['labels']) =>
    Object.entries(labels).flatMap(([name, value]) => [ref(name), ref(value)])
  const timeseries = series.map(({ labels, samples, exemplars = [], histograms = [], metadata }) => ({
    labelsRefs: refs(labels),
    samples: samplesOf(samples),
    exemplars: exemplars.map((exemplar) => ({ ...exemplar, labelsRefs: refs(exemplar.labels) })),
    histograms,
    ...(metadata && { metadata: { type: metadata.type, helpRef: ref(metadata.help), unitRef: ref(metadata.unit) } }),
  }))
  return messageOf('remote-write', 'Request').encode({ symbols, timeseries })
}

function samplesOf(samples: TestSeries['samples']): object[] {
  return samples.map(([value, timestamp]) => ({ value: bitsOf(value), timestamp }))
}
