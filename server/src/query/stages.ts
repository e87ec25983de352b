// Runs what must run before the final SELECTs: each stage fills one scratch table, dropped when the query ends.
import type { LocalStage, Row, Stage } from '@conshelf/kql'
import { ServerError } from '../core/errors.ts'
import type { Engine, RunOptions } from '../engine/engine.ts'
import { encodeRows, rowDecoder } from './decode.ts'
import type { ExternalFiles } from './external-files.ts'

export const scratchDatabase = 'scratch'

/** An empty scratch database, kept in memory; what a killed process left of an earlier one goes. */
export async function prepareScratch(engine: Engine): Promise<void> {
  await engine.command(`DROP DATABASE IF EXISTS ${scratchDatabase}`)
  await engine.command(`CREATE DATABASE ${scratchDatabase} ENGINE = Memory`)
}

export async function runStage(
  engine: Engine,
  stage: Stage,
  options: RunOptions,
  externalFiles?: ExternalFiles,
): Promise<void> {
  await engine.command(stage.create, options)
  switch (stage.kind) {
    case 'sql':
      return engine.command(stage.insert, options)
    case 'local':
      return runLocal(engine, stage, options, externalFiles)
    default:
      stage satisfies never
  }
}

async function runLocal(
  engine: Engine,
  stage: LocalStage,
  options: RunOptions,
  externalFiles: ExternalFiles | undefined,
): Promise<void> {
  const input = stage.files
    ? await readFiles(stage.files, options.signal, externalFiles)
    : await readRows(engine, stage, options)
  const output = stage.run(input)
  if (stage.files && output.length > stage.maxRows) {
    throw new ServerError('localRowsExceeded', { operator: stage.operator, limit: stage.maxRows })
  }
  if (output.length === 0) return
  await engine.insert(tableName(stage.table), encodeRows(output))
}

/** One file after another: what is held at a time stays small. */
async function readFiles(
  files: readonly string[],
  signal: AbortSignal | undefined,
  externalFiles: ExternalFiles | undefined,
): Promise<readonly Row[]> {
  const texts: Row[] = []
  for (const file of files) {
    if (!externalFiles) throw new Error(`nothing reads '${file}'`)
    texts.push([await externalFiles.read(file, signal)])
  }
  return texts
}

async function readRows(engine: Engine, stage: LocalStage, options: RunOptions): Promise<readonly Row[]> {
  const decode = rowDecoder(stage.inputColumns)
  const input: Row[] = []
  for await (const chunk of engine.query(stage.input, options)) {
    if (input.length + chunk.length > stage.maxRows) {
      throw new ServerError('localRowsExceeded', { operator: stage.operator, limit: stage.maxRows })
    }
    for (const raw of chunk) input.push(decode(raw))
  }
  return input
}

export function dropScratch(engine: Engine, stage: Stage): Promise<void> {
  return engine.command(`DROP TABLE IF EXISTS ${stage.table}`)
}

function tableName(qualified: string): { database: string; table: string } {
  const dot = qualified.indexOf('.')
  return { database: qualified.slice(0, dot), table: qualified.slice(dot + 1) }
}
