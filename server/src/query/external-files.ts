// The files that externaldata may read: what a list of URL prefixes and folders holds, and nothing that a redirect, a link or an odd
// spelling of a path leads to beside them. https://learn.microsoft.com/kusto/query/externaldata-operator
import { realpathSync } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { isAbsolute, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { ServerError } from '../core/errors.ts'

export interface ExternalFiles {
  readonly mayRead: (address: string) => boolean
  /** The text of a file, unpacked. */
  readonly read: (address: string, signal?: AbortSignal) => Promise<string>
}

/** What the operator is for, by its page: reference tables of up to 100 MB. */
const maxBytes = 100 * 1_048_576
const maxRedirects = 5

type Place =
  | { readonly kind: 'url'; readonly origin: string; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }

/** `entries`: http(s) URLs and absolute paths of folders. Throws an Error that names an entry which is neither. */
export function externalFiles(entries: readonly string[]): ExternalFiles {
  const places = entries.map(placeOf)
  const onList = (url: URL): boolean => places.some((p) => p.kind === 'url' && isBelow(url, p))
  const mayRead = (address: string): boolean => {
    const target = targetOf(address)
    if (!target) return false
    if (target.kind === 'url') return onList(target.url)
    return places.some((p) => p.kind === 'folder' && isInside(target.path, p.path))
  }
  const read = async (address: string, signal?: AbortSignal): Promise<string> => {
    const target = targetOf(address)
    if (!target || !mayRead(address)) throw unreadable(address, 'it is not on the list')
    try {
      const bytes =
        target.kind === 'url' ? await download(target.url, onList, signal) : await readFolderFile(target.path, places)
      return await textOf(bytes)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      throw unreadable(address, reasonOf(error), error)
    }
  }
  return { mayRead, read }
}

function placeOf(entry: string): Place {
  if (isAbsolute(entry)) return { kind: 'folder', path: realpathSync(entry) }
  const url = URL.canParse(entry) ? new URL(entry) : undefined
  const isPlain = url && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === ''
  if (!isPlain) throw new Error(`'${entry}' is neither the beginning of an http or https URL nor the path of a folder`)
  return { kind: 'url', origin: url.origin, path: url.pathname }
}

type Target = { readonly kind: 'url'; readonly url: URL } | { readonly kind: 'file'; readonly path: string }

/** Undefined: no address that could be on a list. */
function targetOf(address: string): Target | undefined {
  if (isAbsolute(address)) return { kind: 'file', path: address }
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.protocol === 'file:' && url.host === '' && !hidesPath(url)) return { kind: 'file', path: fileURLToPath(url) }
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined
  return hidesPath(url) ? undefined : { kind: 'url', url }
}

/** Whether the path holds an encoded separator, which servers may take for one, or credentials of Kusto's own behind a semicolon. */
const hidesPath = (url: URL): boolean => /%2f|%5c|%00|;/i.test(url.pathname)

/** `URL` has taken `.` and `..` out of paths. A prefix ends where a part of the path does. */
function isBelow(url: URL, place: Extract<Place, { kind: 'url' }>): boolean {
  if (url.origin !== place.origin) return false
  return (
    url.pathname === place.path || url.pathname.startsWith(place.path.endsWith('/') ? place.path : `${place.path}/`)
  )
}

function isInside(path: string, folder: string): boolean {
  try {
    return realpathSync(path).startsWith(folder.endsWith(sep) ? folder : folder + sep)
  } catch {
    return false
  }
}

async function download(url: URL, onList: (url: URL) => boolean, signal: AbortSignal | undefined): Promise<Uint8Array> {
  let at = url
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await fetch(at, { redirect: 'manual', ...(signal ? { signal } : {}) })
    const next = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || next === null) return await bodyOf(response)
    await response.body?.cancel()
    at = new URL(next, at)
    const target = targetOf(at.href)
    if (target?.kind !== 'url' || !onList(at)) throw new Error('it redirects to an address that is not on the list')
  }
  throw new Error('it redirects too often')
}

async function bodyOf(response: Response): Promise<Uint8Array> {
  if (!response.ok) {
    await response.body?.cancel()
    throw new Error(`the server there answered ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw new Error(tooLarge)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const tooLarge = `it has more than ${maxBytes} bytes`

/** The path is looked at again, with links followed, right before it is opened. */
async function readFolderFile(path: string, places: readonly Place[]): Promise<Uint8Array> {
  const real = await realpath(path)
  if (!places.some((p) => p.kind === 'folder' && isInside(real, p.path))) throw new Error('it is not on the list')
  const file = await open(real, 'r')
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new Error('it is no file')
    if (stat.size > maxBytes) throw new Error(tooLarge)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

async function textOf(bytes: Uint8Array): Promise<string> {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const plain = packed ? await promisify(gunzip)(bytes, { maxOutputLength: maxBytes }) : bytes
  return new TextDecoder('utf-8', { fatal: true }).decode(plain)
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}

/** Without what stands behind the path, which may be a secret. */
const unreadable = (address: string, reason: string, cause?: unknown): ServerError =>
  new ServerError('externalDataUnreadable', { address: address.replace(/[?#;].*$/, ''), reason }, { cause })
