// Stores the result of a query in a table, without bringing its rows here. Used by service.ts; search jobs call it.
import { compile } from '@conshelf/kql'
import type { Engine, RunOptions } from '../engine/engine.ts'
import { insertSelect } from '../engine/fill.ts'
import { type CompileParts, compileOptions } from './compile.ts'
import type { ExternalFiles } from './external-files.ts'
import { dropScratch, runStage } from './stages.ts'
import { type FillRequest, InvalidQuery } from './types.ts'

export interface FillParts extends CompileParts {
  readonly engine: Engine
  readonly externalFiles?: ExternalFiles
}

/** All rows of the first result, `most` at the most; some are stored when it fails. Throws InvalidQuery, EngineError. */
export async function fill(parts: FillParts, request: FillRequest, tag: string): Promise<void> {
  const { engine, limits, externalFiles } = parts
  const result = compile(request.text, { ...compileOptions(parts, request, tag), maxRows: request.most })
  if (!result.ok) throw new InvalidQuery(request.text, result.diagnostics)
  const [first] = result.compiled.results
  if (!first) throw new Error(`no result: ${request.text}`)
  const options: RunOptions = {
    tag,
    limits: { maxMillis: request.maxMillis, maxMemoryBytes: limits.queryMemoryBytes },
    ...(request.signal ? { signal: request.signal } : {}),
  }
  const { stages } = result.compiled
  try {
    for (const stage of stages) await runStage(engine, stage, options, externalFiles)
    const names = first.columns.map(({ name }) => name)
    await insertSelect(
      engine,
      request.into,
      { select: first.sql, names, keep: request.columns, time: request.time },
      options,
    )
  } finally {
    for (const stage of stages) await dropScratch(engine, stage)
  }
}
