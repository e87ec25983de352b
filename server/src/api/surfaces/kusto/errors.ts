// Errors in the shape of Kusto's services (OneApi). Codes and types are those that its clients tell apart.
// https://learn.microsoft.com/kusto/api/rest/response and …/kusto/management/… (error codes)
import { type ErrorName, ServerError } from '../../../core/errors.ts'
import { defaultLimits } from '../../../core/limits.ts'
import { InvalidQuery, type Truncation } from '../../../query/types.ts'
import { InvalidResource } from '../../../resources/resource.ts'
import { ingestErrorOf } from '../../ingestion.ts'
import { innerError } from '../query/diagnostics.ts'
import type { CallIds } from './call.ts'

export interface OneApiError {
  readonly code: string
  readonly message: string
  readonly '@type': string
  readonly '@message': string
  readonly '@context': Readonly<Record<string, string>>
  readonly '@permanent': boolean
  readonly innererror?: Readonly<Record<string, unknown>>
}

/** When and in which request. */
export interface ErrorContext extends CallIds {
  readonly time: string
}

interface Kind {
  readonly code: string
  readonly type: string
}

const badRequest: Kind = { code: 'General_BadRequest', type: 'KustoBadRequestException' }
const invalid = 'Request is invalid and cannot be executed.'

/** Everything else is a bad request, or by its status a failure of the service. */
const kinds: Readonly<Partial<Record<ErrorName, Kind>>> = {
  authenticationMissing: { code: 'Unauthorized', type: 'KustoRequestDeniedException' },
  authenticationInvalid: { code: 'Unauthorized', type: 'KustoRequestDeniedException' },
  authenticationExpired: { code: 'Unauthorized', type: 'KustoRequestDeniedException' },
  accessDenied: { code: 'Forbidden', type: 'KustoRequestDeniedException' },
  authorizationFailed: { code: 'Forbidden', type: 'KustoRequestDeniedException' },
  databaseNotFound: { code: 'BadRequest_DatabaseNotExist', type: 'DatabaseNotFoundException' },
  tableNotFound: { code: 'BadRequest_TableNotExist', type: 'TableNotFoundException' },
  entityNotFound: { code: 'BadRequest_EntityNotFound', type: 'EntityNotFoundException' },
  throttled: { code: 'TooManyRequests', type: 'KustoRequestThrottledException' },
  overloaded: { code: 'TooManyRequests', type: 'KustoRequestThrottledException' },
  dailyCapReached: { code: 'TooManyRequests', type: 'KustoRequestThrottledException' },
  queryTimeout: { code: 'Request_ExecutionTimeout', type: 'KustoServiceTimeoutException' },
  queryTooExpensive: { code: 'LimitsExceeded', type: 'KustoServicePartialQueryFailureLowMemoryConditionException' },
  queryCancelled: { code: 'Request_Cancelled', type: 'KustoRequestException' },
  bodyTooLarge: { code: 'RequestEntityTooLarge', type: 'KustoRequestException' },
  stopping: { code: 'ServiceUnavailable', type: 'KustoServiceException' },
}

export function kustoErrorOf(error: unknown): ServerError {
  if (!(error instanceof InvalidResource)) return ingestErrorOf(error)
  return new ServerError('invalidArgument', { reason: error.message }, { cause: error })
}

const isTransient = (status: number): boolean => status >= 429

export function oneApiError(error: ServerError, context: ErrorContext): OneApiError {
  const { status } = error.entry
  const failed: Kind = { code: 'General_InternalServerError', type: 'KustoServiceException' }
  const kind = kinds[error.errorName] ?? (status >= 500 ? failed : badRequest)
  const inner = error instanceof InvalidQuery ? queryError(error) : undefined
  return {
    code: kind.code,
    message: status < 429 ? invalid : error.message,
    '@type': `Kusto.Data.Exceptions.${kind.type}`,
    '@message': inner ? `Request is invalid and cannot be processed: ${inner['@message']}` : messageOf(error),
    '@context': contextOf(context),
    '@permanent': !isTransient(status),
    ...(inner ? { innererror: inner } : {}),
  }
}

function messageOf({ errorName, message, details }: ServerError): string {
  return errorName === 'invalidBody' ? String(details.reason ?? message) : message
}

function contextOf({ time, clientRequestId, activityId }: ErrorContext) {
  return { timestamp: time, serviceAlias: 'CONSHELF', clientRequestId, activityId }
}

/** What the compiler says, `SYN0002` or `SEM0100`, with its place. */
function queryError({ text, diagnostics }: InvalidQuery) {
  const { code: family, innererror } = innerError(text, diagnostics)
  const { code, message, line, pos, token } = innererror
  const isSyntax = family === 'SyntaxError'
  const said = `${isSyntax ? 'Syntax' : 'Semantic'} error: ${code}: ${message}`
  return {
    code,
    message,
    '@type': `Kusto.Data.Exceptions.${isSyntax ? 'SyntaxException' : 'SemanticException'}`,
    '@message': isSyntax ? said : `${said} [line:position=${line}:${pos}]`,
    '@permanent': true,
    '@errorCode': code,
    '@errorMessage': message,
    line,
    pos,
    ...(token === undefined ? {} : { '@token': token }),
  }
}

/** What an answer says that ends before its last row. */
export function truncationError({ kind, limit }: Truncation, context: ErrorContext): OneApiError {
  const isDefault = limit === defaultLimits.answers.api.bytes
  const what = kind === 'rows' ? `record count limit ${limit}` : `data size limit ${isDefault ? 67_108_864 : limit}`
  return {
    code: 'LimitsExceeded',
    message: invalid,
    '@type': 'Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException',
    '@message': `Query result set has exceeded the internal ${what} (E_QUERY_RESULT_SET_TOO_LARGE; 0x80DA0003).`,
    '@context': contextOf(context),
    '@permanent': false,
  }
}
