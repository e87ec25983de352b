// Looks for what the engine would pass over in silence: rows without a definition, definitions without their rows,
// parts that do not load. Used by data-folder.ts at the start.
import type { Dirent } from 'node:fs'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Runs a short statement; the answer is tab-separated text. */
export type RunStatement = (sql: string) => Promise<string>

/** A database or table as its definition file declares it. */
interface Definition {
  readonly file: string
  readonly uuid: string
  /** Whether it keeps a folder in store/ that must be there. */
  readonly stored: boolean
}

/** Before the engine starts, since it would make missing folders anew. One sentence for each problem. */
export async function damagedFiles(enginePath: string): Promise<readonly string[]> {
  const folders = await storeFolders(enginePath)
  const databases = await definitionsIn(join(enginePath, 'metadata'))
  const tables = await Promise.all(
    databases.flatMap(({ uuid }) => folders.get(uuid) ?? []).map((folder) => definitionsIn(folder)),
  )
  const dropped = await definitionsIn(join(enginePath, 'metadata_dropped'))
  const defined = [...databases, ...tables.flat()]
  const named = new Set([...defined, ...dropped].map(({ uuid }) => uuid))

  const missing = defined
    .filter(({ uuid, stored }) => stored && !folders.has(uuid))
    .map(({ file, uuid }) => `${file} names the folder ${uuid}, which is missing from clickhouse/store.`)
  const orphans: string[] = []
  for (const [uuid, folder] of folders) {
    const content = named.has(uuid) ? undefined : await contentOf(folder)
    if (content) orphans.push(`${folder} holds ${content}, but no file of clickhouse/metadata names it.`)
  }
  return [...missing, ...orphans]
}

/** After the engine has started: it moves parts that do not load into detached/ and goes on without them. */
export async function brokenParts(run: RunStatement): Promise<readonly string[]> {
  const text = await run(
    "SELECT database, table, path FROM system.detached_parts WHERE reason LIKE 'broken%' ORDER BY ALL FORMAT TSV",
  )
  return text.split('\n').flatMap((line) => {
    const [database, table, path] = line.split('\t')
    return path ? [`a part of table ${database}.${table} does not load; it is kept in ${path}.`] : []
  })
}

/** Folders of store/ by their UUID. */
async function storeFolders(enginePath: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const prefix of await list(join(enginePath, 'store'))) {
    for (const { name } of await list(join(enginePath, 'store', prefix.name))) {
      found.set(name, join(enginePath, 'store', prefix.name, name))
    }
  }
  return found
}

async function definitionsIn(folder: string): Promise<readonly Definition[]> {
  const files = (await list(folder)).filter(({ name }) => name.endsWith('.sql'))
  const read = files.map(async ({ name }) => {
    const file = join(folder, name)
    const text = await readFile(file, 'utf8')
    const uuid = /^ATTACH [^']*? UUID '([0-9a-f-]{36})'/.exec(text)?.[1]
    return uuid ? [{ file, uuid, stored: await hasFolder(file, text) }] : []
  })
  return (await Promise.all(read)).flat()
}

/** A database has one from its first table on; the engine then puts a link to it beside the definition. */
async function hasFolder(file: string, text: string): Promise<boolean> {
  const engine = /^ENGINE = (\w+)/m.exec(text)?.[1] ?? ''
  if (engine !== 'Atomic') return engine.endsWith('MergeTree')
  const link = await readlink(file.replace(/\.sql$/, '')).catch(() => undefined)
  return link !== undefined
}

/** Undefined: nothing worth keeping, as a table whose creation was cut short leaves behind. */
async function contentOf(folder: string): Promise<string | undefined> {
  const entries = await list(folder)
  const definitions = entries.filter(({ name }) => name.endsWith('.sql')).length
  if (definitions > 0) return `the definitions of ${definitions} tables`
  const parts = entries.filter((entry) => entry.isDirectory() && /^\w+?(_\d+){3}$/.test(entry.name)).length
  return parts > 0 ? `${parts} parts of a table` : undefined
}

async function list(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
