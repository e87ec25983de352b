// What one request to the Kusto endpoints is about: who calls, which database, which text, which properties.
// https://learn.microsoft.com/kusto/api/rest/request and …/rest/request-properties
import type { FastifyRequest } from 'fastify'
import type { Workspace } from '../../../catalog/types.ts'
import { ServerError } from '../../../core/errors.ts'
import type { WorkspaceView } from '../../access.ts'
import { type Fields, fieldsOf, isFields } from '../query/request.ts'

/** Ids that go with an answer and its errors. */
export interface CallIds {
  /** The client's name for its request, or one made up for it. */
  readonly clientRequestId: string
  readonly activityId: string
}

export interface Call {
  readonly database: string
  readonly text: string
  /** Client request properties, names in lower case. */
  readonly options: ReadonlyMap<string, unknown>
  /** Values for `declare query_parameters` as KQL literals. */
  readonly parameters: Readonly<Record<string, string>>
}

export function idsOf(request: FastifyRequest): CallIds {
  const given = request.headers['x-ms-client-request-id']
  const clientRequestId = typeof given === 'string' && given !== '' ? given : `unspecified;${request.id}`
  return { clientRequestId, activityId: request.id }
}

/** Of a body, or of the URL of a GET. Throws invalidBody. */
export function callOf(request: FastifyRequest): Call {
  const fields =
    request.method === 'GET' ? (isFields(request.query) ? request.query : {}) : fieldsOf(String(request.body ?? ''))
  const { db, csl } = fields
  if (typeof csl !== 'string' || csl.trim() === '')
    throw new ServerError('invalidBody', {
      reason: "The property 'csl' must be a text that is not empty",
      target: 'csl',
    })
  if (db !== undefined && db !== null && typeof db !== 'string')
    throw new ServerError('invalidBody', { reason: "The property 'db' must be a text", target: 'db' })
  const properties = objectOf('properties', fields.properties)
  return {
    database: db ?? '',
    text: csl,
    options: new Map(
      Object.entries(objectOf('properties.Options', member(properties, 'options'))).map(([name, value]) => [
        name.toLowerCase(),
        value,
      ]),
    ),
    parameters: parametersOf(objectOf('properties.Parameters', member(properties, 'parameters'))),
  }
}

function member(fields: Fields, name: string): unknown {
  return Object.entries(fields).find(([key]) => key.toLowerCase() === name)?.[1]
}

/** An object, or a text that holds the JSON of one. */
function objectOf(target: string, value: unknown): Fields {
  if (value === undefined || value === null || value === '') return {}
  if (isFields(value)) return value
  if (typeof value !== 'string')
    throw new ServerError('invalidBody', { reason: `The property '${target}' must be an object`, target })
  return fieldsOf(value)
}

function parametersOf(fields: Fields): Readonly<Record<string, string>> {
  const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  )
}

/** Names that clients send where no database is meant. */
const noDatabase = /^(netdefaultdb)?$/i

/** The workspace that is called the database; without a name the only one there is. */
export function databaseOf(workspaces: WorkspaceView, name: string): Workspace {
  const found = currentDatabase(workspaces, name)
  if (found) return found
  const names = workspaces.list().map((workspace) => workspace.name)
  throw new ServerError('invalidArgument', {
    reason: `the request names no database; there are ${names.join(', ')}`,
    target: 'db',
  })
}

/** The same, where a command may do without. A name that is unknown is an error all the same. */
export function currentDatabase(workspaces: WorkspaceView, name: string): Workspace | undefined {
  const all = workspaces.list()
  if (noDatabase.test(name)) return all.length === 1 ? all[0] : undefined
  const found = workspaces.find(name)
  if (!found) throw workspaces.missing(name, new ServerError('databaseNotFound', { database: name }))
  return found
}
