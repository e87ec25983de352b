// What both answer formats have in common: pieces of text as the parts of an answer come, and an end whatever happened before.
import type { AnswerPart, ResultHead } from '../../../query/types.ts'
import { serverErrorOf } from '../../errors.ts'
import { type ErrorContext, type OneApiError, oneApiError, truncationError } from './errors.ts'

export type End = Extract<AnswerPart, { kind: 'end' }>

/** Writes one format. Rows come as the JSON of their arrays, joined by commas. */
export interface AnswerFormat {
  /** Before the first result. */
  begin(heads: readonly ResultHead[]): string
  /** Begins a result; `at` counts from 0. */
  head(head: ResultHead, at: number): string
  rows(rows: Extract<AnswerPart, { kind: 'rows' }>['rows']): string
  /** After the last row of a result. */
  foot(): string
  /** `end` is missing when the answer failed. */
  end(end: End | undefined, error: OneApiError | undefined): string
}

/** Writes one answer. Failures pass through `text`; once a part of it was sent, `afterFailure` gives what makes it whole. */
export class AnswerWriter {
  readonly #format: AnswerFormat
  readonly #context: () => ErrorContext
  #results = 0
  #rows = 0

  constructor(format: AnswerFormat, context: () => ErrorContext) {
    this.#format = format
    this.#context = context
  }

  async *text(parts: AsyncIterable<AnswerPart>): AsyncGenerator<string, void, undefined> {
    for await (const part of parts) yield this.#piece(part)
  }

  afterFailure(error: unknown): string {
    return this.#end(undefined, oneApiError(serverErrorOf(error), this.#context()))
  }

  #piece(part: AnswerPart): string {
    switch (part.kind) {
      case 'table': {
        const before = this.#results === 0 ? this.#format.begin(part.heads) : this.#format.foot()
        this.#rows = 0
        return before + this.#format.head(part, this.#results++)
      }
      case 'rows': {
        const comma = this.#rows === 0 ? '' : ','
        this.#rows += part.rows.length
        return comma + this.#format.rows(part.rows)
      }
      case 'end':
        return this.#end(part, part.truncated ? truncationError(part.truncated, this.#context()) : undefined)
      default:
        return part satisfies never
    }
  }

  #end(end: End | undefined, error: OneApiError | undefined): string {
    const before = this.#results === 0 ? this.#format.begin([]) : this.#format.foot()
    return before + this.#format.end(end, error)
  }
}
