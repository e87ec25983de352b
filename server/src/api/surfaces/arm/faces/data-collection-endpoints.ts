// https://learn.microsoft.com/rest/api/monitor/data-collection-endpoints
import { guidOf } from '../../../../core/ids.ts'
import { dataCollectionEndpointKind } from '../../../../resources/kinds/data-collection-endpoint.ts'
import { storedFace } from '../face.ts'

export const dataCollectionEndpoints = storedFace(
  'Microsoft.Insights/dataCollectionEndpoints',
  dataCollectionEndpointKind,
  {
    properties: ({ id, body }, base) => ({
      ...body.properties,
      immutableId: `dce-${guidOf(id.toLowerCase()).replaceAll('-', '')}`,
      configurationAccess: { endpoint: base },
      logsIngestion: { endpoint: base },
      metricsIngestion: { endpoint: base },
      networkAcls: { publicNetworkAccess: 'Enabled' },
      provisioningState: 'Succeeded',
    }),
  },
)
