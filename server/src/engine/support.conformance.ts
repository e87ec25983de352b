// What the parts of the suite share. Used by conformance.ts.
import type { Row } from '@conshelf/kql'
import { expect } from 'vitest'
import { type Engine, EngineError, type RunOptions } from './engine.ts'

export const limits = { maxMillis: 20_000, maxMemoryBytes: 1_000_000_000 }
export const generous = { ...limits, maxMillis: 60_000 }
/** More work than any limit here allows: it yields nothing for hours. */
export const endless = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1'
export const endlessPlanning = `SELECT (${endless})`
export const endlessOutput = 'SELECT number FROM numbers(1000000000000)'

let tags = 0
export const options = (more: Partial<RunOptions> = {}): RunOptions => ({ tag: `test ${++tags}`, limits, ...more })

export async function select(engine: Engine, sql: string, more: Partial<RunOptions> = {}): Promise<Row[]> {
  const rows: Row[] = []
  for await (const chunk of engine.query(sql, options(more))) rows.push(...chunk)
  return rows
}

export async function kindOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'no error'
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    expect(error.message).not.toMatch(/\n|Stack trace|DB::Exception/)
    return error.kind
  }
}

export const ndjson = (rows: readonly object[]): Uint8Array =>
  Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))
