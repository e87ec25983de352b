// The right that each call of Azure Resource Manager needs: `<type>/read`, `/write`, `/delete`, or `/<name>/action`.
// https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations
import { authorize, type Principal, refusedAt } from '../../../access/principal.ts'
import type { ArmDocument, ArmFace, ArmRequest } from './face.ts'

type Face = Pick<ArmFace, 'type' | 'isContainer' | 'isPublic' | 'readingActions'>
type Call = Pick<ArmRequest, 'principal' | 'path'>

const verbs: Readonly<Record<string, string>> = {
  GET: 'read',
  HEAD: 'read',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
}

/** Throws authorizationFailed, whether the resource exists or not. */
export function authorizeCall(face: Face, { principal, path }: Call, method: string): void {
  const verb = verbs[method] ?? 'action'
  if (verb === 'read' && isReadable(face, principal, path)) return
  authorize(principal, `${face.type}/${verb}`, path.id)
}

export function authorizeAction(face: Face, { principal, path }: Call, action: string): void {
  const verb = face.readingActions?.includes(action) ? 'read' : `${action}/action`
  authorize(principal, `${face.type}/${verb}`, path.id)
}

/** A list has what the caller may read of it; who may read nothing there at all is refused. */
export function authorizeList(face: Face, { principal, path }: Call): void {
  const action = `${face.type}/read`
  if (path.scope === '' || face.isContainer || principal.rights.allowsWithin(action, path.scope)) return
  throw refusedAt(principal, action, path.scope)
}

export function isReadable(
  { type, isContainer, isPublic }: Face,
  { rights }: Principal,
  { id }: Pick<ArmDocument, 'id'>,
): boolean {
  if (isPublic) return rights.allowsWithin(`${type}/read`, '/')
  return rights.allows(`${type}/read`, id) || (isContainer === true && rights.reaches(id))
}
