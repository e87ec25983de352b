// What the faces of Sentinel's types have in common. https://learn.microsoft.com/rest/api/securityinsights
import type { Workspace } from '../../../../../catalog/types.ts'
import { ServerError } from '../../../../../core/errors.ts'
import { type ListRequest, listPage } from '../../../../../odata/list.ts'
import { type KnownPaths, knownPaths } from '../../../../../odata/parse.ts'
import { InvalidOData } from '../../../../../odata/tokens.ts'
import { InvalidResource } from '../../../../../resources/resource.ts'
import type { GivenBody } from '../../../../../security/incidents/incidents.ts'
import type { Change } from '../../../../../security/parts.ts'
import type { ArmDocument, ArmPage, ArmRequest } from '../../face.ts'
import { workspaceWith } from '../../parent.ts'

export const namespace = 'Microsoft.SecurityInsights'

/** The workspace that everything of Sentinel is below. Throws armParentNotFound. */
export function workspaceAbove({ parts, path }: ArmRequest): Workspace {
  const at = path.id.toLowerCase().lastIndexOf('/providers/microsoft.securityinsights/')
  return workspaceWith(parts, path.id.slice(0, Math.max(at, 0)))
}

export function parentNotFound({ path }: ArmRequest): ServerError {
  return new ServerError('armParentNotFound', { resource: path.scope })
}

export function changeOf({ options, base }: ArmRequest): Change {
  return { by: { name: options.by }, base }
}

/** A document, whatever is in it. Throws InvalidResource. */
export function bodyOf(type: string, body: unknown): GivenBody {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new InvalidResource(type, '', 'the body must be an object with properties')
  if (!('properties' in body) || typeof body.properties !== 'object' || body.properties === null)
    throw new InvalidResource(type, '/properties', 'is required')
  return body
}

/** Sentinel answers so many items at once. */
const mostItems = 1000

/** A list as the query string asks for it. `paths` below `properties`. */
export function pageOf(request: ArmRequest, documents: readonly ArmDocument[], paths: KnownPaths): ArmPage {
  const { query, base, path } = request
  const list: ListRequest = { query, address: base + path.id, paths, mostItems }
  try {
    return listPage(documents, list)
  } catch (error) {
    if (error instanceof InvalidOData) throw new ServerError('armInvalid', { reason: error.message }, { cause: error })
    throw error
  }
}

export const pathsBelow = (properties: readonly string[]): KnownPaths =>
  knownPaths(['id', 'name', 'type', 'etag', ...properties.map((name) => `properties/${name}`)])

export function envelope(type: string, id: string, etag: string | undefined, properties: unknown): ArmDocument {
  const name = id.slice(id.lastIndexOf('/') + 1)
  return { id, name, type: `${namespace}/${type}`, ...(etag === undefined ? {} : { etag: `"${etag}"` }), properties }
}
