// Follows the log files of a node's containers: reads what is new, hands it to the server's receiver for such files, and keeps
// the place reached. Files are the buffer: while the server does not answer, they are not read on.
// How the kubelet rotates them: https://kubernetes.io/docs/concepts/cluster-administration/logging/#log-rotation
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { containerOf } from '../../ingest/receivers/container-file/identity.ts'
import type { Outbox } from '../outbox.ts'
import { messageOf } from './api/mirror.ts'
import { wholeLines } from './log-lines.ts'

export interface LogFilesOptions {
  readonly folder: string
  readonly parameters: { readonly computer: string; readonly cluster: string }
  readonly isWanted: (namespace: string) => boolean
  readonly stateFile?: string
  readonly onTrouble: (message: string) => void
  readonly pollMillis?: number
}

interface LogFile {
  readonly path: string
  readonly handle: FileHandle
  readonly inode: number
  /** Read so far; stored so far. */
  offset: number
  stored: number
  /** Polls for which its name has been missing. */
  missing: number
}

interface Place {
  readonly inode: number
  readonly offset: number
}

const chunkBytes = 1_048_576
/** Between renaming a file and making its successor, the kubelet leaves no file under the name. */
const mostMissing = 30

export class LogFiles {
  readonly #options: LogFilesOptions
  readonly #outbox: Outbox
  readonly #files = new Map<string, LogFile>()
  readonly #places: Map<string, Place>
  /** Files that are there when the collector first comes to a node are followed from their end. */
  #isFirst: boolean
  /** Places of files that are gone by then are forgotten with the first look. */
  #isStart = true
  #kept = ''
  /** One file is read at a time. */
  readonly #buffer = Buffer.allocUnsafe(chunkBytes)

  constructor(options: LogFilesOptions, outbox: Outbox) {
    const places = options.stateFile === undefined ? undefined : readPlaces(options.stateFile)
    this.#options = options
    this.#outbox = outbox
    this.#places = new Map(Object.entries(places ?? {}))
    this.#isFirst = places === undefined
  }

  /** Until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.poll()
      await sleep(this.#options.pollMillis ?? 1_000, undefined, { signal }).catch(() => {})
    }
  }

  async poll(): Promise<void> {
    try {
      for (const path of await this.#paths()) await this.#follow(path)
      if (this.#isStart) this.#places.clear()
      this.#isStart = false
      for (const file of this.#files.values()) await this.#readOn(file)
      this.#isFirst = false
    } catch (error) {
      this.#options.onTrouble(`log files: ${messageOf(error)}`)
    }
    this.keepPlaces()
  }

  /** After the last delivery: files are closed, places kept. */
  async close(): Promise<void> {
    this.keepPlaces()
    for (const { handle } of this.#files.values()) await handle.close()
    this.#files.clear()
  }

  async #paths(): Promise<readonly string[]> {
    const names = await readdir(this.#options.folder)
    return names
      .filter((name) => name.endsWith('.log') && this.#options.isWanted(containerOf(name).namespace ?? ''))
      .map((name) => join(this.#options.folder, name))
  }

  async #follow(path: string): Promise<void> {
    if (this.#files.has(path)) return
    const handle = await open(path).catch(() => undefined)
    if (handle === undefined) return
    const { ino, size } = await handle.stat()
    const place = this.#places.get(path)
    const known = place?.inode === ino ? Math.min(place.offset, size) : undefined
    const offset = known ?? (this.#isFirst ? size : 0)
    this.#places.delete(path)
    this.#files.set(path, { path, handle, inode: ino, offset, stored: offset, missing: 0 })
  }

  async #readOn(file: LogFile): Promise<void> {
    await this.#readToEnd(file, false)
    const now = await stat(file.path).catch(() => undefined)
    file.missing = now === undefined ? file.missing + 1 : 0
    const isReplaced = now !== undefined && now.ino !== file.inode
    if (isReplaced || file.missing > mostMissing) {
      // Nobody writes to it any more; what it holds without a line end will get none.
      if (!(await this.#readToEnd(file, true))) return
      await file.handle.close()
      this.#files.delete(file.path)
      if (isReplaced) this.#places.set(file.path, { inode: now.ino, offset: 0 })
    } else if (now !== undefined && now.size < file.offset) file.offset = 0
  }

  /** False when there was no room for all of it. */
  async #readToEnd(file: LogFile, isLast: boolean): Promise<boolean> {
    const buffer = this.#buffer
    for (;;) {
      if ((await file.handle.stat()).size <= file.offset) return true
      if (!this.#outbox.hasRoom) return false
      const { bytesRead } = await file.handle.read(buffer, 0, chunkBytes, file.offset)
      const length = wholeLines(buffer.subarray(0, bytesRead), isLast || bytesRead === chunkBytes)
      if (length === 0) return true
      this.#send(file, Buffer.from(buffer.subarray(0, length)))
    }
  }

  #send(file: LogFile, bytes: Buffer): void {
    file.offset += bytes.length
    const end = file.offset
    const parcel = {
      path: '/ingest/cri-logs',
      parameters: { ...this.#options.parameters, file: file.path },
      table: 'ContainerLogV2',
      rows: bytes.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0),
      text: bytes,
    }
    void this.#outbox.keep(parcel).then(() => {
      file.stored = end
    })
  }

  keepPlaces(): void {
    const { stateFile } = this.#options
    if (stateFile === undefined || this.#isFirst) return
    const files = [...this.#files.values()].map(({ path, inode, stored }) => [path, { inode, offset: stored }] as const)
    const text = JSON.stringify(Object.fromEntries([...this.#places, ...files]))
    if (text === this.#kept) return
    try {
      mkdirSync(dirname(stateFile), { recursive: true })
      writeFileSync(`${stateFile}.new`, text)
      renameSync(`${stateFile}.new`, stateFile)
      this.#kept = text
    } catch (error) {
      this.#options.onTrouble(`the places in the log files are not kept: ${messageOf(error)}`)
    }
  }
}

function readPlaces(file: string): Readonly<Record<string, Place>> | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
