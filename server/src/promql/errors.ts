// Why a PromQL query has no answer, in the classes of Prometheus' HTTP API.
// https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview

/** `bad_data`: the request is wrong; `execution`: it cannot be carried out over the series that there are. */
export type PromqlErrorKind = 'bad_data' | 'execution'

export class PromqlError extends Error {
  readonly kind: PromqlErrorKind
  constructor(kind: PromqlErrorKind, message: string) {
    super(message)
    this.name = 'PromqlError'
    this.kind = kind
  }
}

/** Where something stands in the text of a query, in UTF-16 units. */
export interface Place {
  readonly start: number
  readonly end: number
}

/** `line:column`, both from 1, as Prometheus counts. */
export function placeText(text: string, at: number): string {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  return `${line}:${at - (before.lastIndexOf('\n') + 1) + 1}`
}

export function parseError(text: string, at: number, message: string): PromqlError {
  return new PromqlError('bad_data', `${placeText(text, at)}: parse error: ${message}`)
}
