// Every kind of resource. A new kind is one file here and one entry.
import type { ResourceKind } from '../resource.ts'
import { actionGroupKind } from './action-group.ts'
import { alertKind } from './alert.ts'
import { credentialKind } from './credential.ts'
import { dataCollectionEndpointKind } from './data-collection-endpoint.ts'
import { dataCollectionRuleKind } from './data-collection-rule.ts'
import { dataExportKind } from './data-export.ts'
import { deletionKind } from './deletion.ts'
import { deployedKind } from './deployed.ts'
import { deploymentKind } from './deployment.ts'
import { diagnosticSettingKind } from './diagnostic-setting.ts'
import { roleAssignmentKind } from './role-assignment.ts'
import { roleDefinitionKind } from './role-definition.ts'
import { savedSearchKind } from './saved-search.ts'
import { scheduledQueryRuleKind } from './scheduled-query-rule.ts'
import {
  alertRuleActionKind,
  alertRuleKind,
  automationRuleKind,
  dataConnectorKind,
  metadataKind,
  onboardingStateKind,
  settingKind,
} from './sentinel/alert-rule.ts'
import { bookmarkKind } from './sentinel/bookmark.ts'
import { incidentCommentKind, incidentKind, incidentRelationKind } from './sentinel/incident.ts'
import { watchlistItemKind, watchlistKind } from './sentinel/watchlist.ts'
import { summaryRuleKind } from './summary-rule.ts'
import { tableKind } from './table.ts'
import { workspaceKind } from './workspace.ts'

export const resourceKinds = {
  workspace: workspaceKind,
  table: tableKind,
  dataCollectionRule: dataCollectionRuleKind,
  dataCollectionEndpoint: dataCollectionEndpointKind,
  deletion: deletionKind,
  deployed: deployedKind,
  deployment: deploymentKind,
  diagnosticSetting: diagnosticSettingKind,
  savedSearch: savedSearchKind,
  incident: incidentKind,
  incidentComment: incidentCommentKind,
  incidentRelation: incidentRelationKind,
  bookmark: bookmarkKind,
  scheduledQueryRule: scheduledQueryRuleKind,
  actionGroup: actionGroupKind,
  alert: alertKind,
  watchlist: watchlistKind,
  watchlistItem: watchlistItemKind,
  roleAssignment: roleAssignmentKind,
  roleDefinition: roleDefinitionKind,
  credential: credentialKind,
  alertRule: alertRuleKind,
  alertRuleAction: alertRuleActionKind,
  onboardingState: onboardingStateKind,
  setting: settingKind,
  dataConnector: dataConnectorKind,
  metadata: metadataKind,
  automationRule: automationRuleKind,
  summaryRule: summaryRuleKind,
  dataExport: dataExportKind,
} as const satisfies Readonly<Record<string, ResourceKind>>
