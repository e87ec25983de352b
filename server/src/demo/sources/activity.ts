// The subscription's activity log, which both teams read in the cluster's workspace: Advisor, policy, role assignments, changes.
// https://learn.microsoft.com/azure/azure-monitor/essentials/activity-log-schema
import { subscriptionId } from '../environment.ts'
import { type Random, random } from '../random.ts'
import { minute, type Slot } from '../time.ts'
import type { World } from '../world.ts'
import { type Activity, changes, routine } from './activities.ts'
import { diagnostic, diagnosticSource, type WireRecord } from './source.ts'

function activityRecord(world: World, activity: Activity, r: Random): WireRecord {
  const { environment } = world
  const person = activity.caller.includes('@')
  return {
    ...diagnostic(activity.resourceId, activity.category, activity.operation.toUpperCase(), activity.at),
    resultType: activity.result,
    resultSignature: activity.result === 'Failure' ? 'Failed.Forbidden' : 'Succeeded.',
    durationMs: String(r.int(0, 900)),
    callerIpAddress: person ? environment.admin.address : '40.69.144.12',
    correlationId: r.guid(),
    identity: {
      authorization: {
        scope: activity.resourceId,
        action: activity.operation,
        evidence: {
          role: person ? 'Owner' : 'Contributor',
          roleAssignmentScope: `/subscriptions/${subscriptionId}`,
          principalType: person ? 'User' : 'ServicePrincipal',
        },
      },
      claims: {
        aud: 'https://management.azure.com/',
        'http://schemas.microsoft.com/identity/claims/tenantid': environment.tenantId,
        ...(person
          ? {
              name: 'BU0001A0005 admin',
              'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': activity.caller,
              'http://schemas.microsoft.com/identity/claims/objectidentifier': environment.admin.objectId,
            }
          : { appid: activity.caller }),
      },
    },
    level: activity.level,
    location: 'global',
    tenantId: environment.tenantId,
    properties: {
      eventCategory: activity.category,
      entity: activity.resourceId,
      message: activity.operation,
      hierarchy: environment.tenantId,
      ...activity.properties,
    },
  }
}

function* activities(world: World, slot: Slot): Generator<WireRecord> {
  const r = random(world.environment.seed, 'activity', slot.start)
  for (const activity of routine(world, slot)) yield activityRecord(world, activity, r)
  // What a change brings about may come two minutes after it began.
  for (const activity of changes(world, { ...slot, start: slot.start - 2 * minute })) {
    if (slot.start <= activity.at && activity.at < slot.end) yield activityRecord(world, activity, r)
  }
}

export const activitySources = [diagnosticSource('cluster', 'activity-log', activities)]
