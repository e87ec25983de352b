// What a column's name tells about its values, for the thousand tables whose layout nobody wrote down.

/** Columns that have few values in every table they occur in. */
const fewValues = new Set(
  `TenantId Type _ResourceId _SubscriptionId _IsBillable SourceSystem MG ManagementGroupName Computer ComputerEnvironment
  OperationName OperationNameValue OperationVersion CategoryValue ResourceId Resource ResourceGroup SubscriptionId
  ResultSignature Location Action ActionName EventName RuleName PolicyName HostName Hostname Host Namespace ClusterName
  ClusterId PodNamespace ServiceName ServiceVersion DatabaseName LogicalServerName AADTenantId AadTenantId AppName
  ApplicationName TableName MetricName UnitName TimeGrain OSName OSArchitecture Manufacturer Model Workload Country City
  Technology FocusArea ActionArea ClientOS ClientModel ClientBrowser ClientCity ClientStateOrProvince
  ClientCountryOrRegion cloud_RoleName cloud_RoleInstance appName sdkVersion client_City client_CountryOrRegion
  client_StateOrProvince client_Browser client_Model client_OS itemType iKey appId`.split(/\s+/),
)

const fewValuesEnding =
  /(?:^|[a-z_])(?:Type|Category|Level|Severity|Status|State|Region|Provider|Protocol|Direction|Kind|Method|Vendor|Product|Platform|Mode|Plan|Tier|Facility|Version|Outcome|Schema)$|^Result$/

const searchedNames = new Set(
  'Message message EventMessage LogEntry SyslogMessage RenderedDescription RawData Log msg_s log_s Message_s RawData_s'.split(
    ' ',
  ),
)

export function hasFewValues(column: string): boolean {
  const name = column.replace(/_s$/, '')
  return fewValues.has(name) || fewValuesEnding.test(name)
}

export function isSearched(column: string): boolean {
  return searchedNames.has(column)
}

/** Ninety days, as Microsoft Sentinel keeps data without charge. */
export const defaultRetentionDays = 90
