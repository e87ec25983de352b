// The types of entities that rules map columns to, with their identifiers.
// https://learn.microsoft.com/azure/sentinel/entities-reference

export interface EntityType {
  /** In the column Entities of SecurityAlert. */
  readonly stored: string
  /** In the management API. */
  readonly kind: string
  /** Those that name it. */
  readonly strong: readonly string[]
  /** Those that only help to. */
  readonly weak: readonly string[]
}

const type = (stored: string, kind: string, strong: string, weak = ''): EntityType => ({
  stored,
  kind,
  strong: strong.split(' '),
  weak: weak.split(' ').filter((name) => name !== ''),
})

/** By the names that mappings use. */
export const entityTypes: Readonly<Record<string, EntityType>> = {
  Account: type(
    'account',
    'Account',
    'FullName Sid Name AadUserId PUID ObjectGuid',
    'NTDomain DnsDomain UPNSuffix AadTenantId IsDomainJoined DisplayName',
  ),
  Host: type(
    'host',
    'Host',
    'FullName HostName NetBiosName AzureID OMSAgentID',
    'DnsDomain NTDomain OSFamily OSVersion IsDomainJoined',
  ),
  IP: type('ip', 'Ip', 'Address'),
  AzureResource: type('azure-resource', 'AzureResource', 'ResourceId'),
  URL: type('url', 'Url', 'Url'),
  DNS: type('dns', 'DnsResolution', 'DomainName'),
  CloudApplication: type('cloud-application', 'CloudApplication', 'AppId Name', 'InstanceName'),
  File: type('file', 'File', 'Name', 'Directory'),
  FileHash: type('filehash', 'FileHash', 'Value', 'Algorithm'),
  Process: type('process', 'Process', 'CommandLine ProcessId', 'ElevationToken CreationTimeUtc'),
  RegistryKey: type('registry-key', 'RegistryKey', 'Key Hive'),
  RegistryValue: type('registry-value', 'RegistryValue', 'Name', 'Value ValueType'),
  Malware: type('malware', 'Malware', 'Name', 'Category'),
  SecurityGroup: type('security-group', 'SecurityGroup', 'DistinguishedName SID ObjectGuid'),
  Mailbox: type('mailbox', 'Mailbox', 'MailboxPrimaryAddress', 'DisplayName Upn'),
  MailMessage: type('mail-message', 'MailMessage', 'NetworkMessageId Recipient', 'Sender Subject'),
  MailCluster: type('mail-cluster', 'MailCluster', 'Query Source'),
  SubmissionMail: type('submission-mail', 'SubmissionMail', 'SubmissionId NetworkMessageId Recipient Submitter'),
  IoTDevice: type('iotdevice', 'IoTDevice', 'DeviceId', 'DeviceName'),
}

const byStored: ReadonlyMap<string, EntityType> = new Map(Object.values(entityTypes).map((each) => [each.stored, each]))

export function storedType(stored: string): EntityType | undefined {
  return byStored.get(stored.toLowerCase())
}

/** The type of that name in any case, with its proper name. */
export function entityTypeOf(name: string): readonly [string, EntityType] | undefined {
  return Object.entries(entityTypes).find(([known]) => known.toLowerCase() === name.toLowerCase())
}
