// What the server says about itself: version, whether it wants a token, and how far the demo data is.
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { About } from '../api/types.ts'
import { about } from '../api/workspaces.ts'

export function useAbout(): UseQueryResult<About> {
  return useQuery({
    queryKey: ['about'],
    queryFn: ({ signal }) => about(signal),
    refetchInterval: ({ state }) => (state.data?.demo.state === 'loading' || state.error ? 2_000 : false),
  })
}
