// What went wrong with a request, and where in the query: one error type for every endpoint.
import type { ErrorBody, WireDiagnostic } from './types.ts'

/** One thing that is wrong; `line` and `column` count from 1 in the text that was sent, `start` is its offset. */
export interface Problem {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint?: string
  readonly line?: number
  readonly column?: number
  readonly length?: number
}

export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly problems: readonly Problem[]
  readonly correlationId: string | undefined

  constructor(status: number, body: ErrorBody) {
    super(body.message)
    this.status = status
    this.code = body.code
    this.problems = problemsOf(body)
    this.correlationId = body.correlationId
  }
}

/** The server could not be reached, or what answered is not the server. */
export function unreachable(reason: string): ApiError {
  return new ApiError(0, { code: 'ServerUnreachable', message: reason })
}

/** The innermost errors carry the place and the real reason; the outer ones only name the class of failure. */
export function problemsOf(body: Partial<ErrorBody>): readonly Problem[] {
  const diagnostics = diagnosticsOf(body)
  if (diagnostics.length > 0) return diagnostics.map(fromDiagnostic)
  const causes = [...(body.innererror ? [body.innererror] : []), ...(body.details ?? [])].flatMap(problemsOf)
  return causes.length > 0 ? causes : [fromError(body)]
}

function diagnosticsOf(body: Partial<ErrorBody>): readonly WireDiagnostic[] {
  return body.diagnostics ?? (body.innererror ? diagnosticsOf(body.innererror) : [])
}

export function fromDiagnostic(diagnostic: WireDiagnostic): Problem {
  const { code, severity, message, hint, line, pos, length } = diagnostic
  return { code, severity, message, line, column: pos, length, ...(hint === undefined ? {} : { hint }) }
}

function fromError({ code, message, line, pos, token }: Partial<ErrorBody>): Problem {
  return {
    code: code ?? 'Error',
    severity: 'error',
    message: message ?? 'The server gave no reason.',
    ...(line === undefined || pos === undefined ? {} : { line, column: pos }),
    ...(token === undefined ? {} : { length: token.length }),
  }
}
