// The body of a notification. https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema
import type { AlertBody } from '../../resources/kinds/alert.ts'

export interface Told {
  readonly id: string
  readonly body: AlertBody
  readonly condition: 'Fired' | 'Resolved'
  readonly base: string
}

export function commonAlertSchema({ id, body, condition, base }: Told): object {
  const { essentials } = body
  const resolved = condition === 'Resolved' ? { resolvedDateTime: essentials.monitorConditionResolvedDateTime } : {}
  return {
    schemaId: 'azureMonitorCommonAlertSchema',
    data: {
      essentials: {
        alertId: id,
        alertRule: body.ruleName,
        targetResourceType: essentials.targetResourceType,
        alertRuleID: essentials.alertRule,
        severity: essentials.severity,
        signalType: essentials.signalType,
        monitorCondition: condition,
        targetResourceGroup: essentials.targetResourceGroup,
        monitoringService: essentials.monitorService,
        alertTargetIDs: [essentials.targetResource],
        configurationItems: [essentials.targetResourceName],
        originAlertId: essentials.sourceCreatedId,
        firedDateTime: essentials.startDateTime,
        ...resolved,
        description: essentials.description,
        essentialsVersion: '1.0',
        alertContextVersion: '1.0',
        investigationLink: `${base}/alerts?${new URLSearchParams({ alert: id })}`,
      },
      alertContext: body.context,
      customProperties: body.customProperties,
    },
  }
}
