// The measured queries: KQL, and beside it the best SQL we know for the same question over the same physical table.
// Shapes: newest N, text search, parsing, aggregation over time, latest per key, joins, sketches, documents, percentiles.

export interface BenchQuery {
  readonly name: string
  readonly kql: string
  /** `$AzureDiagnostics` and the like stand for the table. */
  readonly sql: string
  /** Whether both must return the same cells, or (estimates, ties at a limit) only as many rows. */
  readonly compare: 'cells' | 'rows'
}

const user = '`log_s/user.username`'
const verb = '`log_s/verb`'

export const queries: readonly BenchQuery[] = [
  {
    name: 'newest 100 of everything',
    kql: 'AzureDiagnostics | top 100 by TimeGenerated | project TimeGenerated, Category, msg_s, log_s',
    sql: `SELECT TimeGenerated, Category, msg_s, log_s FROM $AzureDiagnostics
      WHERE TimeGenerated >= (SELECT min(t) FROM (SELECT TimeGenerated t FROM $AzureDiagnostics ORDER BY t DESC LIMIT 100))
      ORDER BY TimeGenerated DESC LIMIT 100`,
    compare: 'rows',
  },
  {
    name: 'newest 10k of a category',
    kql: `AzureDiagnostics | where Category == "AzureFirewallNetworkRule" | top 10000 by TimeGenerated | project TimeGenerated, msg_s, ResourceId`,
    sql: `SELECT TimeGenerated, msg_s, ResourceId FROM $AzureDiagnostics WHERE Category = 'AzureFirewallNetworkRule'
      ORDER BY TimeGenerated DESC LIMIT 10000`,
    compare: 'rows',
  },
  {
    name: 'has, rare',
    kql: 'AzureDiagnostics | where msg_s has "needle3x4711" | project TimeGenerated, msg_s',
    sql: `SELECT TimeGenerated, msg_s FROM $AzureDiagnostics WHERE hasToken(lower(msg_s), 'needle3x4711')`,
    compare: 'cells',
  },
  {
    name: 'has, frequent',
    kql: 'AzureDiagnostics | where msg_s has "Deny" | count',
    sql: `SELECT count() FROM $AzureDiagnostics WHERE hasToken(lower(msg_s), 'deny')`,
    compare: 'cells',
  },
  {
    name: 'contains, inside a term',
    kql: 'AzureDiagnostics | where msg_s contains "x471" | count',
    sql: `SELECT count() FROM $AzureDiagnostics WHERE lower(msg_s) LIKE '%x471%'`,
    compare: 'cells',
  },
  {
    name: 'contains, across terms',
    kql: 'AzureDiagnostics | where msg_s contains "to bad.example.org:" | summarize count() by Category',
    sql: `SELECT Category, count() FROM $AzureDiagnostics
      WHERE lower(msg_s) LIKE '%to bad.example.org:%' GROUP BY Category`,
    compare: 'cells',
  },
  {
    name: 'has_any',
    kql: 'AzureDiagnostics | where msg_s has_any ("needle1x4711", "needle2x4711", "nxdomain") | count',
    sql: `SELECT count() FROM $AzureDiagnostics WHERE hasToken(lower(msg_s), 'needle1x4711')
      OR hasToken(lower(msg_s), 'needle2x4711') OR hasToken(lower(msg_s), 'nxdomain')`,
    compare: 'cells',
  },
  {
    name: 'matches regex',
    kql: `AzureDiagnostics | where msg_s matches regex @"needle\\dx4711" | project TimeGenerated, msg_s`,
    sql: `SELECT TimeGenerated, msg_s FROM $AzureDiagnostics WHERE lower(msg_s) LIKE '%x4711%' AND match(msg_s, 'needle\\\\dx4711')`,
    compare: 'cells',
  },
  {
    name: 'parse firewall lines',
    kql: `AzureDiagnostics | where Category == "AzureFirewallApplicationRule"
      | parse msg_s with Protocol " request from " Source ":" Port " to " Target ":" TargetPort ". Action: " Action "." *
      | summarize count() by Target, Action | where count_ > 10`,
    sql: `WITH extractGroups(msg_s, '^(.*?) request from (.*?):(.*?) to (.*?):(.*?)\\\\. Action: (.*?)\\\\.') AS g
      SELECT g[4], g[6], count() FROM $AzureDiagnostics WHERE Category = 'AzureFirewallApplicationRule'
      GROUP BY 1, 2 HAVING count() > 10`,
    compare: 'cells',
  },
  {
    name: 'extract by regex',
    kql: `AzureDiagnostics | where Category == "AzureFirewallNetworkRule"
      | extend Source = extract(@"from (\\d+\\.\\d+\\.\\d+)\\.", 1, msg_s) | summarize count() by Source`,
    sql: `SELECT extract(msg_s, 'from (\\\\d+\\\\.\\\\d+\\\\.\\\\d+)\\\\.'), count() FROM $AzureDiagnostics
      WHERE Category = 'AzureFirewallNetworkRule' GROUP BY 1`,
    compare: 'cells',
  },
  {
    name: 'count by hour and category',
    kql: 'AzureDiagnostics | summarize count() by bin(TimeGenerated, 1h), Category',
    sql: `SELECT toStartOfHour(TimeGenerated), Category, count() FROM $AzureDiagnostics GROUP BY 1, 2`,
    compare: 'rows',
  },
  {
    name: 'denied share of a day, by 5 minutes',
    kql: `AzureDiagnostics | where TimeGenerated > ago(1d) and Category == "AzureFirewallApplicationRule"
      | summarize Denied = countif(msg_s has "Deny"), Total = count() by bin(TimeGenerated, 5m) | order by TimeGenerated asc`,
    sql: `SELECT toStartOfFiveMinutes(TimeGenerated) t, countIf(hasToken(lower(msg_s), 'deny')), count() FROM $AzureDiagnostics
      WHERE Category = 'AzureFirewallApplicationRule' AND TimeGenerated > $now - INTERVAL 1 DAY GROUP BY t ORDER BY t`,
    compare: 'rows',
  },
  {
    name: 'latest row of each pod',
    kql: 'ContainerLogV2 | summarize arg_max(TimeGenerated, *) by PodName | project PodName, TimeGenerated, LogMessage',
    sql: `SELECT PodName, TimeGenerated, LogMessage FROM $ContainerLogV2 WHERE (PodName, TimeGenerated) IN
      (SELECT PodName, max(TimeGenerated) FROM $ContainerLogV2 GROUP BY PodName) LIMIT 1 BY PodName`,
    compare: 'rows',
  },
  {
    name: 'join logs with inventory',
    kql: `ContainerLogV2 | where LogLevel == "error" | summarize Errors = count() by PodName
      | join kind=inner (KubePodInventory | summarize arg_max(TimeGenerated, PodStatus, ControllerName) by Name) on $left.PodName == $right.Name
      | summarize sum(Errors) by ControllerName, PodStatus`,
    sql: `SELECT ControllerName, PodStatus, sum(errors) FROM
      (SELECT PodName, count() errors FROM $ContainerLogV2 WHERE LogLevel = 'error' GROUP BY PodName) l
      INNER JOIN (SELECT Name, argMax(PodStatus, TimeGenerated) PodStatus, argMax(ControllerName, TimeGenerated) ControllerName
        FROM $KubePodInventory GROUP BY Name) p ON l.PodName = p.Name GROUP BY 1, 2`,
    compare: 'rows',
  },
  {
    name: 'pulls that were never pushed',
    kql: `ContainerRegistryRepositoryEvents | where OperationName == "Pull"
      | join kind=leftanti (ContainerRegistryRepositoryEvents | where OperationName == "Push") on Digest | summarize count() by Repository`,
    sql: `SELECT Repository, count() FROM (SELECT Repository, Digest FROM $ContainerRegistryRepositoryEvents WHERE OperationName = 'Pull') p
      LEFT ANTI JOIN (SELECT DISTINCT Digest FROM $ContainerRegistryRepositoryEvents WHERE OperationName = 'Push') q
      USING Digest GROUP BY Repository`,
    compare: 'cells',
  },
  {
    name: 'default join (innerunique)',
    kql: `ContainerRegistryRepositoryEvents | where OperationName == "Push" | project Digest, Pushed = TimeGenerated
      | join (ContainerRegistryRepositoryEvents | where OperationName == "Pull" | project Digest, Repository) on Digest
      | summarize count() by Repository`,
    sql: `SELECT Repository, count() FROM
      (SELECT Digest FROM $ContainerRegistryRepositoryEvents WHERE OperationName = 'Push' LIMIT 1 BY Digest) q
      INNER JOIN (SELECT Digest, Repository FROM $ContainerRegistryRepositoryEvents WHERE OperationName = 'Pull') p
      USING Digest GROUP BY Repository`,
    compare: 'cells',
  },
  {
    name: 'distinct users by verb',
    kql: `AzureDiagnostics | where Category == "kube-audit-admin" | extend e = parse_json(log_s)
      | summarize dcount(tostring(e.user.username)) by Verb = tostring(e.verb)`,
    sql: `SELECT ${verb}, uniq(${user}) FROM $AzureDiagnostics WHERE Category = 'kube-audit-admin' GROUP BY 1`,
    compare: 'rows',
  },
  {
    name: 'what one user did',
    kql: `AzureDiagnostics | where Category == "kube-audit-admin" | extend e = parse_json(log_s)
      | where e.user.username == "user7@contoso.com" | summarize count() by tostring(e.verb), tostring(e.objectRef.resource)`,
    sql: `SELECT ${verb}, \`log_s/objectRef.resource\`, count() FROM $AzureDiagnostics
      WHERE Category = 'kube-audit-admin' AND ${user} = 'user7@contoso.com' GROUP BY 1, 2`,
    compare: 'cells',
  },
  {
    name: 'a path nobody foresaw',
    kql: `AzureDiagnostics | where Category == "kube-audit-admin"
      | summarize count() by Reason = tostring(parse_json(log_s).annotations["authorization.k8s.io/reason"])`,
    sql: `SELECT JSONExtractString(log_s, 'annotations', 'authorization.k8s.io/reason'), count() FROM $AzureDiagnostics
      WHERE Category = 'kube-audit-admin' GROUP BY 1`,
    compare: 'cells',
  },
  {
    name: 'percentiles by operation',
    kql: `ContainerRegistryRepositoryEvents | summarize percentiles(toint(DurationMs), 50, 95, 99) by OperationName`,
    sql: `SELECT OperationName, quantilesTDigest(0.5, 0.95, 0.99)(toInt32OrNull(DurationMs)) q, q[1], q[2], q[3]
      FROM $ContainerRegistryRepositoryEvents GROUP BY OperationName`,
    compare: 'rows',
  },
  {
    name: 'top talkers',
    kql: 'ContainerLogV2 | summarize Lines = count() by PodName | top 10 by Lines',
    sql: 'SELECT PodName, count() c FROM $ContainerLogV2 GROUP BY PodName ORDER BY c DESC LIMIT 10',
    compare: 'rows',
  },
  {
    name: 'messages with a term, by namespace',
    kql: 'ContainerLogV2 | where LogMessage has "reset" | summarize count() by PodNamespace',
    sql: `SELECT PodNamespace, count() FROM $ContainerLogV2 WHERE hasToken(lower(\`LogMessage/\`), 'reset') GROUP BY PodNamespace`,
    compare: 'cells',
  },
  {
    name: '10k whole documents',
    kql: 'AzureDiagnostics | where Category == "kube-audit-admin" | take 10000 | project TimeGenerated, log_s',
    sql: `SELECT TimeGenerated, log_s FROM $AzureDiagnostics WHERE Category = 'kube-audit-admin' LIMIT 10000`,
    compare: 'rows',
  },
  {
    name: 'union of tables',
    kql: 'union AzureDiagnostics, ContainerLogV2, KubePodInventory | summarize count() by Type',
    sql: `SELECT Type, count() FROM (SELECT Type FROM $AzureDiagnostics UNION ALL SELECT Type FROM $ContainerLogV2
      UNION ALL SELECT Type FROM $KubePodInventory) GROUP BY Type`,
    compare: 'cells',
  },
]
