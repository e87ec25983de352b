// The shape of resource documents, as Azure Resource Manager answers them, and a short way to write them.
import { armId, region } from '../environment.ts'

type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value }
export type Properties = { readonly [name: string]: Value }

export interface ResourceDocument {
  readonly id: string
  readonly name: string
  /** As Azure writes it: `Microsoft.Network/azureFirewalls`. */
  readonly type: string
  readonly location: string
  readonly tags: Readonly<Record<string, string>>
  readonly kind?: string
  readonly sku?: Properties
  readonly identity?: Properties
  readonly properties: Properties
}

type Extra = Partial<Pick<ResourceDocument, 'kind' | 'sku' | 'identity' | 'tags' | 'location'>>

export function resource(
  group: string,
  type: string,
  name: string,
  properties: Properties = {},
  extra: Extra = {},
): ResourceDocument {
  return {
    id: armId(group, type, name),
    name: name.split('/').at(-1)!,
    type,
    location: region,
    tags: {},
    ...extra,
    properties: { provisioningState: 'Succeeded', ...properties },
  }
}
