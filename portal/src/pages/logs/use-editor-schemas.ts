// The schemas that the editor needs for a query: the current workspace's, and those of workspaces that the query calls.
import { queryOptions, useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { workspaceSchema } from '../../api/workspaces.ts'
import type { NamedSchema } from '../../kql/schema.ts'
import { calledWorkspaces } from '../../kql/workspace-calls.ts'
import { findWorkspace, useWorkspace } from '../../shell/workspace.ts'

export function schemaQuery(workspace: string | undefined) {
  return queryOptions({
    queryKey: ['schema', workspace],
    queryFn: ({ signal }) => workspaceSchema(workspace ?? '', signal),
    enabled: workspace !== undefined,
    refetchInterval: 60_000,
  })
}

const none: readonly NamedSchema[] = []

/** Empty until the current workspace's schema is there. A called workspace that does not exist is left out. */
export function useEditorSchemas(query: string): readonly NamedSchema[] {
  const { all, current } = useWorkspace()
  const called = calledWorkspaces(query)
    .filter((name) => findWorkspace(all, name))
    .join('\n')
  const names = useMemo(
    () => (current ? [...new Set([current.name, ...called.split('\n').filter((name) => name !== '')])] : []),
    [current, called],
  )
  return useQueries({
    queries: names.map(schemaQuery),
    combine: (results) => {
      const known = results.flatMap(({ data }, index) => (data ? [{ name: names[index] ?? '', schema: data }] : []))
      return known[0]?.name === names[0] ? known : none
    },
  })
}
