// Query packs and their queries, which the portal offers. https://learn.microsoft.com/rest/api/loganalytics/query-packs
import { Type } from 'typebox'
import { ServerError } from '../../../../core/errors.ts'
import { guidOf } from '../../../../core/ids.ts'
import { armBody } from '../../../../resources/kinds/arm-body.ts'
import type { Resource } from '../../../../resources/resource.ts'
import { type ArmDocument, type ArmFace, type ArmRequest, itemsOf, storedFace } from '../face.ts'
import { parameter } from '../pages.ts'

const packType = 'Microsoft.OperationalInsights/queryPacks'
const open = { additionalProperties: true }
const texts = Type.Optional(Type.Array(Type.String()))

const packKind = { kind: packType.toLowerCase(), schema: armBody(Type.Optional(Type.Object({}, open))) }

const querySchema = armBody(
  Type.Object(
    {
      displayName: Type.String({ minLength: 1 }),
      body: Type.String({ minLength: 1 }),
      description: Type.Optional(Type.String()),
      related: Type.Optional(Type.Object({ categories: texts, resourceTypes: texts, solutions: texts }, open)),
      tags: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
    },
    open,
  ),
)
const queryKind = { kind: `${packType.toLowerCase()}/queries`, schema: querySchema }

/** Of the last change: the store keeps no other. */
const changed = ({ changed: { at } }: Resource<unknown>) => new Date(at).toISOString()

export const queryPacks: ArmFace = {
  ...storedFace(packType, packKind, {
    properties: (pack) => ({
      ...pack.body.properties,
      queryPackId: guidOf(pack.id.toLowerCase()),
      timeModified: changed(pack),
      provisioningState: 'Succeeded',
    }),
  }),
  createdStatus: 200,
}

const queries = storedFace(`${packType}/queries`, queryKind, {
  put: async ({ parts, path, options }, body) => {
    if (!(await parts.resources.get(packKind, path.scope)))
      throw new ServerError('armParentNotFound', { resource: path.scope })
    return parts.resources.put(queryKind, path.id, body, options)
  },
  properties: (query) => ({
    ...query.body.properties,
    id: query.id.slice(query.id.lastIndexOf('/') + 1),
    author: query.changed.by,
    timeModified: changed(query),
  }),
})

async function listed(request: ArmRequest): Promise<readonly ArmDocument[]> {
  const all = itemsOf(await queries.list(request))
  if (parameter(request.query, 'includeBody') === 'true') return all
  return all.map((document) => {
    const { body: _body, ...properties } = document.properties as Record<string, unknown>
    return { ...document, properties }
  })
}

interface Wanted {
  readonly related?: Readonly<Record<string, readonly string[] | undefined>>
  readonly tags?: Readonly<Record<string, readonly string[] | undefined>>
}

/** Each label that is asked for must be among the query's, where several are given one of them. */
function fits({ properties }: ArmDocument, { related = {}, tags = {} }: Wanted): boolean {
  const own = properties as Wanted
  const has = (asked: Wanted['tags'], there: Wanted['tags']) =>
    Object.entries(asked ?? {}).every(
      ([name, values = []]) => values.length === 0 || values.some((value) => there?.[name]?.includes(value)),
    )
  return has(related, own.related) && has(tags, own.tags)
}

export const queryPackQueries: ArmFace = {
  ...queries,
  createdStatus: 200,
  list: listed,
  readingActions: ['search'],
  collectionActions: {
    search: async (request) => {
      const wanted = (request.body ?? {}) as Wanted
      return (await listed(request)).filter((document) => fits(document, wanted))
    },
  },
}
