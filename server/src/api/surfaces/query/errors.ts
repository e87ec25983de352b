// The error envelope of the query API. https://learn.microsoft.com/azure/azure-monitor/logs/api/errors
import type { ErrorDetails, ServerError } from '../../../core/errors.ts'
import { InvalidQuery } from '../../../query/types.ts'
import { innerError } from './diagnostics.ts'

const invalid = 'The request had some invalid properties'

export function errorBody(
  error: ServerError,
  correlationId: string,
): { readonly error: Readonly<Record<string, unknown>> } {
  const { code } = error.entry
  if (error instanceof InvalidQuery) {
    return { error: { message: invalid, code, correlationId, innererror: innerError(error.text, error.diagnostics) } }
  }
  if (error.errorName === 'invalidBody') {
    return { error: { message: invalid, code, correlationId, innererror: validationError(error.details) } }
  }
  if (error.errorName === 'invalidArgument') {
    const innererror = { code: 'InvalidArgument', message: error.message, target: error.details.target ?? null }
    return { error: { message: invalid, code, correlationId, innererror } }
  }
  return { error: { message: error.message, code, correlationId } }
}

function validationError({ reason, target }: ErrorDetails) {
  return {
    code: 'QueryValidationError',
    message: 'Failed parsing the query',
    details: [{ code: 'InvalidJsonBody', message: reason, target: target ?? null }],
  }
}

/** What stands beside the rows when the answer is not whole. */
export interface PartialError {
  readonly code: 'PartialError'
  readonly message: string
  readonly details: readonly unknown[]
}

export function partialError(message: string, engineCode: string): PartialError {
  return {
    code: 'PartialError',
    message: 'There were some errors when processing your query.',
    details: [
      {
        code: 'EngineError',
        message: 'Something went wrong processing your query on the server.',
        innererror: { code: engineCode, message, severity: 2, severityName: 'Error' },
      },
    ],
  }
}
