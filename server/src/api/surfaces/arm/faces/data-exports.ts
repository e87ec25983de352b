// https://learn.microsoft.com/rest/api/loganalytics/data-exports
import { dataExportKind } from '../../../../resources/kinds/data-export.ts'
import { storedFace } from '../face.ts'
import { parentWorkspace } from '../parent.ts'

export const dataExports = storedFace('Microsoft.OperationalInsights/workspaces/dataExports', dataExportKind, {
  put: (request, body) =>
    request.parts.lifecycle.dataExports.put(parentWorkspace(request), request.path.id, body, request.options),
})
