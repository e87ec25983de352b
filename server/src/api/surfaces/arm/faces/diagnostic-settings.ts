// https://learn.microsoft.com/rest/api/monitor/diagnostic-settings
import { authorizeIngest } from '../../../../access/writing.ts'
import { diagnosticSettingKind } from '../../../../resources/kinds/diagnostic-setting.ts'
import { type ArmFace, storedFace } from '../face.ts'

const stored = storedFace('Microsoft.Insights/diagnosticSettings', diagnosticSettingKind, {
  put: async ({ parts, path, options, principal, warn }, body) => {
    const { workspaceId } = body.properties ?? {}
    if (workspaceId) authorizeIngest(principal, String(workspaceId))
    const resource = await parts.diagnosticSettings.put(path.id, body, options)
    for (const warning of parts.diagnosticSettings.warnings(body)) warn(warning)
    return resource
  },
})

export const diagnosticSettings: ArmFace = {
  ...stored,
  createdStatus: 200,
  remove: async (request) => {
    const wasThere = await stored.remove?.(request)
    request.parts.diagnosticSettings.forget(request.path.id)
    return wasThere ?? false
  },
}
