// A query answer of the API as the command line holds it: columns and values, every digit of a long kept.
import { CommandError } from './command.ts'

export interface ResultTable {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly Value[])[]
}

/** As in the JSON of the API; a long beyond 2^53 is a bigint. */
export type Value = null | boolean | number | bigint | string

export interface Place {
  readonly code: string
  readonly start: number
  readonly length: number
  readonly message: string
  readonly hint?: string
}

export interface AnswerBody {
  readonly tables?: readonly ResultTable[]
  readonly error?: ErrorBody
  readonly statistics?: { readonly query?: { readonly executionTime?: number }; readonly warnings?: readonly Place[] }
}

export interface ErrorBody {
  readonly code?: string
  readonly message?: string
  readonly innererror?: ErrorBody & { readonly diagnostics?: readonly Place[] }
  readonly details?: readonly ErrorBody[]
}

export function parseAnswer(text: string): AnswerBody {
  try {
    // Reviving costs a call for each value, so only answers with long numbers are revived.
    return (/\d{16}/.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text)) as AnswerBody
  } catch (error) {
    throw new CommandError(`the server's answer is not JSON: ${text.slice(0, 200)}`, { cause: error })
  }
}

function exactInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  return context?.source !== undefined && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value
}

/** The innermost reason of an error envelope. */
export function reasonOf(error: ErrorBody): string {
  const inner = error.innererror ?? error.details?.[0]
  return (inner ? reasonOf(inner) : undefined) ?? error.message ?? error.code ?? 'unknown error'
}
