// Every error the server answers with: one closed table. Surfaces choose the envelope; code, status, text and remedy come from here.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/errors

export interface ErrorEntry {
  /** HTTP status. */
  readonly status: number
  /** The code clients see. */
  readonly code: string
  /** What happened; `{name}` is filled from the error's details. */
  readonly message: string
  /** What to do about it; for the documentation and, where an envelope has room, the answer. */
  readonly remedy: string
  /** Clients may repeat the request after so many seconds. */
  readonly retryAfter?: number
}

export const errorTable = {
  authenticationMissing: {
    status: 401,
    code: 'AuthenticationFailed',
    message: "Authentication failed. The 'Authorization' header is missing.",
    remedy: 'send the header `Authorization: Bearer <token>`; docs/identity.md says which tokens there are',
  },
  authenticationInvalid: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'The access token is invalid.',
    remedy: 'the token is unknown, expired or revoked; docs/identity.md says which tokens there are',
  },
  authenticationExpired: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'The access token has expired.',
    remedy: 'get a new token from the issuer, and send the request again',
  },
  issuerUnavailable: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The token cannot be checked, as its issuer does not answer.',
    remedy: "see the server log, and whether the server reaches the issuer's discovery document",
    retryAfter: 5,
  },
  accessDenied: {
    status: 403,
    code: 'InsufficientAccessError',
    message: 'The provided credentials have insufficient access to perform the requested operation',
    remedy: 'ask an owner of the workspace for a role that permits it',
  },
  authorizationFailed: {
    status: 403,
    code: 'AuthorizationFailed',
    message:
      "The client '{client}' with object id '{objectId}' does not have authorization to perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
    remedy: 'ask an owner of the scope for a role that has the action; docs/identity.md lists the roles',
  },
  pathNotFound: {
    status: 404,
    code: 'PathNotFoundError',
    message: 'The requested path does not exist',
    remedy: 'compare method and path with /openapi.json and the documentation of the query API',
  },
  workspaceNotFound: {
    status: 404,
    code: 'WorkspaceNotFoundError',
    message: "The workspace '{workspace}' could not be found",
    remedy: 'GET /conshelf/workspaces lists names and ids',
  },
  databaseNotFound: {
    status: 400,
    code: 'BadRequest_DatabaseNotExist',
    message: "Database '{database}' was not found.",
    remedy: 'a database is a workspace, by name or GUID; `.show databases` lists them',
  },
  entityNotFound: {
    status: 400,
    code: 'BadRequest_EntityNotFound',
    message: "Entity ID '{entity}' of kind '{kind}' was not found.",
    remedy: '`.show tables` and `.show functions` list what there is',
  },
  resourceNotFound: {
    status: 404,
    code: 'ResourceNotFoundError',
    message: "The resource '{resource}' could not be found",
    remedy: 'GET /conshelf/workspaces/{workspace}/resources lists what stored rows name',
  },
  invalidBody: {
    status: 400,
    code: 'BadArgumentError',
    message: 'The request had some invalid properties',
    remedy: 'see the inner error: it names the property',
  },
  invalidArgument: {
    status: 400,
    code: 'BadArgumentError',
    message: '{reason}',
    remedy: 'correct the named argument',
  },
  invalidQuery: {
    status: 400,
    code: 'BadArgumentError',
    message: 'The request had some invalid properties',
    remedy: 'see the diagnostics: each has a place in the query',
  },
  queryTooExpensive: {
    status: 400,
    code: 'QueryResourcesExceeded',
    message: 'The query needs more memory than one query may use (E_LOW_MEMORY_CONDITION).',
    remedy: 'filter earlier, project fewer columns, or summarize over fewer distinct keys',
  },
  queryTooComplex: {
    status: 400,
    code: 'QueryResourcesExceeded',
    message: 'The query, once its definitions are written out, is larger than the engine takes.',
    remedy: 'put materialize() around what is used many times, or split the query',
  },
  assertionFailed: {
    status: 400,
    code: 'BadArgumentError',
    message: 'assert() has failed with message: {reason}',
    remedy: 'a condition that the query states does not hold for its rows',
  },
  externalDataUnreadable: {
    status: 400,
    code: 'BadArgumentError',
    message: "The file '{address}' cannot be read: {reason}.",
    remedy: 'externaldata reads files of text on the addresses that the setting externaldata lists',
  },
  localRowsExceeded: {
    status: 400,
    code: 'QueryResourcesExceeded',
    message: "The operator '{operator}' takes at most {limit} rows.",
    remedy: 'filter or summarize before the operator',
  },
  queryTimeout: {
    status: 504,
    code: 'GatewayTimeout',
    message: 'The query ran longer than the {seconds} seconds it was given and was stopped.',
    remedy: 'shorten the time range, or raise `Prefer: wait=<seconds>` (at most 600)',
  },
  queryCancelled: {
    status: 499,
    code: 'RequestCancelled',
    message: 'The query was cancelled.',
    remedy: 'send it again',
  },
  throttled: {
    status: 429,
    code: 'ThrottledError',
    message: 'Too many queries at once: {reason}.',
    remedy: 'wait as long as Retry-After says; run fewer queries side by side',
    retryAfter: 10,
  },
  overloaded: {
    status: 429,
    code: 'TooManyRequests',
    message: 'The server has as much unwritten data as it can hold.',
    remedy: 'send the batch again after Retry-After; nothing of it was stored',
    retryAfter: 1,
  },
  dailyCapReached: {
    status: 429,
    code: 'DailyCapReached',
    message: 'The workspace has taken as much data today as its daily cap allows.',
    remedy: 'raise properties.workspaceCapping.dailyQuotaGb of the workspace, or send again on the next UTC day',
  },
  bodyTooLarge: {
    status: 413,
    code: 'ContentLengthLimitExceeded',
    message: 'Maximum allowed content length: {limit} bytes.',
    remedy: 'split the data into several requests',
  },
  malformedBody: {
    status: 400,
    code: 'InvalidPayload',
    message: '{reason}',
    remedy: 'correct the body at the named place; nothing of it was stored',
  },
  tableNotFound: {
    status: 404,
    code: 'TableNotFound',
    message: '{reason}',
    remedy: 'name a table of the workspace, or a custom one that ends in _CL',
  },
  missingApiVersion: {
    status: 400,
    code: 'MissingApiVersionParameter',
    message: 'The api-version query parameter (?api-version=) is required for all requests.',
    remedy: 'add ?api-version=; every version of a path that exists is taken',
  },
  armResourceNotFound: {
    status: 404,
    code: 'ResourceNotFound',
    message: "The Resource '{resource}' was not found.",
    remedy: 'GET the collection above it lists what there is',
  },
  armParentNotFound: {
    status: 404,
    code: 'ParentResourceNotFound',
    message: "The parent resource '{resource}' was not found.",
    remedy: 'make the resource that it belongs to first',
  },
  armTypeNotFound: {
    status: 404,
    code: 'InvalidResourceType',
    message: "The resource type '{type}' could not be found here.",
    remedy: 'the documentation lists the types that are kept',
  },
  armInvalid: {
    status: 400,
    code: 'InvalidParameter',
    message: '{reason}',
    remedy: 'correct the named property',
  },
  alertQueryInvalid: {
    status: 400,
    code: 'BadRequest',
    message: 'The query of the rule is not valid: {reason}',
    remedy: 'correct the query, or set properties.skipQueryValidation when its tables come later',
  },
  armMethodNotAllowed: {
    status: 405,
    code: 'MethodNotAllowed',
    message: "The resource type '{type}' does not take {method}.",
    remedy: 'the documentation lists what can be done with it',
  },
  invalidTemplate: {
    status: 400,
    code: 'InvalidTemplate',
    message: 'Deployment template validation failed: {reason}',
    remedy: 'correct the template at the named place',
  },
  armConflict: {
    status: 409,
    code: 'Conflict',
    message: '{reason}',
    remedy: 'resolve what the message names first',
  },
  etagMismatch: {
    status: 412,
    code: 'PreconditionFailed',
    message: 'The condition of the request is not met: {reason}.',
    remedy: 'read the resource again, and send its etag',
  },
  etagConflict: {
    status: 409,
    code: 'Conflict',
    message: '{reason}',
    remedy: 'read the resource again, and send its etag in the body, or none',
  },
  credentialNotFound: {
    status: 404,
    code: 'NotFound',
    message: "There is no {use} with the id '{id}'.",
    remedy: '`conshelf token list` and `conshelf client list` show the ids',
  },
  roleAssignmentExists: {
    status: 409,
    code: 'RoleAssignmentExists',
    message: 'The role assignment already exists. The ID of the existing role assignment is {id}.',
    remedy: 'the principal has the role at the scope; nothing needs to be done',
  },
  ruleNotFound: {
    status: 404,
    code: 'NotFound',
    message: "Data collection rule with immutable Id '{rule}' not found.",
    remedy: 'PUT the rule first; its immutableId is in the answer',
  },
  ruleAccessDenied: {
    status: 403,
    code: 'OperationFailed',
    message:
      "The authentication token provided does not have access to ingest data for the data collection rule with immutable Id '{rule}'.",
    remedy: 'give the caller the role Monitoring Metrics Publisher at the rule',
  },
  streamNotFound: {
    status: 400,
    code: 'InvalidStream',
    message: "Stream '{stream}' was not configured in the data collection rule with immutable Id '{rule}'.",
    remedy: 'name the stream in a data flow of the rule',
  },
  unsupportedEncoding: {
    status: 415,
    code: 'UnsupportedMediaType',
    message: "The content encoding '{encoding}' is not supported.",
    remedy: 'send the body as it is or with `Content-Encoding: gzip`',
  },
  unsupportedContentType: {
    status: 415,
    code: 'UnsupportedMediaType',
    message: "The content type '{type}' is not supported.",
    remedy: 'send one of: {supported}',
  },
  stopping: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The server is stopping.',
    remedy: 'send the request again in a moment',
    retryAfter: 5,
  },
  internal: {
    status: 500,
    code: 'InternalServerError',
    message: 'Something went wrong on the server.',
    remedy: 'the server log has the cause under the request id; please report it',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>

export type ErrorName = keyof typeof errorTable
export type ErrorDetails = Readonly<Record<string, string | number>>

/** An error with an entry in the table. `details` fill the placeholders of its message. */
export class ServerError extends Error {
  readonly entry: ErrorEntry
  readonly errorName: ErrorName
  readonly details: ErrorDetails
  constructor(name: ErrorName, details: ErrorDetails = {}, options?: ErrorOptions) {
    const entry: ErrorEntry = errorTable[name]
    super(fill(entry.message, details), options)
    this.name = 'ServerError'
    this.entry = entry
    this.errorName = name
    this.details = details
  }
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(details[name] ?? place))
}
