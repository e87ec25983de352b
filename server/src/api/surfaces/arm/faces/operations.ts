// How things go that were answered with 202: by their own ids, and purges by names below the workspace.
// https://learn.microsoft.com/rest/api/loganalytics/operation-statuses/get and …/workspace-purge/get-purge-status
import type { Operation } from '../../../../lifecycle/lifecycle.ts'
import type { ArmDocument, ArmFace } from '../face.ts'

const namespace = 'Microsoft.OperationalInsights'

function documentOf({ id, status, startedAt, endedAt, message }: Operation, path: string): ArmDocument {
  const timeOf = (millis: number) => new Date(millis).toISOString()
  return {
    id: path,
    name: id,
    type: `${namespace}/locations/operationStatuses`,
    status,
    ...(startedAt === undefined ? {} : { startTime: timeOf(startedAt) }),
    ...(endedAt === undefined ? {} : { endTime: timeOf(endedAt) }),
    ...(status === 'Failed' ? { error: { code: 'OperationFailed', message: message ?? 'it failed' } } : {}),
    properties: message === undefined ? {} : { message },
  }
}

export const operationStatuses: ArmFace = {
  type: `${namespace}/locations/operationStatuses`,
  list: async () => [],
  get: async ({ parts, path }) => {
    const found = await parts.lifecycle.operations.find(path.name)
    return found && documentOf(found, path.id)
  },
}

/** The same for clients that follow `Location`. */
export const operationResults: ArmFace = {
  type: `${namespace}/locations/operationResults`,
  list: async () => [],
  get: async ({ parts, path, answer }) => {
    const found = await parts.lifecycle.operations.find(path.name)
    if (found?.status === 'InProgress') answer(202)
    return found && documentOf(found, path.id)
  },
}

export const purges: ArmFace = {
  type: `${namespace}/workspaces/operations`,
  list: async () => [],
  get: async ({ parts, path }) => {
    const workspace = parts.workspaces.find(path.scope)
    const found = workspace && (await parts.lifecycle.deletions.find(workspace, path.name))
    if (!found) return undefined
    const { state, rows, message } = found.body
    const more = { ...(rows === undefined ? {} : { rows }), ...(message === undefined ? {} : { message }) }
    return {
      id: found.id,
      name: path.name,
      type: `${namespace}/workspaces/operations`,
      status: state,
      properties: more,
    }
  },
}
