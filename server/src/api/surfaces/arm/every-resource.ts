// All resources that there are, whatever their types: for lists across types and for Resource Graph.
import { owner } from '../../../access/principal.ts'
import { deployedKind } from '../../../resources/kinds/deployed.ts'
import type { ApiParts } from '../../parts.ts'
import { type ArmDocument, itemsOf } from './face.ts'
import { ownFaces } from './faces/index.ts'
import { documentOf } from './faces/inventory.ts'

/** Parts of other resources, which neither lists of resources nor Resource Graph have. */
const hidden: readonly string[] = [
  'microsoft.operationalinsights/workspaces/',
  'microsoft.insights/diagnosticsettings',
  'microsoft.securityinsights/',
  'microsoft.resources/deployments',
]

/** In the order of their ids. One that is both made here and part of the inventory counts once. */
export async function everyResource(parts: ApiParts, base: string): Promise<readonly ArmDocument[]> {
  const documents = new Map<string, ArmDocument>()
  for (const document of [...(await listed(parts, base)), ...(await inventory(parts))])
    documents.set(document.id.toLowerCase(), document)
  return [...documents].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, document]) => document)
}

async function inventory({ resources }: ApiParts): Promise<readonly ArmDocument[]> {
  return (await resources.list(deployedKind)).map(documentOf)
}

async function listed(parts: ApiParts, base: string): Promise<readonly ArmDocument[]> {
  const lists = ownFaces(parts).map(async (face) => {
    const type = face.type.toLowerCase()
    if (hidden.some((beginning) => type.startsWith(beginning))) return []
    const path = { is: 'collection', id: '', type, name: face.type, scope: '' } as const
    const query = { canFetchContent: 'true' }
    return itemsOf(
      await face.list({
        parts,
        path,
        base,
        query,
        principal: owner,
        options: { by: 'server' },
        warn: () => {},
        answer: () => {},
      }),
    )
  })
  return (await Promise.all(lists)).flat()
}
