// Rows as JSON lines in files of five minutes each, laid out as Azure lays out the blobs of a storage account.
// https://learn.microsoft.com/azure/azure-monitor/logs/logs-data-export#storage-account
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Column, formatTimespan, type Row } from '@conshelf/kql'

const minute = 60_000

/** The file for rows of a time; times that are none go by that of the export. */
export function fileOf(table: string, workspaceResourceId: string, millis: number): string {
  const [, year, month, day, hour, at] = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+)/.exec(
    new Date(Math.floor(millis / (5 * minute)) * 5 * minute).toISOString(),
  ) as RegExpExecArray
  const folders = [`y=${year}`, `m=${month}`, `d=${day}`, `h=${hour}`, `m=${at}`]
  return join(`am-${table}`, `WorkspaceResourceId=${workspaceResourceId}`, ...folders, 'PT05M.json')
}

export function lineOf(columns: readonly Column[], row: Row): string {
  const members = columns.map(({ name, type }, at) => `${JSON.stringify(name)}:${jsonOf(row[at] ?? null, type)}`)
  return `{${members.join(',')}}\n`
}

function jsonOf(cell: Row[number], type: Column['type']): string {
  if (cell === null) return 'null'
  if (type === 'dynamic') return isJson(String(cell)) ? String(cell) : JSON.stringify(String(cell))
  if (type === 'timespan') return JSON.stringify(formatTimespan(BigInt(cell as number | bigint)))
  if (typeof cell === 'bigint') return cell.toString()
  if (typeof cell === 'number' && !Number.isFinite(cell)) return JSON.stringify(String(cell))
  return JSON.stringify(cell)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** On disk when it resolves. */
export async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a')
  try {
    await file.writeFile(lines.join(''))
    await file.sync()
  } finally {
    await file.close()
  }
}
