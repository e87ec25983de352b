// https://learn.microsoft.com/rest/api/monitor/data-collection-rules
import { authorizeIngest } from '../../../../access/writing.ts'
import { dataCollectionRuleKind } from '../../../../resources/kinds/data-collection-rule.ts'
import { storedFace } from '../face.ts'

export const dataCollectionRules = storedFace('Microsoft.Insights/dataCollectionRules', dataCollectionRuleKind, {
  put: ({ parts, path, options, principal }, body) => {
    for (const { workspaceResourceId } of body.properties?.destinations?.logAnalytics ?? [])
      authorizeIngest(principal, String(workspaceResourceId))
    return parts.dataCollectionRules.put(path.id, body, options)
  },
  properties: ({ body }, base) => ({
    ...body.properties,
    endpoints: { logsIngestion: base, metricsIngestion: base },
    provisioningState: 'Succeeded',
  }),
})
