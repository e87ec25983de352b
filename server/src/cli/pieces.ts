// A file as the bodies that are sent one after another: cut after whole lines or records, the same each time.
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { text as readAll } from 'node:stream/consumers'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { csvRecords } from '../ingest/delimited/records.ts'
import { jsonText, parseExact } from '../ingest/json/exact.ts'
import { RecordSplitter } from '../ingest/json/split.ts'
import { type Cut, wholeLines } from '../ingest/sources/cut.ts'
import { columnOfHeader, exportedTable, type Renames, type Row, rowOfCells, rowsOfTable } from './exported.ts'

export interface Piece {
  readonly body: Uint8Array
  /** Number of the piece within its file. */
  readonly index: number
  /** Whether it may be cut at a line end. */
  readonly isLines: boolean
}

const exportShape = /^(?:\ufeff|\xef\xbb\xbf)?\s*\{\s*"tables"/

const pieceBytes = 4 * 1_048_576

/** Bytes of a file or of standard input, decompressed by its ending. */
export function openFile(file: string, onBytes: (count: number) => void): Readable {
  const source = file === '-' ? process.stdin : createReadStream(file)
  source.on('data', (chunk: string | Buffer) => onBytes(chunk.length))
  const unpack = /\.gz$/i.test(file) ? createGunzip() : /\.zst$/i.test(file) ? createZstdDecompress() : undefined
  if (!unpack) return source
  source.on('error', (error: Error) => unpack.destroy(error))
  return source.pipe(unpack)
}

export function isDelimited(file: string): boolean {
  return /\.(?:csv|tsv)(?:\.\w+)?$/i.test(file)
}

/** JSON, or lines of another format. */
export async function* piecesOf(source: Readable, cut: Cut = wholeLines, renames?: Renames): AsyncGenerator<Piece> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const first = await chunks.next()
  if (first.done) return
  const all = restored(first.value, chunks)
  const head = first.value.toString('latin1', 0, 4096)
  if (renames && exportShape.test(head)) {
    const exported = exportPieces(await readAll(all), renames)
    if (exported) return yield* exported
    throw new Error('the file begins as an answer of the query API does, and is none')
  }
  const isArray = /^(?:\xef\xbb\xbf)?\s*(?:\[|\{\s*"(?:records|items)"\s*:\s*\[)/.test(head)
  yield* isArray ? arrayPieces(all) : linePieces(all, cut)
}

/** The source again, after a look at its first chunk. */
async function* restored(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

async function* linePieces(chunks: AsyncIterable<Buffer>, cut: Cut): AsyncGenerator<Piece> {
  let held: Buffer[] = []
  let size = 0
  let index = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    size += chunk.length
    if (size < pieceBytes) continue
    const bytes = Buffer.concat(held)
    const end = cut(bytes)
    if (end > 0) yield { body: bytes.subarray(0, end), index: index++, isLines: true }
    held = [bytes.subarray(end)]
    // A long line is not looked through again until as much more is there.
    size = end > 0 ? bytes.length - end : 0
  }
  const rest = Buffer.concat(held)
  if (rest.length > 0) yield { body: rest, index, isLines: true }
}

async function* arrayPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  const splitter = new RecordSplitter({ member: 'records' })
  const texts = async function* () {
    for await (const chunk of chunks) for (const { text } of splitter.push(chunk)) yield text
    for (const { text } of splitter.end()) yield text
  }
  yield* packed(texts())
}

/** Rows of a CSV file with a header. */
export async function* delimitedPieces(file: string, source: Readable, renames: Renames): AsyncGenerator<Piece> {
  source.setEncoding('utf8')
  const rows = async function* () {
    let names: readonly string[] | undefined
    for await (const cells of csvRecords(source, /\.tsv/i.test(file) ? '\t' : ',')) {
      if (names) yield JSON.stringify(rowOfCells(names, cells))
      else names = cells.map((header) => columnOfHeader(header, renames))
    }
  }
  yield* packed(rows())
}

/** Rows of an answer of the query API; undefined: the text is none. */
export function exportPieces(text: string, renames: Renames): AsyncGenerator<Piece> | undefined {
  const table = /^\ufeff?\s*\{\s*"(?:tables|Tables)"/.test(text)
    ? exportedTable(parseExact(text.replace(/^\ufeff/, '')))
    : undefined
  if (!table) return undefined
  return packed(textsOf(rowsOfTable(table, renames)))
}

async function* textsOf(rows: Iterable<Row>): AsyncGenerator<string> {
  for (const row of rows) yield jsonText(row)
}

async function* packed(texts: AsyncIterable<string>): AsyncGenerator<Piece> {
  let held: string[] = []
  let size = 0
  let index = 0
  const take = (): Piece => {
    const body = Buffer.from(`[${held.join(',')}]`)
    held = []
    size = 0
    return { body, index: index++, isLines: false }
  }
  let fault: unknown
  try {
    for await (const text of texts) {
      held.push(text)
      size += text.length
      if (size >= pieceBytes) yield take()
    }
  } catch (error) {
    // What stands before the fault is sent all the same.
    fault = error
  }
  if (held.length > 0 || (index === 0 && fault === undefined)) yield take()
  if (fault !== undefined) throw fault
}
