// A rule by which new rows of tables go to a place outside, too. https://learn.microsoft.com/azure/azure-monitor/logs/logs-data-export
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'
import { armBody } from './arm-body.ts'

const open = { additionalProperties: true }

const schema = armBody(
  Type.Object(
    {
      dataExportId: Type.Optional(Type.String()),
      tableNames: Type.Array(Type.String(), { minItems: 1 }),
      destination: Type.Object({ resourceId: Type.String() }, open),
      enable: Type.Optional(Type.Boolean()),
      createdDate: Type.Optional(Type.String()),
      lastModifiedDate: Type.Optional(Type.String()),
    },
    open,
  ),
)

export type DataExportBody = Static<typeof schema>

export const dataExportKind: ResourceKind<typeof schema> = {
  kind: 'microsoft.operationalinsights/workspaces/dataexports',
  schema,
}
