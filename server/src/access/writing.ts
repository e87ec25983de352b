// Who may send data: publishers, and whoever can get at the keys of the workspace or change the rule anyway.
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/monitor#monitoring-metrics-publisher
import { type Principal, refusedAt } from './principal.ts'

const workspaceAction = 'Microsoft.OperationalInsights/workspaces/sharedKeys/action'
const ruleAction = 'Microsoft.Insights/dataCollectionRules/write'

/** `workspaceId`: an ARM id. */
export function mayIngest({ rights }: Principal, workspaceId: string): boolean {
  return publishes(rights, workspaceId) || rights.allows(workspaceAction, workspaceId)
}

/** For resources that send data to a workspace, so that nobody does through them what they may not. Throws authorizationFailed. */
export function authorizeIngest(principal: Principal, workspaceId: string): void {
  if (!mayIngest(principal, workspaceId)) throw refusedAt(principal, workspaceAction, workspaceId)
}

/** `ruleId`: ARM id of a data collection rule. */
export function maySendTo({ rights }: Principal, ruleId: string): boolean {
  return (
    publishes(rights, ruleId) ||
    rights.allowsData('Microsoft.Insights/DataCollectionRules/Data/Write', ruleId) ||
    rights.allows(ruleAction, ruleId)
  )
}

function publishes(rights: Principal['rights'], scope: string): boolean {
  return rights.allowsData('Microsoft.Insights/Telemetry/Write', scope)
}
