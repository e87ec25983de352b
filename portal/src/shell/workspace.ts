// The workspace that pages work in: one for the whole portal, kept by the browser.
import { useQuery } from '@tanstack/react-query'
import { createContext, useCallback, useContext, useMemo } from 'react'
import type { Workspace } from '../api/types.ts'
import { listWorkspaces } from '../api/workspaces.ts'
import { useStored } from '../components/use-stored.ts'

export interface WorkspaceState {
  readonly all: readonly Workspace[]
  /** Undefined while the list loads, or when the server has none. */
  readonly current: Workspace | undefined
  /** By name or GUID; unknown ones are ignored. */
  readonly select: (name: string) => void
  readonly loading: boolean
  readonly error: Error | null
}

export const WorkspaceContext = createContext<WorkspaceState>({
  all: [],
  current: undefined,
  select: () => {},
  loading: true,
  error: null,
})

export function useWorkspace(): WorkspaceState {
  return useContext(WorkspaceContext)
}

const none: readonly Workspace[] = []

export function useWorkspaceState(): WorkspaceState {
  const { data, isPending, error } = useQuery({
    queryKey: ['workspaces'],
    queryFn: ({ signal }) => listWorkspaces(signal),
    refetchInterval: 60_000,
  })
  const [name, setName] = useStored('conshelf.workspace', '')
  const all = data ?? none
  const current = findWorkspace(all, name) ?? all[0]
  const select = useCallback((wanted: string) => setName(wanted), [setName])
  return useMemo(() => ({ all, current, select, loading: isPending, error }), [all, current, select, isPending, error])
}

/** By name, GUID or ARM id, in any case. */
export function findWorkspace(all: readonly Workspace[], name: string): Workspace | undefined {
  const wanted = name.toLowerCase()
  return all.find((workspace) =>
    [workspace.name, workspace.id, workspace.resourceId].some((text) => text.toLowerCase() === wanted),
  )
}
