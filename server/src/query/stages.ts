// Runs what must run before the final SELECTs: each stage fills one scratch table, dropped when the query ends.
import type { LocalStage, Row, Stage } from '@conshelf/kql'
import { ServerError } from '../core/errors.ts'
import type { Engine, RunOptions } from '../engine/engine.ts'
import { encodeRows, rowDecoder } from './decode.ts'

export const scratchDatabase = 'scratch'

/** An empty scratch database, kept in memory; what a killed process left of an earlier one goes. */
export async function prepareScratch(engine: Engine): Promise<void> {
  await engine.command(`DROP DATABASE IF EXISTS ${scratchDatabase}`)
  await engine.command(`CREATE DATABASE ${scratchDatabase} ENGINE = Memory`)
}

export async function runStage(engine: Engine, stage: Stage, options: RunOptions): Promise<void> {
  await engine.command(stage.create, options)
  switch (stage.kind) {
    case 'sql':
      return engine.command(stage.insert, options)
    case 'local':
      return runLocal(engine, stage, options)
    default:
      stage satisfies never
  }
}

async function runLocal(engine: Engine, stage: LocalStage, options: RunOptions): Promise<void> {
  const decode = rowDecoder(stage.inputColumns)
  const input: Row[] = []
  for await (const chunk of engine.query(stage.input, options)) {
    if (input.length + chunk.length > stage.maxRows) {
      throw new ServerError('localRowsExceeded', { operator: stage.operator, limit: stage.maxRows })
    }
    for (const raw of chunk) input.push(decode(raw))
  }
  const output = stage.run(input)
  if (output.length === 0) return
  await engine.insert(tableName(stage.table), encodeRows(output))
}

export function dropScratch(engine: Engine, stage: Stage): Promise<void> {
  return engine.command(`DROP TABLE IF EXISTS ${stage.table}`)
}

function tableName(qualified: string): { database: string; table: string } {
  const dot = qualified.indexOf('.')
  return { database: qualified.slice(0, dot), table: qualified.slice(dot + 1) }
}
