// From what was thrown to an entry of the table of errors, as Azure Resource Manager answers it.
import { ServerError } from '../../../core/errors.ts'
import { InvalidResource, StoreConflict } from '../../../resources/resource.ts'
import { serverErrorOf } from '../../errors.ts'

export function armErrorOf(error: unknown): ServerError {
  if (error instanceof InvalidResource)
    return new ServerError('armInvalid', { reason: error.message }, { cause: error })
  if (error instanceof StoreConflict)
    return new ServerError('etagMismatch', { reason: error.message }, { cause: error })
  if (error instanceof SyntaxError)
    return new ServerError('armInvalid', { reason: `the body is not JSON: ${error.message}` }, { cause: error })
  return serverErrorOf(error)
}
