// What must come of Defender for Cloud's records, whatever their spelling, and of the agent of Container insights.
import type { SampleRecord } from './azure.ts'
import type { ExpectedRow } from './compare.ts'

const alertColumns: Readonly<Record<string, string>> = {
  AlertDisplayName: 'DisplayName',
  Severity: 'AlertSeverity',
  ProviderAlertId: 'VendorOriginalId',
  StartTimeUtc: 'StartTime',
  EndTimeUtc: 'EndTime',
  ProcessingEndTimeUtc: 'ProcessingEndTime',
  Intent: 'Tactics',
  AlertUri: 'AlertLink',
  TimeGenerated: 'OriginalTime',
  TimeGeneratedUtc: 'OriginalTime',
}

/** Members that the table has no column for, and the workspace's own. */
const noColumn =
  /^(?:\$id|Version|Metadata|AlertMetadata|P(?:artitionId|artner.*)|Event.*UtcTime|WorkspaceId|TenantId|Aggregated.*|ResourceIdentifiers|CorrelationKey|SupportingEvidence)$/

export function alertRow(record: SampleRecord): ExpectedRow {
  const columns: Record<string, unknown> = {}
  for (const [member, value] of Object.entries(record.properties ?? record)) {
    const name = `${member[0]?.toUpperCase()}${member.slice(1)}`
    if (!noColumn.test(name)) columns[alertColumns[name] ?? name] = value
  }
  const identifiers = record.ResourceIdentifiers ?? record.properties?.resourceIdentifiers
  if (Array.isArray(identifiers)) {
    const id = identifiers[0].AzureResourceId ?? identifiers[0].azureResourceId
    Object.assign(columns, { ResourceId: id, SourceId: id.toLowerCase() })
  }
  return { table: 'SecurityAlert', columns: { AlertName: columns.DisplayName, ...columns } }
}

export const recommendationRow = ({ id, name, properties }: SampleRecord): ExpectedRow => ({
  table: 'SecurityRecommendation',
  columns: {
    RecommendationId: id,
    RecommendationName: name,
    RecommendationDisplayName: properties.displayName,
    RecommendationState: properties.status.code,
    AssessedResourceId: properties.resourceDetails.id,
    Environment: properties.resourceDetails.source,
    RecommendationAdditionalData: properties.additionalData,
    Properties: properties,
  },
})

export function complianceRow({ id, name, properties }: SampleRecord): ExpectedRow {
  const steps = id.split('/')
  const after = (step: string) => steps[steps.indexOf(step) + 1]
  return {
    table: 'SecurityRegulatoryCompliance',
    columns: {
      RecommendationId: name,
      RecommendationName: properties.description,
      RecommendationLink: properties.assessmentDetailsLink,
      State: properties.state,
      PassedResources: properties.passedResources,
      FailedResources: properties.failedResources,
      SkippedResources: properties.skippedResources,
      ComplianceStandard: after('regulatoryComplianceStandards'),
      ComplianceControl: after('regulatoryComplianceControls'),
      RegulatoryComplianceSubscriptionId: after('subscriptions'),
      Properties: properties,
    },
  }
}

/** As the REST API has it: texts in two languages. */
export const activityRow = (event: SampleRecord): ExpectedRow => ({
  table: 'AzureActivity',
  columns: {
    OriginalTime: event.eventTimestamp,
    OperationName: event.operationName.localizedValue,
    OperationNameValue: event.operationName.value,
    ActivityStatusValue: event.status.value,
    ActivitySubstatusValue: event.subStatus.value,
    CategoryValue: event.category.value,
    Level: event.level,
    CorrelationId: event.correlationId,
    EventDataId: event.eventDataId,
    OperationId: event.operationId,
    EventSubmissionTimestamp: event.submissionTimestamp,
    Properties_d: event.properties,
    ResourceGroup: event.resourceGroupName,
    ResourceId: event.resourceId,
    SourceId: event.resourceId.toLowerCase(),
  },
})

export const inventoryRow =
  (table: string) =>
  ({ CollectionTime, ...columns }: SampleRecord): ExpectedRow => ({
    table,
    columns: { ...columns, OriginalTime: CollectionTime },
  })

export function perfRows({
  Timestamp,
  Computer,
  ObjectName,
  InstanceName,
  json_Collections,
}: SampleRecord): ExpectedRow[] {
  return JSON.parse(json_Collections).map(({ CounterName, Value }: SampleRecord) => ({
    table: 'Perf',
    columns: { Computer, ObjectName, InstanceName, CounterName, CounterValue: Value, OriginalTime: Timestamp },
  }))
}
