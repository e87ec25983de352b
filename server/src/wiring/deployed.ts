// Resources of the demo environment in the store, where queries of resources find them. main.ts puts them there.
import { type DeployedBody, deployedKind } from '../resources/kinds/deployed.ts'
import { type Resources, StoreConflict } from '../resources/resource.ts'

export type DeployedDocument = DeployedBody & { readonly id: string }

/** Puts what is not there yet. What a user or the server itself made under the same id stays what it is. */
export async function deploy(resources: Resources, documents: readonly DeployedDocument[]): Promise<void> {
  for (const { id, ...body } of documents) {
    const found = await resources.get(deployedKind, id)
    if (found && JSON.stringify(found.body) === JSON.stringify(body)) continue
    try {
      await resources.put(deployedKind, id, body, { by: 'demo', match: found ? { etag: found.etag } : 'absent' })
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error
    }
  }
}
