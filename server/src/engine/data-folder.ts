// The embedded engine's folder on disk: who may open it, which version wrote it, whether it is whole. Used by chdb.ts.
//
//   lock          the process that has it (folder-lock.ts)
//   format.json   which version wrote it
//   clickhouse/   the engine's own
//
// Nothing here ever deletes data: what does not fit is reported with the reason.
import { mkdir, open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import chdbPackage from 'chdb/package.json' with { type: 'json' }
import { brokenParts, damagedFiles, type RunStatement } from './damage.ts'
import { FolderInUse, lockFolder } from './folder-lock.ts'

/** Layout of the folder and of the tables in it. A version reads its own format only. */
const currentFormat = 1

interface Format {
  readonly format: number
  /** Version of the chdb package that last opened the folder. The engine does not read what later ones wrote. */
  readonly engine: string
  /** False until the engine has started for the first time. */
  readonly complete: boolean
}

/** The folder cannot be opened as it is. The message says what is wrong and what can be done. */
export class DataFolderError extends Error {}

export interface DataFolder {
  readonly path: string
  readonly enginePath: string
  /** Starts the engine by its first statement and looks at what it could not load. */
  start(run: RunStatement): Promise<void>
  close(): Promise<void>
}

/** What is told of damage that leaves the rest readable. Without it, damage is an error. */
export type OnDamage = ((problems: readonly string[]) => void) | undefined

export async function openDataFolder(path: string, onDamage: OnDamage): Promise<DataFolder> {
  await mkdir(path, { recursive: true })
  const lock = await lockFolder(path)
  const enginePath = join(path, 'clickhouse')
  try {
    const format = await readFormat(path)
    if (!format) await writeFormat(path, { format: currentFormat, engine: chdbPackage.version, complete: false })
    if (format?.complete) await requireMarker(path, enginePath)
    report(path, await damagedFiles(enginePath), onDamage)
    await mkdir(enginePath, { recursive: true })
  } catch (error) {
    await lock.release()
    throw error
  }
  return { path, enginePath, start: (run) => start(path, enginePath, run, onDamage), close: lock.release }
}

/** Undefined: the folder is new. */
async function readFormat(path: string): Promise<Format | undefined> {
  const text = await readFile(join(path, 'format.json'), 'utf8').catch(() => undefined)
  if (text === undefined) {
    const strangers = (await readdir(path)).filter((name) => !name.startsWith('lock'))
    if (strangers.length === 0) return undefined
    throw new DataFolderError(
      `${path} holds ${strangers.slice(0, 3).join(', ')} but no format.json: it is not a data folder, or that file was lost. ` +
        'Choose another folder, or restore the file from a backup.',
    )
  }
  const format = parseFormat(text)
  if (!format) throw new DataFolderError(`${join(path, 'format.json')} is damaged: it reads ${text.slice(0, 80)}`)
  if (format.format > currentFormat || isLater(format.engine, chdbPackage.version)) {
    throw new DataFolderError(
      `${path} was written by a later version (format ${format.format}, engine ${format.engine}); ` +
        `this one reads format ${currentFormat}, engine ${chdbPackage.version}. Install the later version to open it.`,
    )
  }
  return format
}

function parseFormat(text: string): Format | undefined {
  try {
    const { format, engine, complete } = JSON.parse(text) as Partial<Format>
    const whole = typeof format === 'number' && typeof engine === 'string' && typeof complete === 'boolean'
    return whole ? { format, engine, complete } : undefined
  } catch {
    return undefined
  }
}

function isLater(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(/[.-]/).map(Number)) as [number[], number[]]
  const different = a.findIndex((part, at) => part !== b[at])
  return different !== -1 && (a[different] ?? 0) > (b[different] ?? 0)
}

/** An empty file of ours among the engine's: if it is gone, so is what was beside it. */
const marker = 'conshelf'

async function requireMarker(path: string, enginePath: string): Promise<void> {
  const found = await stat(join(enginePath, marker)).catch(() => undefined)
  if (found) return
  throw new DataFolderError(
    `${path} is damaged: the folder clickhouse is missing or was emptied. Restore it from a backup, or start with a new folder.`,
  )
}

const shownProblems = 20

function report(path: string, problems: readonly string[], onDamage: OnDamage): void {
  if (problems.length === 0) return
  if (onDamage) {
    onDamage(problems)
    return
  }
  const shown = problems.slice(0, shownProblems)
  if (problems.length > shown.length) shown.push(`and ${problems.length - shown.length} more`)
  throw new DataFolderError(
    `${path} is damaged:\n  ${shown.join('\n  ')}\nRestore what is missing from a backup, or delete what is named to give it up.`,
  )
}

/** Replaces the file in one step, on disk before it counts. */
async function writeFormat(path: string, format: Format): Promise<void> {
  const draft = join(path, 'format.json.new')
  const file = await open(draft, 'w')
  try {
    await file.writeFile(`${JSON.stringify(format)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, join(path, 'format.json'))
}

async function start(path: string, enginePath: string, run: RunStatement, onDamage: OnDamage): Promise<void> {
  try {
    await firstStatement(run)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    if (isLocked(reason)) throw new FolderInUse(path, await holderOf(enginePath))
    throw new DataFolderError(`the engine cannot load ${path}: ${reason}`, { cause })
  }
  report(path, await brokenParts(run), onDamage)
  await writeFile(join(enginePath, marker), '')
  await writeFormat(path, { format: currentFormat, engine: chdbPackage.version, complete: true })
}

const isLocked = (reason: string) => /lock file|already running/i.test(reason)

/** The engine of a process that was just killed may hold its lock a moment longer. */
async function firstStatement(run: RunStatement): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await run('SELECT 1')
      return
    } catch (error) {
      if (attempt === 20 || !isLocked(String(error))) throw error
      await setTimeout(100)
    }
  }
}

/** The engine writes who has its folder into the file that it locks. */
async function holderOf(enginePath: string): Promise<number | undefined> {
  const text = await readFile(join(enginePath, 'status'), 'utf8').catch(() => '')
  const pid = /^PID: (\d+)/m.exec(text)?.[1]
  return pid === undefined ? undefined : Number(pid)
}
