// Types without behaviour of their own, as content describes them: an envelope that is checked, kept and shown.
import { type TSchema, Type } from 'typebox'
import type { PlainType } from '../../../../content/kinds/resource-types.ts'
import { armBody } from '../../../../resources/kinds/arm-body.ts'
import type { ArmDocument, ArmFace } from '../face.ts'
import { itemsOf, storedFace } from '../face.ts'
import { parameter } from '../pages.ts'

type Described = PlainType & { readonly type: string }

const faces = new WeakMap<PlainType, ArmFace>()

export function plainFace(description: Described): ArmFace {
  const known = faces.get(description) ?? newFace(description)
  faces.set(description, known)
  return known
}

function newFace({ type, location, required = {}, createdStatus, note, ...lists }: Described): ArmFace {
  const kind = { kind: type.toLowerCase(), schema: bodySchema(required, location === 'required') }
  const stored = storedFace(type, kind, {
    properties: ({ body }) => ({ ...(body as { properties?: object }).properties, provisioningState: 'Succeeded' }),
  })
  return {
    ...stored,
    ...(createdStatus === undefined ? {} : { createdStatus }),
    list: async (request) => {
      const all = itemsOf(await stored.list(request))
      const here = lists.extension ? all.filter(({ id }) => isAt(id, request.path.scope, type)) : all
      const wanted = here.filter(({ properties }) => matches(properties, lists.filters ?? [], request.query))
      const isWhole = parameter(request.query, 'canFetchContent') === 'true' || lists.content === undefined
      return isWhole ? wanted : wanted.map((document) => without(document, lists.content ?? ''))
    },
    put: async (request, body) => {
      const written = await stored.put?.(request, body)
      if (!written) throw new Error(`${type} cannot be put`)
      if (note !== undefined) request.warn(note)
      return written
    },
  }
}

const jsonSchemas: Readonly<Record<string, () => TSchema>> = {
  string: () => Type.String(),
  number: () => Type.Number(),
  boolean: () => Type.Boolean(),
  array: () => Type.Array(Type.Unknown()),
  object: () => Type.Record(Type.String(), Type.Unknown()),
}

function bodySchema(required: NonNullable<PlainType['required']>, needsLocation: boolean): TSchema {
  const members = Object.entries(required).map(([name, json]) => [name, jsonSchemas[json]?.() ?? Type.Unknown()])
  const properties = Type.Object(Object.fromEntries(members), { additionalProperties: true })
  const body = armBody(members.length > 0 ? properties : Type.Optional(properties))
  return needsLocation ? Type.Intersect([body, Type.Object({ location: Type.String() })]) : body
}

/** A list at the tenant's scope is everything. */
function isAt(id: string, scope: string, type: string): boolean {
  if (scope === '') return true
  const beginning = `${scope}/providers/${type}/`.toLowerCase()
  return id.toLowerCase().startsWith(beginning) && !id.slice(beginning.length).includes('/')
}

function matches(properties: unknown, names: readonly string[], query: Readonly<Record<string, string>>): boolean {
  return names.every((name) => {
    const wanted = parameter(query, name)
    const value = (properties as Readonly<Record<string, unknown>> | null)?.[name]
    return wanted === undefined || String(value ?? '').toLowerCase() === wanted.toLowerCase()
  })
}

function without(document: ArmDocument, name: string): ArmDocument {
  const { [name]: _left, ...properties } = (document.properties ?? {}) as Record<string, unknown>
  return { ...document, properties }
}
