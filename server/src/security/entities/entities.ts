// Entities as alerts hold them, and as the management API shows them.
import type { Workspace } from '../../catalog/types.ts'
import { guidOf } from '../../core/ids.ts'
import { sentinelId } from '../parts.ts'
import { storedType } from './types.ts'

/** `{"Type":"ip","Address":"10.0.0.1"}`, as in the column Entities of SecurityAlert. */
export interface StoredEntity {
  readonly Type: string
  readonly [property: string]: unknown
}

export interface EntityDocument {
  readonly id: string
  readonly name: string
  readonly type: 'Microsoft.SecurityInsights/Entities'
  readonly kind: string
  readonly properties: Readonly<Record<string, unknown>>
}

export const entityResourceType = 'Microsoft.SecurityInsights/Entities'

/** Text of the column; what is no list of entities is none. */
export function parseEntities(text: string): readonly StoredEntity[] {
  try {
    const parsed: unknown = JSON.parse(text)
    if (!Array.isArray(parsed)) return []
    return parsed.filter(
      (each): each is StoredEntity => typeof each === 'object' && each !== null && typeof each.Type === 'string',
    )
  } catch {
    return []
  }
}

/** The same for the same entity, wherever it occurs: by its strong identifiers, or all it has. */
export function entityKey(entity: StoredEntity): string {
  const strong = storedType(entity.Type)?.strong.filter((name) => present(entity[name])) ?? []
  const names = strong.length > 0 ? strong : Object.keys(entity).filter((name) => name !== '$id' && name !== 'Type')
  const parts = names.toSorted().map((name) => `${name}=${String(entity[name]).toLowerCase()}`)
  return [entity.Type.toLowerCase(), ...parts].join(' ')
}

const present = (value: unknown): boolean => value !== undefined && value !== null && value !== ''

export function entityDocument(workspace: Workspace, entity: StoredEntity): EntityDocument {
  const known = storedType(entity.Type)
  const name = guidOf(`${workspace.id} ${entityKey(entity)}`)
  const { $id: _id, Type, ...own } = entity
  const properties = Object.fromEntries(Object.entries(own).map(([key, value]) => [lowerFirst(key), value]))
  const friendly = (known?.strong ?? Object.keys(own)).map((key) => own[key]).find(present)
  return {
    id: sentinelId(workspace, `Entities/${name}`),
    name,
    type: entityResourceType,
    kind: known?.kind ?? Type,
    properties: { ...properties, friendlyName: String(friendly ?? Type) },
  }
}

/** Each once. */
export function distinctEntities(entities: readonly StoredEntity[]): readonly StoredEntity[] {
  return [...new Map(entities.map((entity) => [entityKey(entity), entity])).values()]
}

const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1)
