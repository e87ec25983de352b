// The two keys of a workspace, with which requests of the Data Collector API are signed.
// https://learn.microsoft.com/rest/api/loganalytics/shared-keys
import { randomBytes } from 'node:crypto'
import type { Store } from '../store/store.ts'

export interface SharedKeyPair {
  /** Base64 of 64 bytes. */
  readonly primarySharedKey: string
  readonly secondarySharedKey: string
}

export interface SharedKeys {
  /** Made when first asked for, the same ever after. */
  of(workspace: { readonly id: string }): Promise<SharedKeyPair>
}

const space = 'shared-keys'

export function openSharedKeys(store: Pick<Store, 'value' | 'apply'>): SharedKeys {
  const making = new Map<string, Promise<SharedKeyPair>>()
  const load = async (id: string): Promise<SharedKeyPair> => {
    const kept = await store.value(space, id, 0)
    if (kept !== undefined) return JSON.parse(kept) as SharedKeyPair
    const key = () => randomBytes(64).toString('base64')
    const made = { primarySharedKey: key(), secondarySharedKey: key() }
    await store.apply([{ do: 'set', space, key: id, value: JSON.stringify(made) }])
    return made
  }
  return {
    of({ id }) {
      const loaded = making.get(id) ?? load(id)
      making.set(id, loaded)
      return loaded
    },
  }
}
