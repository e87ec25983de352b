// Queries that security itself asks, as objects by column name.
import type { Cell, Row } from '@conshelf/kql'
import { owner } from '../access/principal.ts'
import type { Workspace } from '../catalog/types.ts'
import { firstResult } from '../query/first-result.ts'
import type { SecurityParts } from './parts.ts'

export type Found = Readonly<Record<string, Cell>>

export async function ask(
  { queries, ids }: Pick<SecurityParts, 'queries' | 'ids'>,
  workspace: Workspace,
  text: string,
): Promise<readonly Found[]> {
  const client = { app: 'Conshelf security', requestId: ids.guid(), target: '' }
  const request = { text, workspaces: [workspace], principal: owner, profile: 'system', client } as const
  const { columns, rows } = await firstResult(queries, request)
  const names = columns.map(({ name }) => name)
  return rows.map((row) => byName(names, row))
}

function byName(names: readonly string[], row: Row): Found {
  return Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]))
}

/** As a KQL literal: its escapes are those of JSON. */
export const kqlText = (text: string): string => JSON.stringify(text)
