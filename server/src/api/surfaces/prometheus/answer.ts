// Answers of PromQL as Prometheus' JSON, piece by piece. https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
import type { Labels } from '../../../promql/labels.ts'
import { valueText } from '../../../promql/numbers.ts'
import type { Point, PromqlAnswer, PromqlResult } from '../../../promql/promql.ts'

export const truncatedByLimit = 'results truncated due to limit'

export function success(data: unknown, warnings: readonly string[] = []): string {
  return JSON.stringify({ status: 'success', data, ...(warnings.length > 0 && { warnings }) })
}

/** `limit`: of series; 0 is none. */
export async function* answerText(answer: PromqlAnswer, limit: number): AsyncGenerator<string, void, undefined> {
  const { result, infos } = answer
  const count = result.type === 'vector' ? result.samples.length : result.type === 'matrix' ? result.series.length : 0
  const isCut = limit > 0 && count > limit
  const warnings = [...answer.warnings, ...(isCut ? [truncatedByLimit] : [])]
  yield `{"status":"success","data":{"resultType":"${result.type}","result":`
  yield* resultText(result, isCut ? limit : count)
  yield '}'
  if (warnings.length > 0) yield `,"warnings":${JSON.stringify(warnings)}`
  if (infos.length > 0) yield `,"infos":${JSON.stringify(infos)}`
  yield '}'
}

function* resultText(result: PromqlResult, count: number): Generator<string> {
  if (result.type === 'scalar') return yield pointText(result.point)
  if (result.type === 'string') return yield `[${secondsText(result.time)},${JSON.stringify(result.text)}]`
  yield '['
  let comma = ''
  if (result.type === 'vector') {
    for (const { labels, point } of result.samples.slice(0, count)) {
      yield `${comma}{"metric":${metricText(labels)},"value":${pointText(point)}}`
      comma = ','
    }
  } else {
    for (const { labels, points } of result.series.slice(0, count)) {
      yield `${comma}{"metric":${metricText(labels)},"values":[${points.map(pointText).join(',')}]}`
      comma = ','
    }
  }
  yield ']'
}

export function metricText({ pairs }: Labels): string {
  return `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`
}

function pointText([time, value]: Point): string {
  return `[${secondsText(time)},"${valueText(value)}"]`
}

function secondsText(millis: number): string {
  return String(millis / 1000)
}
