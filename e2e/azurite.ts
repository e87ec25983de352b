// Azurite, Microsoft's emulator of Azure storage, with one container, where the package `azurite` is installed.
import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** The account that every Azurite has. https://learn.microsoft.com/azure/storage/common/storage-connect-azurite */
const account = 'devstoreaccount1'
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

export function findAzurite(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, 'azurite-blob')).find(existsSync)
}

export interface Azurite {
  /** URL of the container with a shared access signature. */
  readonly sasUrl: string
  put(name: string, text: string): Promise<void>
  stop(): Promise<void>
}

export async function startAzurite(program: string): Promise<Azurite> {
  const folder = mkdtempSync(join(tmpdir(), 'conshelf-azurite-'))
  const args = ['--blobHost', '127.0.0.1', '--blobPort', '0', '--location', folder, '--skipApiVersionCheck']
  const emulator = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(emulator, 'exit')
  const port = await new Promise<string>((resolve, reject) => {
    let said = ''
    emulator.stdout.on('data', (chunk) => {
      said += chunk
      const found = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (found) resolve(found)
    })
    emulator.once('exit', (code) => reject(new Error(`Azurite ended with ${code}: ${said}`)))
  })
  const container = `http://127.0.0.1:${port}/${account}/logs`
  const headers = { 'x-ms-version': '2020-10-02' }
  const send = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init)
    if (!response.ok) throw new Error(`Azurite answers ${response.status}: ${await response.text()}`)
  }
  await send(`${container}?restype=container&${signature()}`, { method: 'PUT', headers })
  return {
    sasUrl: `${container}?${signature()}`,
    put: (name, text) =>
      send(`${container}/${name.split('/').map(encodeURIComponent).join('/')}?${signature()}`, {
        method: 'PUT',
        headers: { ...headers, 'x-ms-blob-type': 'BlockBlob' },
        body: text,
      }),
    stop: async () => {
      emulator.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** https://learn.microsoft.com/rest/api/storageservices/create-account-sas */
function signature(): string {
  const parts = { sp: 'rwlc', ss: 'b', srt: 'sco', st: '', se: '2099-01-01T00:00:00Z', sip: '', spr: 'https,http' }
  const { sp, ss, srt, st, se, sip, spr } = parts
  const text = [account, sp, ss, srt, st, se, sip, spr, '2020-10-02', ''].join('\n')
  const sig = createHmac('sha256', Buffer.from(accountKey, 'base64')).update(text).digest('base64')
  return String(new URLSearchParams({ sv: '2020-10-02', ss, srt, sp, se, spr, sig }))
}
