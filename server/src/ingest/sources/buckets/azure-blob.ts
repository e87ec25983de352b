// Blobs of a container of Azure storage as a folder of files that grow; a shared access signature gives access.
// https://learn.microsoft.com/rest/api/storageservices/list-blobs
import type { Blob, BlobFolder } from '../blob-folder.ts'
import type { AzureBlobSettings, Secrets } from '../settings.ts'
import { element, elements, pathOf, rangeHeader, rangeOf, textOf, withLimits } from './requests.ts'

const version = { 'x-ms-version': '2020-10-02' }

/** Throws when the variable holds no URL of a container. */
export function azureBlobFolder(settings: AzureBlobSettings, secrets: Secrets, signal: AbortSignal): BlobFolder {
  const { sasUrlVariable, prefix = '' } = settings
  const text = secrets[sasUrlVariable] ?? ''
  const container = URL.canParse(text) ? new URL(text) : undefined
  if (!container?.searchParams.has('sig') || container.pathname === '/') {
    throw new Error(`${sasUrlVariable} is not the URL of a container with a shared access signature`)
  }
  const base = `${container.origin}${container.pathname.replace(/\/+$/, '')}`
  const signature = container.search.slice(1)
  const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(url, { headers: { ...version, ...headers }, signal: withLimits(signal) })
  return {
    list: () => listBlobs(async (query) => textOf(await get(`${base}?${query}&${signature}`)), prefix),
    read: async (path, from, length) => {
      const url = `${base}/${pathOf(prefix + path)}?${signature}`
      return rangeOf(await get(url, { range: rangeHeader(from, length) }), from, length)
    },
  }
}

async function* listBlobs(ask: (query: string) => Promise<string>, prefix: string): AsyncGenerator<Blob> {
  let next: string | undefined
  do {
    const query = { restype: 'container', comp: 'list', prefix, ...(next && { marker: next }) }
    const page = await ask(String(new URLSearchParams(query)))
    for (const blob of elements(page, 'Blob')) yield blobOf(blob, prefix)
    next = element(page, 'NextMarker')
  } while (next)
}

function blobOf(blob: string, prefix: string): Blob {
  const name = element(blob, 'Name') ?? ''
  return {
    path: name.slice(prefix.length),
    identity: name,
    size: Number(element(blob, 'Content-Length')),
    changedAt: Date.parse(element(blob, 'Last-Modified') ?? ''),
  }
}
