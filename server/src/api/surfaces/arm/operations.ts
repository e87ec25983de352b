// Long-running operations: a resource that is not ready says where to ask for it, and the address itself tells which it is.
// https://github.com/microsoft/api-guidelines/blob/vNext/azure/ConsiderationsForServiceDesign.md#long-running-operations
import { armPath } from '../../../resources/arm-id.ts'
import type { ArmDocument } from './face.ts'

const final: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled'])
const address = /^\/subscriptions\/[^/]+\/providers\/[^/]+\/locations\/[^/]+\/operationStatuses\/([\w-]+)$/i

function stateOf({ properties }: ArmDocument): string {
  const state = (properties as { readonly provisioningState?: unknown } | null)?.provisioningState
  return typeof state === 'string' && state !== '' ? state : 'Succeeded'
}

/** The address of the operation that makes the resource ready; undefined: it is. */
export function operationAddress(document: ArmDocument, base: string, version: string): string | undefined {
  if (final.has(stateOf(document).toLowerCase())) return undefined
  const subscription = document.id.split('/')[2] ?? ''
  const namespace = document.type.split('/')[0] ?? ''
  const id = Buffer.from(document.id).toString('base64url')
  const path = `/subscriptions/${subscription}/providers/${namespace}/locations/local/operationStatuses/${id}`
  return `${base}${path}?api-version=${encodeURIComponent(version)}`
}

/** The resource that an operation's address is about; undefined: it is none. */
export function operationTarget(url: string) {
  const id = address.exec(url)?.[1]
  return id === undefined ? undefined : armPath(Buffer.from(id, 'base64url').toString('utf8'))
}

export function operationStatus(url: string, document: ArmDocument): object {
  const state = stateOf(document)
  return {
    id: url,
    name: url.slice(url.lastIndexOf('/') + 1),
    status: final.has(state.toLowerCase()) ? state : 'InProgress',
    resourceId: document.id,
  }
}
