// https://learn.microsoft.com/rest/api/monitor/scheduled-query-rules
import { actionGroupKind } from '../../../../resources/kinds/action-group.ts'
import { scheduledQueryRuleKind } from '../../../../resources/kinds/scheduled-query-rule.ts'
import { InvalidResource } from '../../../../resources/resource.ts'
import { type ArmFace, type ArmRequest, storedFace } from '../face.ts'

const type = 'Microsoft.Insights/scheduledQueryRules'

const stored = storedFace(type, scheduledQueryRuleKind, {
  put: async (request, body) => {
    refuseOldForm(body)
    const rule = await request.parts.alerting.rules.put(request.path.id, body, request.principal, request.options)
    await warnOfMissing(request, rule.body.properties.actions?.actionGroups ?? [])
    return rule
  },
  properties: ({ body: { properties } }) => ({
    ...properties,
    enabled: properties.enabled ?? true,
    isLegacyLogAnalyticsRule: false,
  }),
})

/** The form before 2021 has `source`, `schedule` and `action`. */
function refuseOldForm(body: unknown): void {
  const { properties } = (body ?? {}) as { readonly properties?: Readonly<Record<string, unknown>> }
  if (!properties || !('source' in properties || 'action' in properties)) return
  const reason =
    'the form of 2018-04-16 (source, schedule, action) is not taken; send scopes, criteria, evaluationFrequency and windowSize, as since 2021-08-01'
  throw new InvalidResource('alert rule', '/properties', reason)
}

async function warnOfMissing({ parts, warn }: ArmRequest, groups: readonly string[]): Promise<void> {
  for (const id of groups)
    if (!(await parts.resources.get(actionGroupKind, id))) warn(`the action group '${id}' is not there yet`)
}

export const scheduledQueryRules: ArmFace = {
  ...stored,
  remove: ({ parts, path }) => parts.alerting.rules.remove(path.id),
}
