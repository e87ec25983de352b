// Whom an alert tells. https://learn.microsoft.com/rest/api/monitor/action-groups
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'
import { armBody } from './arm-body.ts'

const open = { additionalProperties: true }
const receivers = <P extends Record<string, ReturnType<typeof Type.String>>>(own: P) =>
  Type.Optional(
    Type.Union([Type.Null(), Type.Array(Type.Object({ name: Type.String({ minLength: 1 }), ...own }, open))]),
  )

const schema = armBody(
  Type.Object(
    {
      groupShortName: Type.String({ minLength: 1, maxLength: 12 }),
      enabled: Type.Optional(Type.Boolean()),
      emailReceivers: receivers({ emailAddress: Type.String({ pattern: '^[^@\\s]+@[^@\\s]+$' }) }),
      webhookReceivers: receivers({ serviceUri: Type.String({ pattern: '^https?://' }) }),
      smsReceivers: receivers({}),
      voiceReceivers: receivers({}),
      azureAppPushReceivers: receivers({}),
      armRoleReceivers: receivers({}),
      itsmReceivers: receivers({}),
      automationRunbookReceivers: receivers({}),
      logicAppReceivers: receivers({}),
      azureFunctionReceivers: receivers({}),
      eventHubReceivers: receivers({}),
    },
    open,
  ),
)

export type ActionGroupBody = Static<typeof schema>

export const actionGroupKind: ResourceKind<typeof schema> = { kind: 'microsoft.insights/actiongroups', schema }
