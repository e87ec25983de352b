// A result of the plan as one SELECT, every visible column under its name.
import type { CompiledResult } from '../compiled.ts'
import type { PlanResult } from '../plan/nodes.ts'
import { blockOf } from './blocks.ts'
import { outputsFor, type Writer, writeBlock } from './write.ts'

export function writeResult(result: PlanResult, w: Writer, maxRows: number | undefined): CompiledResult {
  const block = blockOf(result.rel)
  const cap = maxRows === undefined ? undefined : BigInt(maxRows)
  const open = block.best || block.limitBy ? undefined : block.limit
  const capped =
    cap !== undefined && !block.best && !block.limitBy && (open === undefined || open > cap)
      ? { ...block, limit: cap }
      : block
  const ids = result.columns.map((c) => c.id)
  const outputs = outputsFor(ids, w).map((o, i) =>
    ids.indexOf(o.id as number) < i ? { ...o, alias: `again_${i}` } : o,
  )
  const sql = writeBlock(capped, outputs, w)
  return {
    name: result.name,
    sql,
    columns: result.columns.map((c) => ({ name: c.name, type: c.type })),
    sorted: block.order.length > 0,
    ...(result.render ? { render: result.render } : {}),
  }
}
