// A server that follows sources, and questions to it until the answer is the one expected.
import { mkdirSync } from 'node:fs'
import { expect } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

export function startWithSources(
  data: string,
  sources: readonly unknown[],
  env: Readonly<Record<string, string>> = {},
): Promise<RealServer> {
  mkdirSync(data, { recursive: true })
  return startRealServer({ data, env: { ...env, CONSHELF_SOURCES: JSON.stringify(sources) } })
}

export async function ask(server: RealServer, query: string): Promise<unknown[][]> {
  const body = JSON.stringify({ query })
  const response = await fetch(`${server.url}/v1/workspaces/default/query`, { method: 'POST', body })
  const answer = (await response.json()) as { tables?: { rows: unknown[][] }[] }
  return answer.tables?.[0]?.rows ?? []
}

/** Until the query answers so; fails with what it answered last. */
export async function until(server: RealServer, query: string, wanted: unknown[][], seconds = 20): Promise<void> {
  const end = Date.now() + seconds * 1000
  let found = await ask(server, query)
  while (JSON.stringify(found) !== JSON.stringify(wanted) && Date.now() < end) {
    await new Promise((resume) => setTimeout(resume, 200))
    found = await ask(server, query)
  }
  expect(found).toEqual(wanted)
}
