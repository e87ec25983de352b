// The queries of the content packs, as the side panel and the empty page list them.
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { ExampleQuery } from '../../api/types.ts'
import { exampleQueries } from '../../api/workspaces.ts'

export function useExampleQueries(): UseQueryResult<readonly ExampleQuery[]> {
  return useQuery({ queryKey: ['example queries'], queryFn: ({ signal }) => exampleQueries(signal) })
}

/** In the order in which topics first appear. */
export function byTopic(queries: readonly ExampleQuery[]): readonly (readonly [string, readonly ExampleQuery[]])[] {
  return [...Map.groupBy(queries, ({ topic }) => topic)]
}

const most = 5

/** One query of each topic, preferably one with a picture. */
export function starters(queries: readonly ExampleQuery[]): readonly ExampleQuery[] {
  return byTopic(queries)
    .flatMap(([, ofTopic]) => ofTopic.find(({ query }) => /\|\s*render\b/.test(query)) ?? ofTopic[0] ?? [])
    .slice(0, most)
}
