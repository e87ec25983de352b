// An analytics rule, its actions, and documents of Sentinel that are kept as they come.
// https://learn.microsoft.com/rest/api/securityinsights/alert-rules
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../../resource.ts'
import { open } from './parts.ts'

export const ruleKinds = [
  ...['Scheduled', 'NRT', 'Fusion', 'MicrosoftSecurityIncidentCreation'],
  ...['MLBehaviorAnalytics', 'ThreatIntelligence'],
] as const

const schema = Type.Object({
  kind: Type.Enum([...ruleKinds]),
  /** As they were sent; security/rules/check.ts says what must hold of them. */
  properties: Type.Object({}, open),
  record: Type.Object({ modified: Type.String() }),
})
export type AlertRuleBody = Static<typeof schema>
export const alertRuleKind: ResourceKind<typeof schema> = { kind: 'microsoft.securityinsights/alertrules', schema }

const actionSchema = Type.Object({
  properties: Type.Object({ logicAppResourceId: Type.String({ minLength: 1 }), workflowId: Type.String() }),
})
export const alertRuleActionKind: ResourceKind<typeof actionSchema> = {
  kind: 'microsoft.securityinsights/alertrules/actions',
  schema: actionSchema,
}

const documentSchema = Type.Object({ kind: Type.Optional(Type.String()), properties: Type.Object({}, open) }, open)
const documentOf = (type: string): ResourceKind<typeof documentSchema> => ({
  kind: `microsoft.securityinsights/${type.toLowerCase()}`,
  schema: documentSchema,
})
export const onboardingStateKind = documentOf('onboardingStates')
export const settingKind = documentOf('settings')
export const dataConnectorKind = documentOf('dataConnectors')
export const metadataKind = documentOf('metadata')
export const automationRuleKind = documentOf('automationRules')
