// Queries to start with, by area. The walk through an AKS baseline for regulated workloads comes first: its texts are
// those of the page "Validate logs" of github.com/mspnp/aks-baseline-regulated (MIT).

export interface ExampleQuery {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly query: string
  /** The demo workspace that holds its rows; where there is none of that name, the current one is used. */
  readonly workspace?: string
}

export interface ExampleArea {
  readonly area: string
  readonly queries: readonly ExampleQuery[]
}

export const exampleAreas: readonly ExampleArea[] = [
  {
    area: 'Firewall',
    queries: [
      {
        id: 'seed-fw-blocked',
        title: 'Denied egress of the workload',
        description: 'What the firewall refused for example.org',
        workspace: 'networking',
        query: `AzureDiagnostics
| where Category == "AzureFirewallApplicationRule"
| where msg_s contains "example.org:443"
| order by TimeGenerated desc`,
      },
      {
        id: 'seed-fw-dns',
        title: 'DNS requests',
        description: 'Who asked the DNS proxy for which name',
        workspace: 'networking',
        query: `AzureDiagnostics
| where Category == "AzureFirewallDnsProxy"
| parse kind=regex msg_s with "DNS Request: " SourceIp ":.+ IN " RequestedName " ..p.+s"
| project TimeGenerated, SourceIp, RequestedName
| order by TimeGenerated desc`,
      },
      {
        id: 'fw-actions-over-time',
        title: 'Decisions over time',
        description: 'Allowed and denied requests in each quarter of an hour',
        workspace: 'networking',
        query: `AzureDiagnostics
| where Category == "AzureFirewallApplicationRule"
| parse msg_s with * "Action: " Action "." *
| summarize Requests = count() by Action, bin(TimeGenerated, 15m)
| render timechart with (title="Application rule decisions", ytitle="Requests")`,
      },
      {
        id: 'fw-denied-targets',
        title: 'Most denied targets',
        description: 'Addresses that the workload asked for and did not get',
        workspace: 'networking',
        query: `AzureDiagnostics
| where Category == "AzureFirewallApplicationRule" and msg_s has "Deny"
| parse msg_s with Protocol " request from " Source ":" * " to " Target ". Action: " *
| summarize Requests = count() by Target
| top 12 by Requests
| render barchart with (title="Denied targets", xtitle="")`,
      },
      {
        id: 'fw-dns-names',
        title: 'Most asked names',
        description: "The DNS proxy's most frequent questions",
        workspace: 'networking',
        query: `AzureDiagnostics
| where Category == "AzureFirewallDnsProxy"
| parse msg_s with "DNS Request: " Source ":" * " IN " Name " " *
| summarize Requests = count(), Clients = dcount(Source) by Name
| top 20 by Requests`,
      },
    ],
  },
  {
    area: 'Registry',
    queries: [
      {
        id: 'seed-acr-import',
        title: 'Image imports',
        description: 'Images brought into the registry',
        workspace: 'cluster',
        query: `ContainerRegistryRepositoryEvents | where OperationName == "importImage" | order by TimeGenerated desc`,
      },
      {
        id: 'seed-acr-pull',
        title: 'Image pulls',
        description: "Pulls by the cluster's identity",
        workspace: 'cluster',
        query: `ContainerRegistryRepositoryEvents
| where OperationName == "Pull"
| order by TimeGenerated desc`,
      },
      {
        id: 'seed-acr-403',
        title: 'Refused logins',
        description: 'Logins that the registry answered with 403',
        workspace: 'cluster',
        query: `ContainerRegistryLoginEvents
| where ResultDescription == "403"
| order by TimeGenerated desc`,
      },
    ],
  },
  {
    area: 'Cluster',
    queries: [
      {
        id: 'seed-audit',
        title: 'Control-plane interactions',
        description: 'Audited requests to the API server',
        workspace: 'cluster',
        query: `AzureDiagnostics
| where Category == 'kube-audit-admin'
| order by TimeGenerated desc`,
      },
      {
        id: 'seed-audit-user',
        title: 'Interactions of one user',
        description: 'Audited requests of one administrator',
        workspace: 'cluster',
        query: `AzureDiagnostics
| where Category == 'kube-audit-admin'
| where log_s contains '"username":"bu0001a000500-admin@contoso.com"'`,
      },
      {
        id: 'seed-app-logs',
        title: 'Workload logs',
        description: 'Lines that the workload containers wrote',
        workspace: 'cluster',
        query: `ContainerLog
| where Image contains "chain-api"
| order by TimeGenerated desc`,
      },
      {
        id: 'seed-policy-sync',
        title: 'Policy sync',
        description: 'When the policy add-on fetched its definitions',
        workspace: 'cluster',
        query: `ContainerLog
| where Image contains "policy-kubernetes-addon"
| where LogEntry contains "Syncing policies with cluster"
| order by TimeGenerated desc`,
      },
      {
        id: 'seed-policy-audit',
        title: 'Policy audit results',
        description: 'When the policy add-on sent its findings',
        workspace: 'cluster',
        query: `ContainerLog
| where Image contains "policy-kubernetes-addon"
| where LogEntry contains "Sending audit result"
| order by TimeGenerated desc`,
      },
      {
        id: 'audit-verbs',
        title: 'Audited verbs over time',
        description: 'What is done to the cluster, by kind of request',
        workspace: 'cluster',
        query: `AzureDiagnostics
| where Category == "kube-audit-admin"
| extend Verb = tostring(parse_json(log_s).verb)
| summarize Requests = count() by Verb, bin(TimeGenerated, 15m)
| render stackedareachart with (title="Audited requests", ytitle="Requests")`,
      },
      {
        id: 'audit-users',
        title: 'Most active users',
        description: 'Who changes what in the cluster',
        workspace: 'cluster',
        query: `AzureDiagnostics
| where Category == "kube-audit-admin"
| extend Event = parse_json(log_s)
| summarize Requests = count() by User = tostring(Event.user.username), Resource = tostring(Event.objectRef.resource)
| top 25 by Requests`,
      },
      {
        id: 'logs-by-namespace',
        title: 'Log lines by namespace',
        description: 'Which namespaces write most',
        workspace: 'cluster',
        query: `ContainerLogV2
| summarize Lines = count() by PodNamespace
| order by Lines desc
| render columnchart with (title="Log lines by namespace", xtitle="")`,
      },
      {
        id: 'logs-newest-by-pod',
        title: 'Newest line of each pod',
        description: 'The last thing that every pod said',
        workspace: 'cluster',
        query: `ContainerLogV2
| summarize arg_max(TimeGenerated, ContainerName, LogMessage) by PodNamespace, PodName
| order by TimeGenerated desc`,
      },
    ],
  },
  {
    area: 'Gateway',
    queries: [
      {
        id: 'seed-agw-access',
        title: 'Access log',
        description: 'Requests through the gateway',
        workspace: 'cluster',
        query: `AzureDiagnostics
| where Category == "ApplicationGatewayAccessLog"
| order by TimeGenerated desc`,
      },
      {
        id: 'seed-agw-waf',
        title: 'Web application firewall',
        description: 'Requests that a rule matched or blocked',
        workspace: 'cluster',
        query: `AzureDiagnostics
| where Category == "ApplicationGatewayFirewallLog"
| order by TimeGenerated desc`,
      },
      {
        id: 'agw-status',
        title: 'Answers by status',
        description: 'Status codes of the gateway over time',
        workspace: 'cluster',
        query: `AzureDiagnostics
| where Category == "ApplicationGatewayAccessLog"
| summarize Requests = count() by Status = tostring(toint(httpStatus_d)), bin(TimeGenerated, 15m)
| render columnchart with (kind=stacked, title="Gateway answers", ytitle="Requests")`,
      },
    ],
  },
  {
    area: 'Key vault',
    queries: [
      {
        id: 'seed-kv-secretget',
        title: 'Secret reads',
        description: 'Who read which secret',
        workspace: 'cluster',
        query: `AzureDiagnostics
| where OperationName == "SecretGet"
| order by TimeGenerated desc`,
      },
      {
        id: 'kv-operations',
        title: 'Operations by outcome',
        description: 'What callers ask of the vault, and how it ends',
        workspace: 'cluster',
        query: `AzureDiagnostics
| where Category == "AuditEvent" and ResourceType == "VAULTS"
| summarize Operations = count() by OperationName, ResultSignature
| order by Operations desc`,
      },
    ],
  },
  {
    area: 'Any workspace',
    queries: [
      {
        id: 'rows-by-table',
        title: 'Rows by table',
        description: 'What is stored, and how much of it',
        query: `union withsource = Table *
| summarize Rows = count(), Newest = max(TimeGenerated) by Table
| order by Rows desc`,
      },
      {
        id: 'rows-over-time',
        title: 'Arrival of rows',
        description: 'Rows per hour of the busiest tables',
        query: `union withsource = Table *
| summarize Rows = count() by Table, bin(TimeGenerated, 1h)
| render stackedareachart with (title="Rows per hour")`,
      },
    ],
  },
]
