// The real server as a process of its own, on a free port, with a data folder that goes afterwards.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
export const command = join(root, 'server', 'bin', 'conshelf.mjs')

export interface RealServer {
  readonly pid: number
  readonly url: string
  readonly data: string
  /** What it printed so far. */
  readonly output: () => string
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

export interface ServerOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** A folder to go on with; it stays. */
  readonly data?: string
}

/** Settings of whoever runs the tests must not reach the server under test. */
export function cleanEnv(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('CONSHELF_'))
  return { ...Object.fromEntries(own), ...more }
}

/** Resolves when the server answers. */
export async function startRealServer(options: ServerOptions = {}): Promise<RealServer> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'conshelf-e2e-'))
  const args = ['serve', '--listen', '127.0.0.1:0', '--data', data, ...(options.args ?? [])]
  const child = spawn(process.execPath, [command, ...args], {
    cwd: tmpdir(),
    env: cleanEnv(options.env),
    stdio: 'pipe',
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const output = collect(child)
  const forget = () => options.data ?? rmSync(data, { recursive: true, force: true })
  const url = await announcedUrl(child, output).catch((error: unknown) => {
    forget()
    throw error
  })
  return {
    pid: child.pid ?? 0,
    url,
    data,
    output,
    stop: async () => {
      child.kill('SIGTERM')
      const code = await exited
      forget()
      return code
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

function collect(child: ChildProcess): () => string {
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  child.stderr?.on('data', (chunk) => {
    text += chunk
  })
  return () => text
}

function announcedUrl(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const url = / at (https?:\/\/\S+)/.exec(output())?.[1]
      if (url) resolve(url)
    }
    child.stdout?.on('data', look)
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${output()}`)))
  })
}
