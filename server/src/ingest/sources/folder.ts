// Follows the files of a folder: what each has grown by since the last look goes to a receiver, exactly once. A piece is
// noted in the store before it is sent and sent under a key made of its place, so that after a crash the same piece goes
// again and is recognized.
import type { Clock } from '../../core/clock.ts'
import { RecordSplitter } from '../json/split.ts'
import { MalformedBody } from '../types.ts'
import type { Blob, BlobFolder } from './blob-folder.ts'
import { type Cursor, type Cursors, fingerprint, headLength, isSameFile, newCursor } from './cursor.ts'
import { type Cut, isWholeJson, wholeLines, wholeMessages } from './cut.ts'
import { type DeliveryParts, deliver, type Target } from './deliver.ts'

export interface FolderParts extends DeliveryParts {
  readonly folder: BlobFolder
  readonly cursors: Cursors
  readonly target: Target
  readonly clock: Clock
  /** Of the source; part of the keys. */
  readonly name: string
  readonly isWanted: (path: string) => boolean
}

/** A piece of lines is read in one go; a longer line is read whole up to the second. */
const pieceBytes = 4 * 1_048_576
const longestLine = 64 * 1_048_576
/** An array is read in such pieces. */
const arrayBytes = 1_048_576
/** A file that has not changed for so long has ended. */
const idleMillis = 60_000

export class FolderReader {
  readonly #parts: FolderParts
  readonly #cut: Cut
  /** What was seen of files that are done, so that they are not opened again. */
  readonly #seen = new Map<string, string>()

  constructor(parts: FolderParts) {
    this.#parts = parts
    this.#cut = parts.target.receiver.name === 'cri-logs' ? wholeMessages : wholeLines
  }

  /** One look at every file. A file that fails does not keep the others. */
  async poll(): Promise<void> {
    const { folder, log, signal, isWanted, state } = this.#parts
    let isWell = true
    for await (const blob of folder.list()) {
      if (signal.aborted) return
      if (blob.size === 0 || !isWanted(blob.path)) continue
      const isIdle = this.#isIdle(blob)
      const seen = `${blob.path} ${blob.size} ${blob.changedAt} ${isIdle}`
      if (this.#seen.get(blob.identity) === seen) continue
      try {
        await this.#take(blob, isIdle)
        this.#seen.set(blob.identity, seen)
      } catch (error) {
        if (signal.aborted) return
        isWell = false
        state.failed(error)
        log.error({ err: error, file: blob.path, source: this.#parts.name }, 'a file of a source cannot be taken in')
      }
    }
    if (isWell) state.isRead()
  }

  #isIdle({ changedAt }: Blob): boolean {
    return this.#parts.clock.now() - changedAt > idleMillis
  }

  async #take(blob: Blob, isIdle: boolean): Promise<void> {
    const head = await this.#parts.folder.read(blob.path, 0, headLength)
    if (head.length === 0) return
    const cursor = await this.#cursorOf(blob, head)
    if (cursor.unit === 'record') await this.#takeRecords(blob, cursor)
    else await this.#takeLines(blob, cursor, isIdle)
  }

  /** Starts anew with a file that was cut, or that another one's identity was given to. */
  async #cursorOf(blob: Blob, head: Uint8Array): Promise<Cursor> {
    const known = await this.#parts.cursors.read(blob.identity)
    if (known === undefined) return newCursor(0, head)
    const reached = known.unit === 'byte' ? (known.sending ?? known.done) : 0
    if (!isSameFile(known, head) || blob.size < reached) {
      this.#parts.log.info(
        { file: blob.path, source: this.#parts.name },
        'a file was cut or replaced: read from its start',
      )
      return newCursor(known.generation + 1, head)
    }
    return { ...known, head: fingerprint(head) }
  }

  async #takeLines(blob: Blob, from: Cursor, isIdle: boolean): Promise<void> {
    let cursor = from
    for (;;) {
      const planned = cursor.sending
      const bytes =
        planned === undefined
          ? await this.#nextLines(blob, cursor.done, isIdle)
          : await this.#parts.folder.read(blob.path, cursor.done, planned - cursor.done)
      this.#parts.state.isBehind(blob.identity, blob.size - cursor.done)
      if (bytes.length === 0) return
      cursor = await this.#send(blob, cursor, bytes, cursor.done + bytes.length)
    }
  }

  /** From an offset on, as much as can be taken of it now. */
  async #nextLines(blob: Blob, from: number, isIdle: boolean): Promise<Uint8Array> {
    const { folder, log } = this.#parts
    for (let length = pieceBytes; ; length *= 4) {
      const bytes = await folder.read(blob.path, from, length)
      const end = this.#cut(bytes)
      if (end > 0) return bytes.subarray(0, end)
      const isAll = bytes.length < length
      if (isAll && !isIdle) return bytes.subarray(0, 0)
      const lines = wholeLines(bytes)
      if (lines > 0) return bytes.subarray(0, lines)
      if (isAll) return isWholeJson(bytes) ? bytes : bytes.subarray(0, 0)
      if (length < longestLine) continue
      log.error(
        { file: blob.path, offset: from },
        `a line is longer than ${longestLine} bytes: the rest of its file waits`,
      )
      return bytes.subarray(0, 0)
    }
  }

  /** The file is read from its start, as it may have been written anew; of its records only the new ones are sent. */
  async #takeRecords(blob: Blob, from: Cursor): Promise<void> {
    let cursor = from
    let index = 0
    let texts: string[] = []
    let bytes = 0
    const flush = async () => {
      if (texts.length > 0) cursor = await this.#send(blob, cursor, arrayOf(texts), cursor.done + texts.length)
      texts = []
      bytes = 0
    }
    for await (const text of this.#recordsOf(blob)) {
      if (index++ < cursor.done) continue
      texts.push(text)
      bytes += text.length
      const isPlanned = cursor.sending !== undefined && cursor.done + texts.length === cursor.sending
      if (isPlanned || (cursor.sending === undefined && bytes >= pieceBytes)) await flush()
    }
    // What was set out to be sent is not there any more: the file has been cut.
    if (cursor.sending !== undefined && texts.length > 0) cursor = withoutPlan(cursor)
    await flush()
  }

  /** Complete records; a file that is being written ends somewhere inside one. */
  async *#recordsOf({ path }: Blob): AsyncGenerator<string> {
    const splitter = new RecordSplitter({ member: 'records' })
    for (let from = 0; ; ) {
      const bytes = await this.#parts.folder.read(path, from, arrayBytes)
      for (const { text } of this.#split(splitter, bytes, path)) yield text
      // What is written behind the end meanwhile belongs to another version of the file.
      if (bytes.length < arrayBytes) return
      from += bytes.length
    }
  }

  #split(splitter: RecordSplitter, bytes: Uint8Array, path: string) {
    try {
      return splitter.push(bytes)
    } catch (error) {
      if (error instanceof MalformedBody) throw new Error(`${path} is not JSON: ${error.message}`, { cause: error })
      throw error
    }
  }

  async #send(blob: Blob, cursor: Cursor, body: Uint8Array, to: number): Promise<Cursor> {
    const { cursors, name, target } = this.#parts
    const { generation, done } = cursor
    if (cursor.sending !== to) await cursors.write(blob.identity, { ...cursor, sending: to })
    const key = `${name}\n${blob.identity}\n${generation}\n${done}-${to}`
    await deliver({ bodies: [body], key, parameters: { file: blob.path } }, target, this.#parts)
    const after = { ...withoutPlan(cursor), done: to }
    await cursors.write(blob.identity, after)
    return after
  }
}

function withoutPlan({ sending: _, ...cursor }: Cursor): Cursor {
  return cursor
}

function arrayOf(texts: readonly string[]): Uint8Array {
  return Buffer.from(`[${texts.join(',')}]`)
}
