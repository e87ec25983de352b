// Alerts, recommendations and compliance of Defender for Cloud. https://learn.microsoft.com/azure/defender-for-cloud/alerts-schemas
import { expect, test } from 'vitest'
import { receivers } from './index.ts'
import { decode, decodeRows } from './testing.ts'

const receiver = receivers.defender
const vm = '/subscriptions/S/resourceGroups/G/providers/Microsoft.Compute/virtualMachines/web-1'

/** The same alert as it is exported, and as the REST API answers it. */
const exported = {
  AlertType: 'VM_Test',
  AlertDisplayName: 'Something ran',
  Severity: 'High',
  Intent: 'Execution',
  SystemAlertId: 'a-1',
  IsIncident: false,
  StartTimeUtc: '2026-03-01T10:00:00Z',
  EndTimeUtc: '2026-03-01T10:05:00Z',
  ProcessingEndTime: '2026-03-01T10:06:00Z',
  TimeGenerated: '2026-03-01T10:07:00Z',
  Entities: [{ Type: 'host', HostName: 'web-1' }],
  ResourceIdentifiers: [
    { Type: 'LogAnalytics', WorkspaceId: 'w' },
    { Type: 'AzureResource', AzureResourceId: vm },
  ],
}
const answered = {
  id: '/subscriptions/S/providers/Microsoft.Security/locations/here/alerts/a-1',
  type: 'Microsoft.Security/Locations/alerts',
  properties: {
    alertType: 'VM_Test',
    alertDisplayName: 'Something ran',
    severity: 'High',
    intent: 'Execution',
    systemAlertId: 'a-1',
    isIncident: false,
    startTimeUtc: '2026-03-01T10:00:00Z',
    endTimeUtc: '2026-03-01T10:05:00Z',
    processingEndTimeUtc: '2026-03-01T10:06:00Z',
    timeGeneratedUtc: '2026-03-01T10:07:00Z',
    entities: [{ Type: 'host', HostName: 'web-1' }],
    resourceIdentifiers: [{ type: 'AzureResource', azureResourceId: vm }],
  },
}

test.each([
  ['exported', [exported]],
  ['answered', { value: [answered] }],
])('an alert, %s', async (_name, body) => {
  const [row] = await decodeRows(receiver, JSON.stringify(body))
  expect(row).toMatchObject({ table: 'SecurityAlert', time: '2026-03-01T10:07:00Z', resourceId: vm })
  expect(row?.fields).toEqual({
    AlertType: 'VM_Test',
    AlertName: 'Something ran',
    DisplayName: 'Something ran',
    AlertSeverity: 'High',
    Tactics: 'Execution',
    SystemAlertId: 'a-1',
    IsIncident: false,
    StartTime: '2026-03-01T10:00:00Z',
    EndTime: '2026-03-01T10:05:00Z',
    ProcessingEndTime: '2026-03-01T10:06:00Z',
    Entities: [{ Type: 'host', HostName: 'web-1' }],
    ResourceId: vm,
  })
})

test('a recommendation, and an assessment of compliance', async () => {
  const assessment = {
    id: `${vm}/providers/Microsoft.Security/assessments/as-1`,
    name: 'as-1',
    type: 'Microsoft.Security/assessments',
    properties: {
      resourceDetails: { source: 'Azure', id: vm },
      displayName: 'Encrypt disks',
      status: { code: 'Unhealthy', statusChangeDate: '2026-03-01T10:00:00Z' },
      metadata: { severity: 'Medium', description: 'why' },
    },
  }
  const compliance = {
    id: '/subscriptions/S/providers/Microsoft.Security/regulatoryComplianceStandards/ISO/regulatoryComplianceControls/2.1/regulatoryComplianceAssessments/as-1',
    name: 'as-1',
    type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
    properties: {
      description: 'Encrypt disks',
      state: 'Failed',
      passedResources: 1,
      failedResources: 2,
      skippedResources: 0,
    },
  }
  const rows = await decodeRows(receiver, JSON.stringify([assessment, compliance]))
  expect(rows.map(({ table }) => table)).toEqual(['SecurityRecommendation', 'SecurityRegulatoryCompliance'])
  expect(rows[0]).toMatchObject({
    resourceId: vm,
    fields: {
      RecommendationName: 'as-1',
      RecommendationDisplayName: 'Encrypt disks',
      RecommendationState: 'Unhealthy',
      RecommendationSeverity: 'Medium',
      Description: 'why',
      AssessedResourceId: vm,
      StatusChangeDate: '2026-03-01T10:00:00Z',
    },
  })
  expect(rows[1]?.fields).toMatchObject({
    RecommendationId: 'as-1',
    ComplianceStandard: 'ISO',
    ComplianceControl: '2.1',
    RegulatoryComplianceSubscriptionId: 'S',
    State: 'Failed',
    FailedResources: 2,
    SkippedResources: 0,
  })
})

test('what is none of these is refused', async () => {
  expect(await decode(receiver, '[{"type":"Microsoft.Security/pricings","properties":{}}]')).toMatchObject([
    { rejected: 'neither an alert, a recommendation nor an assessment of compliance: microsoft.security/pricings' },
  ])
})
