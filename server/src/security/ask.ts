// Queries that security itself asks, as objects by column name.
import type { Cell, Row } from '@conshelf/kql'
import { owner } from '../access/principal.ts'
import type { Workspace } from '../catalog/types.ts'
import type { SecurityParts } from './parts.ts'

export type Found = Readonly<Record<string, Cell>>

export async function ask(
  { queries, ids }: Pick<SecurityParts, 'queries' | 'ids'>,
  workspace: Workspace,
  text: string,
): Promise<readonly Found[]> {
  const client = { app: 'Conshelf security', requestId: ids.guid(), target: '' }
  const answer = queries.run({ text, workspaces: [workspace], principal: owner, profile: 'system', client })
  const found: Found[] = []
  let names: readonly string[] = []
  for await (const part of answer) {
    if (part.kind === 'table') names = part.columns.map(({ name }) => name)
    else if (part.kind === 'rows') found.push(...part.rows.map((row) => byName(names, row)))
  }
  return found
}

function byName(names: readonly string[], row: Row): Found {
  return Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]))
}

/** As a KQL literal: its escapes are those of JSON. */
export const kqlText = (text: string): string => JSON.stringify(text)
