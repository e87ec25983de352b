// How a type of resource looks to clients of Azure Resource Manager. One file in faces/ for each type, one entry in faces/index.ts.
import type { Static, TSchema } from 'typebox'
import type { Principal } from '../../../access/principal.ts'
import type { ArmPath } from '../../../resources/arm-id.ts'
import type { PutOptions, Resource, ResourceKind } from '../../../resources/resource.ts'
import type { Caller } from '../../audit.ts'
import type { ApiParts } from '../../parts.ts'

export interface ArmDocument {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly properties: unknown
  readonly etag?: string
  readonly [more: string]: unknown
}

/** A request: what it is about, and by whom. */
export interface ArmRequest {
  readonly parts: ApiParts
  readonly path: ArmPath
  /** Scheme and host that the client used; absolute addresses in answers carry it. */
  readonly base: string
  /** Parameters of the query string, by decoded name. */
  readonly query: Readonly<Record<string, string>>
  readonly principal: Principal
  readonly options: PutOptions
  /** For the activity log, where a request changes more than one resource. */
  readonly caller?: Caller
  /** What was sent with a POST. */
  readonly body?: unknown
  /** Says something about a request that is carried out all the same; it goes into the header `Warning`. */
  readonly warn: (text: string) => void
  /** Another status than the call's usual one, and headers; for what the face answers itself: GET, POST, and PUT through Written. */
  readonly answer: (status: number, headers?: Readonly<Record<string, string>>) => void
}

export interface Written {
  readonly document: ArmDocument
  readonly isNew: boolean
  /** The status is set already. */
  readonly isAnswered?: true
}

/** A list that goes on at `nextLink`. */
export interface ArmPage {
  readonly value: readonly ArmDocument[]
  readonly nextLink?: string
}

export const itemsOf = (list: readonly ArmDocument[] | ArmPage): readonly ArmDocument[] =>
  'value' in list ? list.value : list

export interface ArmFace {
  /** As its documentation spells it. */
  readonly type: string
  get(request: ArmRequest): Promise<ArmDocument | undefined>
  /** Those below the path's scope. */
  list(request: ArmRequest): Promise<readonly ArmDocument[] | ArmPage>
  /** The whole answer to a GET of the collection, where it is no list. */
  answer?(request: ArmRequest): Promise<unknown>
  /** The body has been parsed, no more. Throws InvalidResource or StoreConflict. */
  put?(request: ArmRequest, body: unknown): Promise<Written>
  /** False: there was none. */
  remove?(request: ArmRequest): Promise<boolean>
  /** Status of a PUT that makes it; 201 unless the clients of the type take another. */
  readonly createdStatus?: 200
  /** Status of a DELETE of what is not there; 204 unless the clients of the type take another. */
  readonly absentStatus?: 200
  /** Those that have something in it see it too: subscriptions and resource groups. */
  readonly isContainer?: true
  /** The same for everyone, and no secret: whoever has some role may read it, though its id is above their scope. */
  readonly isPublic?: true
  /** Names among `actions` that need no more than the right to read. */
  readonly readingActions?: readonly string[]
  /** By the last segment of a POST; undefined for a resource that is not there. */
  readonly actions?: Readonly<Record<string, (request: ArmRequest) => Promise<unknown>>>
  /** By the last segment of a POST below a collection; the answer is a list. */
  readonly collectionActions?: Readonly<Record<string, (request: ArmRequest) => Promise<readonly ArmDocument[]>>>
}

type Body = { readonly properties?: unknown; readonly [more: string]: unknown }

export interface StoredFaceOptions<S extends TSchema> {
  /** Puts it, where more is to be done than to keep it. */
  readonly put?: (request: ArmRequest, body: Static<S>) => Promise<Resource<Static<S>>>
  /** Properties as they are shown, if not as they were sent. */
  readonly properties?: (resource: Resource<Static<S>>, base: string) => unknown
}

/** The face of a kind whose body is Azure's envelope, kept as it was sent. */
export function storedFace<S extends TSchema>(
  type: string,
  kind: ResourceKind<S>,
  { put, properties }: StoredFaceOptions<S> = {},
): ArmFace {
  const documentOf = (resource: Resource<Static<S>>, base: string): ArmDocument => {
    const body = resource.body as Body
    const name = resource.id.slice(resource.id.lastIndexOf('/') + 1)
    const shown = properties ? properties(resource, base) : body.properties
    return {
      ...body,
      id: resource.id,
      name,
      type,
      etag: `"${resource.etag}"`,
      properties: shown,
      systemData: systemData(resource),
    }
  }
  return {
    type,
    async get({ parts, path, base }) {
      const found = await parts.resources.get(kind, path.id)
      return found && documentOf(found, base)
    },
    async list({ parts, path, base }) {
      const found = await parts.resources.list(kind, path.scope)
      return found.map((resource) => documentOf(resource, base))
    },
    async put(request, body) {
      const { parts, path, base, options } = request
      const before = await parts.resources.get(kind, path.id)
      const given = withoutShown(body) as Static<S>
      const resource = put ? await put(request, given) : await parts.resources.put(kind, path.id, given, options)
      return { document: documentOf(resource, base), isNew: !before }
    },
    async remove({ parts, path, options }) {
      if (!(await parts.resources.get(kind, path.id))) return false
      const { match } = options
      await parts.resources.delete(path.id, ...(match && match !== 'absent' ? [match] : []))
      return true
    },
  }
}

/** What the path and the server say is not taken from a body that was read before. */
export function withoutShown(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  const {
    id: _id,
    name: _name,
    type: _type,
    etag: _etag,
    systemData: _systemData,
    ...own
  } = body as Record<string, unknown>
  return own
}

export function systemData({ changed }: Pick<Resource<unknown>, 'changed'>): object {
  return { lastModifiedAt: new Date(changed.at).toISOString(), lastModifiedBy: changed.by, lastModifiedByType: 'User' }
}
