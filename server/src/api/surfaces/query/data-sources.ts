// Where the rows of an answer came from and what its caller may read there, for `Prefer: include-dataSources, include-permissions`.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/prefer-options
import type { AnswerPart, QueryRequest } from '../../../query/types.ts'
import type { ApiParts } from '../../parts.ts'

type Reads = NonNullable<Extract<AnswerPart, { kind: 'end' }>['reads']>

export interface Access {
  readonly dataSources: (reads: Reads) => readonly unknown[]
  readonly permissions: (reads: Reads) => unknown
}

export function accessOf(
  { workspaces }: Pick<ApiParts, 'workspaces'>,
  { workspaces: asked, principal }: Pick<QueryRequest, 'workspaces' | 'principal'>,
): Access {
  const byDatabase = new Map([...workspaces.list(), ...asked].map((workspace) => [workspace.database, workspace]))
  const sourcesOf = (reads: Reads) => {
    const tables = new Map(
      asked
        .filter((workspace) => principal.reads.workspace(workspace))
        .slice(0, 1)
        .map(({ resourceId }) => [resourceId, new Set<string>()]),
    )
    for (const { database, table } of reads) {
      const workspace = byDatabase.get(database)
      if (!workspace) continue
      tables.set(workspace.resourceId, (tables.get(workspace.resourceId) ?? new Set()).add(table))
    }
    return [...tables].map(([resourceId, names]) => ({ resourceId, tables: [...names].sort() }))
  }
  return {
    dataSources: (reads) => sourcesOf(reads).map(({ resourceId, tables }) => ({ resourceId, region: 'local', tables })),
    permissions: (reads) => ({
      dataSources: sourcesOf(reads).map(({ resourceId, tables }) => ({ resourceId, allowTables: tables })),
    }),
  }
}
