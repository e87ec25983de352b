// The alert rules that the environment's templates deploy, as resource documents: log, activity and metric rules.
import type { Environment } from '../environment.ts'
import { type Properties, type ResourceDocument, resource } from './document.ts'

interface MetricRule {
  readonly name: string
  readonly metric: string
  readonly operator?: 'GreaterThan' | 'LessThan'
  readonly threshold: number
  readonly window?: 'PT1M' | 'PT5M'
  readonly dimensions: readonly string[]
  readonly enabled?: false
}

const nodeHost = ['host']
const podController = ['kubernetes namespace', 'controllerName']
const metricRules: readonly MetricRule[] = [
  { name: 'Node CPU utilization high CI-1', metric: 'nodes/cpuUsagePercentage', threshold: 80, dimensions: nodeHost },
  {
    name: 'Node working set memory utilization high CI-2',
    metric: 'nodes/memoryWorkingSetPercentage',
    threshold: 80,
    dimensions: nodeHost,
  },
  { name: 'Nodes in not ready status CI-3', metric: 'nodes/nodesCount', threshold: 0, dimensions: ['status'] },
  { name: 'Pods in failed state CI-4', metric: 'pods/podCount', threshold: 0, dimensions: ['phase'] },
  { name: 'Disk usage high CI-5', metric: 'nodes/DiskUsedPercentage', threshold: 80, dimensions: ['host', 'device'] },
  {
    name: 'Containers getting OOM killed CI-6',
    metric: 'pods/oomKilledContainerCount',
    threshold: 0,
    window: 'PT1M',
    dimensions: podController,
  },
  {
    name: 'Restarting container count CI-7',
    metric: 'pods/restartingContainerCount',
    threshold: 0,
    window: 'PT1M',
    dimensions: podController,
  },
  {
    name: 'Pods not in ready state CI-8',
    metric: 'pods/PodReadyPercentage',
    operator: 'LessThan',
    threshold: 80,
    dimensions: podController,
  },
  {
    name: 'Container CPU usage high CI-9',
    metric: 'containers/cpuExceededPercentage',
    threshold: 90,
    dimensions: podController,
  },
  {
    name: 'Container working set memory usage high CI-10',
    metric: 'containers/memoryWorkingSetExceededPercentage',
    threshold: 90,
    dimensions: podController,
  },
  {
    name: 'Jobs completed more than 6 hours ago CI-11',
    metric: 'pods/completedJobsCount',
    threshold: 0,
    window: 'PT1M',
    dimensions: podController,
  },
  {
    name: 'Persistent volume usage high CI-18',
    metric: 'persistentvolumes/pvUsageExceededPercentage',
    threshold: 80,
    dimensions: ['podName', 'kubernetesNamespace'],
    enabled: false,
  },
]

/** Imports into live/ whose source is not the registry's own quarantine/. */
const skippedQuarantine = `ContainerRegistryRepositoryEvents
| where OperationName == "importImage" and Repository startswith "live/"
| where MediaType !startswith strcat(_ResourceId, "/quarantine")`

const failedPods = `KubePodInventory
| summarize by ClusterName, PodUid, PodStatus, TimeGenerated = bin(TimeGenerated, 1m)
| summarize TotalCount = count(), FailedCount = countif(PodStatus =~ "Failed") by ClusterName, TimeGenerated`

/** Log alert rules, which run. */
export function alertRules(environment: Environment): readonly ResourceDocument[] {
  const { groups, names, ids } = environment
  const rule = (name: string, description: string, scope: string, every: string, condition: Properties) =>
    resource(
      groups.cluster,
      'Microsoft.Insights/scheduledQueryRules',
      name,
      {
        description,
        severity: 3,
        enabled: true,
        scopes: [scope],
        evaluationFrequency: every,
        windowSize: every,
        criteria: {
          allOf: [{ ...condition, failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 } }],
        },
      },
      { kind: 'LogAlert' },
    )
  return [
    rule(
      `Image Imported into ACR from ${names.registry} source other than approved Quarantine`,
      'Somebody imported an image straight into live/, past the quarantine where images are scanned.',
      ids.registry,
      'PT10M',
      { query: skippedQuarantine, timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 },
    ),
    rule('PodFailedScheduledQuery', 'More than three pods of the cluster failed.', ids.cluster, 'PT5M', {
      query: failedPods,
      timeAggregation: 'Average',
      metricMeasureColumn: 'FailedCount',
      operator: 'GreaterThan',
      threshold: 3,
    }),
  ]
}

/** Activity and metric rules, which are listed. */
export function alertResources(environment: Environment): readonly ResourceDocument[] {
  const { groups, ids } = environment
  const clusterGroup = ids.cluster.replace(/\/providers\/.*/, '')
  return [
    resource(
      groups.cluster,
      'Microsoft.Insights/activityLogAlerts',
      'AllAzureAdvisorAlert',
      {
        enabled: true,
        scopes: [clusterGroup],
        condition: {
          allOf: [
            { field: 'category', equals: 'Recommendation' },
            { field: 'operationName', equals: 'Microsoft.Advisor/recommendations/available/action' },
          ],
        },
      },
      { location: 'global' },
    ),
    ...metricRules.map((rule) => metricAlert(environment, rule)),
  ]
}

function metricAlert(environment: Environment, rule: MetricRule): ResourceDocument {
  const [kind, metricName] = rule.metric.split('/') as [string, string]
  return resource(
    environment.groups.cluster,
    'Microsoft.Insights/metricAlerts',
    rule.name,
    {
      severity: 3,
      enabled: rule.enabled ?? true,
      scopes: [environment.ids.cluster],
      evaluationFrequency: 'PT1M',
      windowSize: rule.window ?? 'PT5M',
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria',
        allOf: [
          {
            metricNamespace: `Insights.Container/${kind}`,
            metricName,
            operator: rule.operator ?? 'GreaterThan',
            threshold: rule.threshold,
            timeAggregation: 'Average',
            dimensions: rule.dimensions.map((name) => ({ name, operator: 'Include', values: ['*'] })),
          },
        ],
      },
    },
    { location: 'global' },
  )
}
