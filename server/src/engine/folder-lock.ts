// One process per data folder: a lock file that names its holder, and is taken over when the holder is gone.
// The engine has an advisory lock of its own behind it, which also covers processes that cannot see each other.
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** `started` tells a process from a later one with the same number, where the system says it. */
interface Holder {
  readonly pid: number
  readonly started: string
}

export interface FolderLock {
  release(): Promise<void>
}

/** The folder is in use; `pid` is the process that has it, if that is known. */
export class FolderInUse extends Error {
  readonly pid: number | undefined
  constructor(folder: string, pid: number | undefined) {
    const who = pid === undefined ? 'another process' : pid === process.pid ? 'this process' : `process ${pid}`
    super(`the data folder ${folder} is in use by ${who}; stop it, or give this one a folder of its own`)
    this.pid = pid
  }
}

const attempts = 50
const pauseMillis = 10
let drafts = 0

export async function lockFolder(folder: string): Promise<FolderLock> {
  const lock = join(folder, 'lock')
  drafts += 1
  const draft = join(folder, `lock.${process.pid}.${drafts}`)
  const mine = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) } satisfies Holder)
  await writeFile(draft, mine)
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (await linked(draft, lock)) return { release: () => release(lock, mine) }
      const found = await readFile(lock, 'utf8').catch(() => undefined)
      if (found === undefined) continue
      const holder = await livingHolder(found)
      if (holder) throw new FolderInUse(folder, holder.pid)
      await removeStale(lock, found, draft)
    }
    throw new Error(`the lock of the data folder ${folder} keeps changing hands; try again`)
  } finally {
    await rm(draft, { force: true })
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function livingHolder(text: string): Promise<Holder | undefined> {
  const holder = parse(text)
  if (!holder || !isAlive(holder.pid)) return undefined
  return (await startOf(holder.pid)) === holder.started ? holder : undefined
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, started } = JSON.parse(text) as Partial<Holder>
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Boot and start time of a process; empty on systems without /proc. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    // The command name may hold spaces and parentheses; start time is the 20th field after it.
    return `${boot.trim()}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return ''
  }
}

/**
 * Removes the lock of a process that is gone. Only whoever holds the take-over file may, and looks again before it does, so
 * that no fresh lock goes; the others come back a moment later.
 */
async function removeStale(lock: string, stale: string, draft: string): Promise<void> {
  const takeover = `${lock}.takeover`
  if (!(await linked(draft, takeover))) {
    const other = await readFile(takeover, 'utf8').catch(() => undefined)
    if (other !== undefined && !(await livingHolder(other))) await rm(takeover, { force: true })
    await setTimeout(pauseMillis)
    return
  }
  try {
    if ((await readFile(lock, 'utf8').catch(() => undefined)) === stale) await rm(lock, { force: true })
  } finally {
    await rm(takeover, { force: true })
  }
}

async function release(lock: string, mine: string): Promise<void> {
  if ((await readFile(lock, 'utf8').catch(() => undefined)) === mine) await rm(lock, { force: true })
}
