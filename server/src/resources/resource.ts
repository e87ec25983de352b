// The generic resource: everything a user or the server itself can create is one. Kinds are in kinds/, storage is the store's.
import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import type { Clock } from '../core/clock.ts'
import type { Change, Match, Store, StoredDocument } from '../store/store.ts'

export { type Match, StoreConflict } from '../store/store.ts'

/** What a kind of resource is. `S` describes its body. */
export interface ResourceKind<S extends TSchema = TSchema> {
  readonly kind: string
  readonly schema: S
}

export interface Resource<B> {
  /** ARM id in the spelling it was created with. */
  readonly id: string
  readonly kind: string
  readonly etag: string
  readonly body: B
  readonly changed: { readonly at: number; readonly by: string }
}

/** A body that does not fit its kind. `path` is a JSON pointer into the body. */
export class InvalidResource extends Error {
  readonly path: string
  constructor(kind: string, path: string, reason: string) {
    super(`${kind} ${path === '' ? '' : `${path}: `}${reason}`)
    this.name = 'InvalidResource'
    this.path = path
  }
}

export interface PutOptions {
  /** Who changes it, for the audit. */
  readonly by: string
  readonly match?: Match
  /** What is stored with it, all or nothing. */
  readonly also?: readonly Change[]
}

export interface Resources {
  get<S extends TSchema>(kind: ResourceKind<S>, id: string): Promise<Resource<Static<S>> | undefined>
  /** All of a kind, or those below an id. */
  list<S extends TSchema>(kind: ResourceKind<S>, under?: string): Promise<readonly Resource<Static<S>>[]>
  /** Of every kind, or of those below an id. */
  ids(under?: string): Promise<readonly string[]>
  /** Throws InvalidResource, or StoreConflict when `match` does not hold. */
  put<S extends TSchema>(
    kind: ResourceKind<S>,
    id: string,
    body: Static<S>,
    o: PutOptions,
  ): Promise<Resource<Static<S>>>
  /** The same as a change to store with another; throws InvalidResource. */
  change<S extends TSchema>(
    kind: ResourceKind<S>,
    id: string,
    body: Static<S>,
    by: string,
  ): Change & { readonly do: 'put' }
  delete(id: string, match?: Exclude<Match, 'absent'>, also?: readonly Change[]): Promise<void>
}

export function openResources(store: Store, clock: Clock): Resources {
  const changeOf: Resources['change'] = (kind, id, body, by) => {
    checkBody(kind, body)
    return { do: 'put', id, kind: kind.kind, body: JSON.stringify(body), changedAt: clock.now(), changedBy: by }
  }
  return {
    async get(kind, id) {
      const document = await store.get(id)
      return document?.kind === kind.kind ? resourceOf(document) : undefined
    },
    async list(kind, under) {
      const found = await store.list({ kind: kind.kind, ...(under === undefined ? {} : { under }) })
      return found.map((document) => resourceOf(document))
    },
    async ids(under) {
      return (await store.list(under === undefined ? {} : { under })).map(({ id }) => id)
    },
    async put(kind, id, body, { by, match, also = [] }) {
      const change = changeOf(kind, id, body, by)
      const [stored] = await store.apply([{ ...change, ...(match === undefined ? {} : { match }) }, ...also])
      if (!stored) throw new Error(`the store answered nothing for ${id}`)
      return resourceOf(stored)
    },
    change: changeOf,
    async delete(id, match, also = []) {
      await store.apply([{ do: 'delete', id, ...(match === undefined ? {} : { match }) }, ...also])
    },
  }
}

/** Documents were checked when they were put; the kind is the caller's word for what it asked for. */
function resourceOf<B>(document: StoredDocument): Resource<B> {
  const { id, kind, etag, changedAt, changedBy } = document
  return { id, kind, etag, body: JSON.parse(document.body) as B, changed: { at: changedAt, by: changedBy } }
}

const validators = new WeakMap<TSchema, Validator>()

/** Throws InvalidResource. */
export function checkBody<S extends TSchema>(kind: ResourceKind<S>, body: unknown): asserts body is Static<S> {
  const validator = validators.get(kind.schema) ?? Compile(kind.schema)
  validators.set(kind.schema, validator)
  if (validator.Check(body)) return
  const faults = validator.Errors(body).sort((a, b) => b.instancePath.length - a.instancePath.length)
  // Of the alternatives for a value, null says the least.
  const deepest = faults.find(({ message }) => message !== 'must be null') ?? faults[0]
  const allowed = deepest?.keyword === 'enum' ? `: ${deepest.params.allowedValues.join(', ')}` : ''
  const reason = deepest ? `${deepest.message}${allowed}` : 'does not fit its schema'
  throw new InvalidResource(kind.kind, deepest?.instancePath ?? '', reason)
}
