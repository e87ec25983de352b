// https://learn.microsoft.com/rest/api/loganalytics/saved-searches
import type { Workspace } from '../../../../catalog/types.ts'
import { ServerError } from '../../../../core/errors.ts'
import { savedSearchKind } from '../../../../resources/kinds/saved-search.ts'
import { InvalidResource } from '../../../../resources/resource.ts'
import { refuseRecursion, unbound } from '../../../function-check.ts'
import { type ArmFace, type ArmRequest, storedFace } from '../face.ts'
import { parentWorkspace } from '../parent.ts'

const type = 'Microsoft.OperationalInsights/workspaces/savedSearches'

const stored = storedFace(type, savedSearchKind, {
  put: async (request, body) => {
    const { parts, path, options } = request
    const workspace = parentWorkspace(request)
    const { query, functionAlias: name, functionParameters } = body.properties ?? {}
    if (name && typeof query === 'string') {
      const text = { name, parameters: functionParameters ?? '', body: query }
      check(request, workspace, text)
    }
    return parts.tables.functions(workspace).put(path.id, body, options)
  },
})

/** As in Azure, a function may be deployed before the tables that it reads; it only may not call itself. */
function check(request: ArmRequest, workspace: Workspace, text: Parameters<typeof unbound>[2]): void {
  try {
    refuseRecursion({ ...request.parts, principal: request.principal }, workspace, text)
  } catch (error) {
    throw error instanceof ServerError ? new InvalidResource('saved search', '/properties/query', error.message) : error
  }
  const [first] = unbound({ ...request.parts, principal: request.principal }, workspace, text).diagnostics
  if (first) request.warn(`the function '${text.name}' cannot be called: ${first.message}`)
}

export const savedSearches: ArmFace = {
  ...stored,
  createdStatus: 200,
  absentStatus: 200,
  list: async (request) => {
    parentWorkspace(request)
    return stored.list(request)
  },
  remove: async (request) => {
    const removed = await stored.remove?.(request)
    if (removed) await request.parts.tables.functions(parentWorkspace(request)).reload()
    return removed ?? false
  },
}
