// `conshelf ingest`: sends files to a receiver over HTTP, piece by piece, compressed, with progress. Each piece has a key made
// of file and place, so that sending a file again stores nothing twice.
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { middleOf, wholeLines, wholeMessages } from '../ingest/sources/cut.ts'
import { tableName } from '../plain-files.ts'
import { errorMessage, member, type Server, send, serverOf } from './client.ts'
import {
  type Call,
  type Command,
  CommandError,
  type ExitCode,
  exit,
  listOption,
  serverHelp,
  serverOptions,
  type Terminal,
  textOption,
  UsageError,
} from './command.ts'
import type { Renames } from './exported.ts'
import { delimitedPieces, exportPieces, isDelimited, openFile, type Piece, piecesOf } from './pieces.ts'

/** Receivers by name, and their paths. */
const paths: Readonly<Record<string, string>> = {
  'azure-diagnostics': '/ingest/azure-diagnostics',
  'flow-logs': '/ingest/flow-logs',
  'kubernetes-audit': '/k8s-audit',
  'cri-logs': '/ingest/cri-logs',
  'data-export': '/ingest/data-export',
}

export const ingest: Command = {
  name: 'ingest',
  summary: 'send log files to a server',
  usage: `FILE|FOLDER… (--table TABLE | --as ${Object.keys(paths).join('|')}) [-w WORKSPACE]`,
  help: `  --table TABLE          rows of this table by its column names: JSON lines, a JSON array, CSV or TSV with a header, Parquet,
                         an answer of the query API
  --as RECEIVER          the files are in that format: ${Object.keys(paths).join(', ')}
  --column NAME=SOURCE   what the file calls SOURCE is the column NAME (CSV, Parquet, query answers); may be repeated
  -w, --workspace NAME   name or GUID; may be left out when the server has only one
  --mode MODE            diagnostics or resource: one wide table, or one per category
  --cluster ID           ARM id of the cluster (kubernetes-audit, cri-logs)
  --computer NAME        the node (cri-logs)
  --keep-time            records keep their time, however old they are
${serverHelp}

  FILE may be - for standard input, and end in .gz or .zst. Of a folder, all files are sent. What a file says is sent in pieces
  of 4 MB; sent again within a day, a file that has not changed is not stored twice.`,
  options: {
    ...serverOptions,
    table: { type: 'string' },
    as: { type: 'string' },
    column: { type: 'string', multiple: true },
    workspace: { type: 'string', short: 'w' },
    mode: { type: 'string' },
    cluster: { type: 'string' },
    computer: { type: 'string' },
    'keep-time': { type: 'boolean' },
  },
  run: runIngest,
}

async function runIngest(call: Call): Promise<ExitCode> {
  if (call.words.length === 0) throw new UsageError('name the files to send')
  const target = targetOf(call)
  let code: ExitCode = exit.success
  for (const file of call.words.flatMap(filesOf)) if ((await sendFile(file, target, call)) > 0) code = exit.partial
  return code
}

interface SendTarget {
  readonly path: string
  readonly parameters: URLSearchParams
  readonly receiver: string | undefined
  readonly renames: Renames
}

function targetOf(call: Call): SendTarget {
  const table = textOption(call, 'table')
  const receiver = textOption(call, 'as')
  if ((table === undefined) === (receiver === undefined)) throw new UsageError('say either --table or --as')
  const parameters = new URLSearchParams()
  for (const name of ['workspace', 'mode', 'cluster', 'computer']) {
    const value = textOption(call, name)
    if (value !== undefined) parameters.set(name, value)
  }
  if (call.values['keep-time'] === true) parameters.set('keepTime', 'true')
  const path = table === undefined ? paths[receiver ?? ''] : `/ingest/json/${encodeURIComponent(table)}`
  if (path === undefined) throw new UsageError(`--as takes one of ${Object.keys(paths).join(', ')}, not '${receiver}'`)
  return { path, parameters, receiver, renames: renamesOf(listOption(call, 'column')) }
}

function renamesOf(texts: readonly string[]): Renames {
  return new Map(
    texts.map((text) => {
      const [, name, source] = /^(\w+)=(.+)$/.exec(text) ?? []
      if (name === undefined || source === undefined) throw new UsageError(`--column is NAME=SOURCE, not '${text}'`)
      return [source, name]
    }),
  )
}

function filesOf(path: string): readonly string[] {
  if (path === '-' || !isFolder(path)) return [path]
  const entries = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()
  return entries.map((name) => join(path, name)).filter((file) => statSync(file).isFile())
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    throw new CommandError(`${path} cannot be read`, { cause: error })
  }
}

interface Tally {
  accepted: number
  rejected: number
  readonly errors: string[]
}

async function sendFile(file: string, target: SendTarget, call: Call): Promise<number> {
  const { terminal } = call
  const progress = showProgress(file, file === '-' ? undefined : statSync(file).size, terminal)
  const tally: Tally = { accepted: 0, rejected: 0, errors: [] }
  const identity = await identityOf(file, target)
  const parameters = new URLSearchParams(target.parameters)
  if (target.receiver === 'cri-logs') parameters.set('file', resolve(file))
  const request = { server: serverOf(call), path: `${target.path}?${parameters}`, signal: terminal.signal }
  try {
    for await (const piece of await piecesOfFile(file, target, terminal, progress.add)) {
      const key = identity === undefined ? undefined : `${identity}-${piece.index}`
      await sendPiece(piece, key, request, tally)
    }
  } catch (error) {
    if (tally.accepted === 0 || !(error instanceof Error)) throw error
    const again = `${tally.accepted} records of ${file} are stored; sending it again goes on there`
    throw new CommandError(`${error.message}\n${again}`, { cause: error })
  } finally {
    progress.end()
  }
  terminal.out(`${file}: ${tally.accepted} accepted, ${tally.rejected} rejected\n`)
  for (const line of tally.errors.slice(0, 10)) terminal.err(`  ${line}\n`)
  return tally.rejected
}

async function piecesOfFile(
  file: string,
  { receiver, renames }: SendTarget,
  terminal: Terminal,
  onBytes: (count: number) => void,
): Promise<AsyncIterable<Piece>> {
  if (receiver === undefined && /\.parquet$/i.test(file)) {
    const { askLocal } = await import('./local.ts')
    const question = { query: tableName(file), workspace: undefined, timespan: undefined, waitSeconds: undefined }
    const { status, text } = await askLocal([file], question, terminal)
    const pieces = status === 200 ? exportPieces(text, renames) : undefined
    if (!pieces) throw new CommandError(`${file}: ${errorMessage(JSON.parse(text)) ?? 'it cannot be read'}`)
    return pieces
  }
  const source = openFile(file, onBytes)
  if (receiver !== undefined) return piecesOf(source, receiver === 'cri-logs' ? wholeMessages : wholeLines)
  if (isDelimited(file)) return delimitedPieces(file, source, renames)
  return piecesOf(source, wholeLines, renames)
}

/** The same for the same file with the same beginning, sent to the same place. */
async function identityOf(file: string, { path, parameters, renames }: SendTarget): Promise<string | undefined> {
  if (file === '-') return undefined
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
    const { size, mtimeMs } = await handle.stat()
    const about = JSON.stringify([resolve(file), size, mtimeMs, path, String(parameters), [...renames]])
    return createHash('sha256').update(about).update(buffer.subarray(0, bytesRead)).digest('hex')
  } finally {
    await handle.close()
  }
}

interface SendRequest {
  readonly server: Server
  readonly path: string
  readonly signal: AbortSignal
}

/** A file of more lines that nobody can read is of another format. */
const mostBadLines = 100

async function sendPiece(piece: Piece, key: string | undefined, request: SendRequest, tally: Tally): Promise<void> {
  const { server, path, signal } = request
  const init = {
    method: 'POST',
    body: gzipSync(piece.body, { level: 1 }),
    headers: {
      'content-encoding': 'gzip',
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
  }
  const { status, text } = await send(server, path, init, signal)
  if (status === 429 || status === 503) {
    await new Promise((resume) => setTimeout(resume, 1000))
    return sendPiece(piece, key, request, tally)
  }
  const answer = parsed(text)
  if (status < 400) return count(answer, tally)
  const reason = errorMessage(answer) ?? `the server answered ${status}: ${text.slice(0, 200)}`
  const isMalformed = status === 400 && member(member(answer, 'error'), 'code') === 'InvalidPayload'
  const at = isMalformed && piece.isLines ? middleOf(piece.body) : undefined
  if (at !== undefined) {
    await sendPiece({ ...piece, body: piece.body.subarray(0, at) }, key && `${key}/0`, request, tally)
    return sendPiece({ ...piece, body: piece.body.subarray(at) }, key && `${key}/1`, request, tally)
  }
  const isWhole = tally.accepted === 0 && tally.rejected >= mostBadLines
  if (!isMalformed || !piece.isLines || isWhole || key === undefined || !key.includes('/'))
    throw new CommandError(reason)
  tally.rejected++
  tally.errors.push(`record ${tally.accepted + tally.rejected - 1}: ${reason}`)
}

function count(answer: unknown, tally: Tally): void {
  const before = tally.accepted + tally.rejected
  const errors = member(answer, 'errors')
  for (const error of Array.isArray(errors) ? errors : []) {
    tally.errors.push(`record ${before + Number(member(error, 'index'))}: ${member(error, 'reason')}`)
  }
  tally.accepted += Number(member(answer, 'accepted'))
  tally.rejected += Number(member(answer, 'rejected'))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A line on the screen that follows the bytes; nothing when the output is not a screen. */
function showProgress(file: string, size: number | undefined, { width, err }: Terminal) {
  let sent = 0
  let shown = -1
  return {
    add: (bytes: number) => {
      sent += bytes
      const megabytes = Math.floor(sent / 1e6)
      if (width === undefined || megabytes === shown) return
      shown = megabytes
      const share = size ? ` ${Math.floor((100 * sent) / size)} %` : ''
      err(`\r${file}: ${megabytes} MB${share}\u001b[K`)
    },
    end: () => {
      if (shown >= 0) err('\r\u001b[K')
    },
  }
}
