// A Prometheus server for tests: the program on the path, or the one that scripts/setup.mjs unpacked; own folder, own port.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const unpacked = fileURLToPath(new URL('../node_modules/.cache/prometheus/usr/bin/prometheus', import.meta.url))

export function prometheusProgram(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return [...folders.map((folder) => join(folder, 'prometheus')), unpacked].find(existsSync)
}

export interface PrometheusServer {
  readonly url: string
  output(): string
  stop(): Promise<void>
}

/** `config`: its configuration, in which `<self>` stands for its own address. */
export async function startPrometheus(program: string, config: string): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'conshelf-prometheus-'))
  const address = `127.0.0.1:${await freePort()}`
  writeFileSync(join(folder, 'prometheus.yml'), config.replaceAll('<self>', address))
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--web.enable-remote-write-receiver',
      '--enable-feature=exemplar-storage,native-histograms',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const output = collected(child)
  const url = `http://${address}`
  await ready(url, child, output)
  return {
    url,
    output,
    async stop() {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function collected(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (chunk) => {
    text += chunk
  })
  return () => text
}

async function ready(url: string, child: ChildProcess, output: () => string): Promise<void> {
  for (let tries = 0; tries < 150 && child.exitCode === null; tries++) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resume) => setTimeout(resume, 200))
  }
  child.kill('SIGKILL')
  throw new Error(`Prometheus did not start:\n${output()}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
