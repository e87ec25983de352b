// Every kind of resource. A new kind is one file here and one entry.
import type { ResourceKind } from '../resource.ts'
import { tableKind } from './table.ts'
import { workspaceKind } from './workspace.ts'

export const resourceKinds = {
  workspace: workspaceKind,
  table: tableKind,
} as const satisfies Readonly<Record<string, ResourceKind>>
