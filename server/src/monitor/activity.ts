// The activity log: who changed which resource, with what it was before and after, as AzureActivity rows.
// https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema
import type { Workspace, Workspaces } from '../catalog/types.ts'
import type { Log } from '../core/log.ts'
import type { Ingest, Json, JsonObject, TableRow } from '../ingest/types.ts'

export interface Activity {
  /** ARM id. */
  readonly resourceId: string
  /** As `Microsoft.OperationalInsights/workspaces/tables`. */
  readonly resourceType: string
  /** `write`, `delete`, or `regenerateKey/action`. */
  readonly verb: string
  /** Who changes it, and from where. */
  readonly caller: string
  readonly callerAddress: string
  /** Of the request; one for all that belongs together. */
  readonly correlationId: string
  readonly http: { readonly clientRequestId: string; readonly method: string; readonly url: string }
  /** HTTP status that the operation amounts to: a failure from 400. */
  readonly status: number
  readonly error?: { readonly code: string; readonly message: string }
  /** The resource as it was shown; absent: there was none. */
  readonly before?: unknown
  readonly after?: unknown
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface ActivityLog {
  /** Resolves when the rows are stored; a failure to store them is logged, as the change has been made. */
  record(activity: Activity): Promise<void>
}

export interface ActivityParts {
  readonly ingest: Pick<Ingest, 'append'>
  readonly workspaces: Pick<Workspaces, 'list'>
  readonly log: Log
}

export function activityLog({ ingest, workspaces, log }: ActivityParts): ActivityLog {
  const store = async (workspace: Workspace, activity: Activity): Promise<void> => {
    try {
      await ingest.append(workspace, [activityRow(activity)])
    } catch (error) {
      const { resourceId, verb, caller } = activity
      log.error({ err: error, workspace: workspace.name, resourceId, verb, caller }, 'a change could not be audited')
    }
  }
  return {
    async record(activity) {
      const told = workspaces.list().filter(({ resourceId }) => concerns(resourceId, activity.resourceId))
      await Promise.all(told.map((workspace) => store(workspace, activity)))
    },
  }
}

/** A subscription's activity goes to its workspaces; what is above subscriptions concerns all. */
function concerns(workspaceId: string, resourceId: string): boolean {
  const subscription = subscriptionOf(resourceId)
  return subscription === '' || subscription === subscriptionOf(workspaceId)
}

const subscriptionOf = (id: string): string => /^\/subscriptions\/([^/]+)/i.exec(id)?.[1]?.toLowerCase() ?? ''

export function activityRow(activity: Activity): TableRow {
  const { resourceId, resourceType, verb, caller, callerAddress, correlationId, http, status, error, at } = activity
  const subscription = subscriptionOf(resourceId)
  const operation = `${resourceType}/${verb}`
  const outcome = status < 400 ? 'Success' : 'Failure'
  const detail: JsonObject = {
    eventCategory: 'Administrative',
    entity: resourceId,
    message: operation,
    hierarchy: subscription,
    statusCode: String(status),
    ...(error ? { statusMessage: { error: { ...error } } } : {}),
    ...(activity.before === undefined ? {} : { before: jsonOf(activity.before) }),
    ...(activity.after === undefined ? {} : { after: jsonOf(activity.after) }),
  }
  const authorization = { action: operation, scope: resourceId }
  return {
    table: 'AzureActivity',
    resourceId,
    fields: {
      TimeGenerated: new Date(at).toISOString(),
      EventSubmissionTimestamp: new Date(at).toISOString(),
      OperationName: operation,
      OperationNameValue: operation.toUpperCase(),
      Level: status < 400 ? 'Information' : 'Error',
      ActivityStatus: outcome,
      ActivityStatusValue: outcome,
      ActivitySubstatus: String(status),
      ActivitySubstatusValue: String(status),
      Category: 'Administrative',
      CategoryValue: 'Administrative',
      Caller: caller,
      CallerIpAddress: callerAddress,
      CorrelationId: correlationId,
      OperationId: correlationId,
      SubscriptionId: subscription,
      ResourceGroup: /\/resourceGroups\/([^/]+)/i.exec(resourceId)?.[1] ?? '',
      ResourceId: resourceId,
      Resource: resourceId.slice(resourceId.lastIndexOf('/') + 1),
      ResourceProvider: resourceType.split('/')[0] ?? '',
      ResourceProviderValue: resourceType.split('/')[0]?.toUpperCase() ?? '',
      HTTPRequest: JSON.stringify({ ...http, clientIpAddress: callerAddress }),
      Authorization: JSON.stringify(authorization),
      Authorization_d: authorization,
      Properties: JSON.stringify(detail),
      Properties_d: detail,
      Hierarchy: subscription,
      SourceSystem: 'Azure',
    },
  }
}

/** A document as JSON has it. */
const jsonOf = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json
