// The thread behind one handle. Starting a SELECT is a blocking call of the engine that also evaluates its scalar
// subqueries, for seconds if they are heavy; here it blocks nobody else.
import { parentPort, workerData } from 'node:worker_threads'
import { type ChdbQueryStream, Session, type StreamChunk } from 'chdb'
import type { Answer, Request, ThreadData } from './protocol.ts'

if (!parentPort) throw new Error('chdb/thread.ts runs as a worker thread only')
const port = parentPort
const data = workerData as ThreadData

let session: Session | undefined
let stream: ChdbQueryStream | undefined
let chunks: AsyncIterator<StreamChunk> | undefined

const newline = 0x0a
const comma = 0x2c
const openBracket = 0x5b
const closeBracket = 0x5d

/** Lines that the engine gave and that were not handed on yet. A block of it can be many megabytes of text. */
let rest: Uint8Array = new Uint8Array()

/** About so much text is parsed and encoded at once by whoever reads the answer: it bounds what an answer holds in memory. */
const pieceBytes = 524_288

/** JSONCompactEachRow lines as one JSON array; a raw newline cannot occur inside a JSON string. */
function asJsonArray(lines: Uint8Array): Uint8Array<ArrayBuffer> {
  const json = new Uint8Array(lines.length + 1)
  json[0] = openBracket
  json.set(lines, 1)
  for (let at = json.indexOf(newline); at !== -1; at = json.indexOf(newline, at + 1)) json[at] = comma
  json[json.length - 1] = closeBracket
  return json
}

async function fetchChunk(): Promise<Answer> {
  while (rest.length === 0) {
    const step = await chunks?.next()
    if (!step || step.done) return { kind: 'end' }
    rest = step.value.raw()
  }
  return { kind: 'chunk', json: asJsonArray(takeLines()) }
}

/** Whole lines from the front of what is left. */
function takeLines(): Uint8Array {
  const end = rest.length > pieceBytes ? rest.indexOf(newline, pieceBytes) + 1 : 0
  const lines = rest.subarray(0, end === 0 ? rest.length : end)
  rest = rest.subarray(lines.length)
  return lines
}

async function answer(request: Request): Promise<Answer> {
  switch (request.kind) {
    case 'start':
      stream = current().queryStream(request.sql, { format: 'JSONCompactEachRow' })
      chunks = stream[Symbol.asyncIterator]()
      rest = new Uint8Array()
      return fetchChunk()
    case 'next':
      return fetchChunk()
    case 'cancel':
      stream?.cancel()
      stream = undefined
      chunks = undefined
      rest = new Uint8Array()
      return { kind: 'end' }
    case 'run':
      return { kind: 'text', text: current().query(request.sql, 'TSV') }
    case 'close':
      session?.close()
      session = undefined
      return { kind: 'end' }
    default:
      return request satisfies never
  }
}

function current(): Session {
  session ??= new Session(data.folder, { connectionArgs: data.arguments })
  return session
}

function reply(message: Answer): void {
  if (message.kind === 'chunk') port.postMessage(message, [message.json.buffer as ArrayBuffer])
  else port.postMessage(message)
}

port.on('message', async (request: Request) => {
  try {
    reply(await answer(request))
  } catch (error) {
    reply({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
})
