// The store on one node: SQLite inside Node. https://nodejs.org/docs/latest-v24.x/api/sqlite.html
import { readdirSync, readFileSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import {
  type Change,
  type DocumentFilter,
  type Match,
  type Store,
  StoreConflict,
  type StoredDocument,
} from './store.ts'

/**
 * `file` may be `:memory:`. A write-ahead log with synchronous=FULL: an answered batch outlives a killed process and a loss
 * of power, as the engine's inserts do. Batches are few, so the sync to disk of each costs little.
 */
export function openSqliteStore(file: string): Store {
  const database = new DatabaseSync(file, { timeout: 5000 })
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
  migrate(database)
  return new SqliteStore(database)
}

function migrate(database: DatabaseSync): void {
  const directory = new URL('migrations/', import.meta.url)
  const scripts = readdirSync(directory).filter((name) => name.endsWith('.sql'))
  const done = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  const known = Math.max(...scripts.map((name) => Number.parseInt(name, 10)))
  if (done > known) throw new Error(`the store has version ${done}, this program knows ${known}: start a newer program`)
  for (const name of scripts.sort()) {
    const version = Number.parseInt(name, 10)
    if (version <= done) continue
    const script = readFileSync(new URL(name, directory), 'utf8')
    inTransaction(database, () => database.exec(`${script}; PRAGMA user_version = ${version};`))
  }
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

const columns = 'id, kind, etag, body, changed_at, changed_by'

class SqliteStore implements Store {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  async get(id: string): Promise<StoredDocument | undefined> {
    return this.#find(id)
  }

  async list({ kind, under }: DocumentFilter): Promise<readonly StoredDocument[]> {
    const conditions = ['1']
    const values: string[] = []
    if (kind !== undefined) {
      conditions.push('kind = ?')
      values.push(kind)
    }
    if (under !== undefined) {
      const key = keyOf(under)
      conditions.push('key > ?', 'key < ?')
      values.push(`${key}/`, `${key}0`) // 0 is the character after the slash
    }
    const sql = `SELECT ${columns} FROM documents WHERE ${conditions.join(' AND ')} ORDER BY key`
    return this.#prepare(sql)
      .all(...values)
      .map(documentOf)
  }

  async apply(changes: readonly Change[]): Promise<readonly StoredDocument[]> {
    return inTransaction(this.#database, () => {
      const revision = this.#prepare('UPDATE revision SET number = number + 1 RETURNING number').get()?.number
      return changes.flatMap((change, i) => this.#apply(change, `${Number(revision).toString(16)}-${i}`))
    })
  }

  async value(space: string, key: string, now: number): Promise<string | undefined> {
    const sql = 'SELECT value FROM small_values WHERE space = ? AND key = ? AND (expires_at IS NULL OR expires_at > ?)'
    const row = this.#prepare(sql).get(space, key, now)
    return row === undefined ? undefined : String(row.value)
  }

  async expire(now: number): Promise<number> {
    return Number(this.#prepare('DELETE FROM small_values WHERE expires_at <= ?').run(now).changes)
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }

  #apply(change: Change, etag: string): readonly StoredDocument[] {
    switch (change.do) {
      case 'put':
        return [this.#put(change, etag)]
      case 'delete':
        this.#check(change.id, change.match)
        this.#prepare('DELETE FROM documents WHERE key = ?').run(keyOf(change.id))
        return []
      case 'set':
        this.#prepare('INSERT OR REPLACE INTO small_values VALUES (?, ?, ?, ?)').run(
          change.space,
          change.key,
          change.value,
          change.expiresAt ?? null,
        )
        return []
      case 'unset':
        this.#prepare('DELETE FROM small_values WHERE space = ? AND key = ?').run(change.space, change.key)
        return []
      default:
        throw new Error(`no such change: ${JSON.stringify(change satisfies never)}`)
    }
  }

  #put(change: Change & { readonly do: 'put' }, etag: string): StoredDocument {
    const current = this.#check(change.id, change.match)
    const { kind, body, changedAt, changedBy } = change
    const document: StoredDocument = { id: current?.id ?? change.id, kind, etag, body, changedAt, changedBy }
    const sql = `INSERT OR REPLACE INTO documents (key, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`
    this.#prepare(sql).run(keyOf(document.id), document.id, kind, etag, body, changedAt, changedBy)
    return document
  }

  #check(id: string, match: Match | undefined): StoredDocument | undefined {
    const current = this.#find(id)
    if (match === undefined) return current
    const holds = match === 'absent' ? !current : match === 'present' ? current : current?.etag === match.etag
    if (!holds) throw new StoreConflict(id, current)
    return current
  }

  #find(id: string): StoredDocument | undefined {
    const row = this.#prepare(`SELECT ${columns} FROM documents WHERE key = ?`).get(keyOf(id))
    return row === undefined ? undefined : documentOf(row)
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    const made = this.#database.prepare(sql)
    this.#statements.set(sql, made)
    return made
  }
}

function keyOf(id: string): string {
  return id.toLowerCase()
}

function documentOf(row: Record<string, SQLOutputValue>): StoredDocument {
  return {
    id: String(row.id),
    kind: String(row.kind),
    etag: String(row.etag),
    body: String(row.body),
    changedAt: Number(row.changed_at),
    changedBy: String(row.changed_by),
  }
}
