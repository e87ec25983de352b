// `conshelf ingest`: sends files to a receiver over HTTP, compressed, with progress.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { fetchJson, member, serverOf } from './client.ts'
import {
  type Call,
  type Command,
  CommandError,
  type ExitCode,
  exit,
  serverHelp,
  serverOptions,
  type Terminal,
  textOption,
  UsageError,
} from './command.ts'

export const ingest: Command = {
  name: 'ingest',
  summary: 'send log files to a server',
  usage: 'FILE… (--table TABLE | --as azure-diagnostics|kubernetes-audit) [-w WORKSPACE]',
  help: `  --table TABLE          rows of this table by its column names: an array of objects, or one object a line
  --as RECEIVER          azure-diagnostics or kubernetes-audit: the files are in that format
  -w, --workspace NAME   name or GUID; may be left out when the server has only one
  --mode MODE            diagnostics or resource: one wide table, or one per category
  --cluster ID           ARM id of the cluster (kubernetes-audit)
  --keep-time            records keep their time, however old they are
${serverHelp}

  FILE may be - for standard input. A file is one request: all of it is stored, or the reason is printed.`,
  options: {
    ...serverOptions,
    table: { type: 'string' },
    as: { type: 'string' },
    workspace: { type: 'string', short: 'w' },
    mode: { type: 'string' },
    cluster: { type: 'string' },
    'keep-time': { type: 'boolean' },
  },
  run: runIngest,
}

async function runIngest(call: Call): Promise<ExitCode> {
  if (call.words.length === 0) throw new UsageError('name the files to send')
  const path = receiverPath(call)
  let code: ExitCode = exit.success
  for (const file of call.words) {
    const rejected = await sendFile(file, path, call)
    if (rejected > 0) code = exit.partial
  }
  return code
}

function receiverPath(call: Call): string {
  const table = textOption(call, 'table')
  const receiver = textOption(call, 'as')
  if ((table === undefined) === (receiver === undefined)) throw new UsageError('say either --table or --as')
  const parameters = new URLSearchParams()
  for (const name of ['workspace', 'mode', 'cluster']) {
    const value = textOption(call, name)
    if (value !== undefined) parameters.set(name, value)
  }
  if (call.values['keep-time'] === true) parameters.set('keepTime', 'true')
  if (table !== undefined) return `/ingest/json/${encodeURIComponent(table)}?${parameters}`
  if (receiver === 'azure-diagnostics') return `/ingest/azure-diagnostics?${parameters}`
  if (receiver === 'kubernetes-audit') return `/k8s-audit?${parameters}`
  throw new UsageError(`--as takes azure-diagnostics or kubernetes-audit, not '${receiver}'`)
}

async function sendFile(file: string, path: string, call: Call): Promise<number> {
  const { terminal } = call
  const progress = showProgress(file, await sizeOf(file), terminal)
  const source = file === '-' ? process.stdin : createReadStream(file)
  source.on('data', (chunk: string | Buffer) => progress.add(chunk.length))
  const body = Readable.toWeb(source.pipe(createGzip({ level: 1 })))
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
  }
  const outcome = await fetchJson(serverOf(call), path, init, terminal.signal).finally(progress.end)
  const rejected = Number(member(outcome, 'rejected'))
  terminal.out(`${file}: ${Number(member(outcome, 'accepted'))} accepted, ${rejected} rejected\n`)
  const errors = member(outcome, 'errors')
  for (const error of Array.isArray(errors) ? errors.slice(0, 10) : []) {
    terminal.err(`  record ${member(error, 'index')}: ${member(error, 'reason')}\n`)
  }
  return rejected
}

async function sizeOf(file: string): Promise<number | undefined> {
  if (file === '-') return undefined
  const found = await stat(file).catch((error: unknown) => {
    throw new CommandError(`${file} cannot be read`, { cause: error })
  })
  if (found.isDirectory()) throw new CommandError(`${file} is a folder; name the files in it`)
  return found.size
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
