// A diagnostic setting: which categories of a resource's logs and metrics go to a workspace. An extension of the resource.
// https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'
import { armBody } from './arm-body.ts'

const open = { additionalProperties: true }
const nullable = Type.Union([Type.String(), Type.Null()])
const entry = Type.Object(
  { category: Type.Optional(nullable), categoryGroup: Type.Optional(nullable), enabled: Type.Boolean() },
  open,
)

const schema = armBody(
  Type.Object(
    {
      workspaceId: Type.Optional(nullable),
      logs: Type.Optional(Type.Array(entry)),
      metrics: Type.Optional(Type.Array(entry)),
      /** `Dedicated`: a table for each category; otherwise AzureDiagnostics. */
      logAnalyticsDestinationType: Type.Optional(nullable),
    },
    open,
  ),
)

export type DiagnosticSettingBody = Static<typeof schema>

export const diagnosticSettingKind: ResourceKind<typeof schema> = {
  kind: 'microsoft.insights/diagnosticsettings',
  schema,
}
