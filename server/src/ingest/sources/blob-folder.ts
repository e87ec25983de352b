// Files that grow, wherever they are: the port, and a local folder behind it.
import { open, opendir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

export interface Blob {
  /** Relative to the folder, with slashes. */
  readonly path: string
  /** Of the file itself where it can be known: it stays when a file is renamed, and may be used again later. */
  readonly identity: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

export interface BlobFolder {
  list(): AsyncIterable<Blob>
  /** Bytes from an offset, fewer at the end of the file; none if it is not there any more. */
  read(path: string, from: number, length: number): Promise<Uint8Array>
}

export function localFolder(root: string): BlobFolder {
  return {
    list: () => listFiles(root, root),
    read: (path, from, length) => readFile(join(root, path), from, length),
  }
}

async function* listFiles(root: string, folder: string): AsyncGenerator<Blob> {
  const names: string[] = []
  for await (const { name } of await opendir(folder)) names.push(name)
  for (const name of names.sort()) {
    const path = join(folder, name)
    // Links are followed: kubelet's folders are made of them.
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory()) yield* listFiles(root, path)
    else if (found?.isFile()) {
      const identity = `${found.dev}:${found.ino}`
      yield { path: relative(root, path).split(sep).join('/'), identity, size: found.size, changedAt: found.mtimeMs }
    }
  }
}

async function readFile(path: string, from: number, length: number): Promise<Uint8Array> {
  const file = await open(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (!file) return new Uint8Array(0)
  try {
    const buffer = Buffer.allocUnsafe(length)
    let used = 0
    while (used < length) {
      const { bytesRead } = await file.read(buffer, used, length - used, from + used)
      if (bytesRead === 0) break
      used += bytesRead
    }
    return buffer.subarray(0, used)
  } finally {
    await file.close()
  }
}
