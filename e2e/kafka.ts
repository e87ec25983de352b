// A Kafka cluster for tests: the mock brokers inside librdkafka, which kcat starts, and kcat as the producer.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const unpacked = fileURLToPath(new URL('../node_modules/.cache/kcat', import.meta.url))

export interface Kcat {
  readonly program: string
  readonly env: NodeJS.ProcessEnv
}

/** The one on the path, or the one that scripts/setup.mjs unpacked, with its libraries. */
export function findKcat(): Kcat | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const program = folders.map((folder) => join(folder, 'kcat')).find(existsSync)
  if (program) return { program, env: process.env }
  const own = join(unpacked, 'usr', 'bin', 'kcat')
  if (!existsSync(own)) return undefined
  const libraries = globSync('{usr/,}lib/*-linux-*', { cwd: unpacked }).map((folder) => join(unpacked, folder))
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(':') }
  return spawnSync(own, ['-V'], { env }).status === 0 ? { program: own, env } : undefined
}

export interface Brokers {
  readonly addresses: readonly string[]
  /** One message a line; to one partition, or spread over all. */
  produce(topic: string, messages: readonly string[], options?: ProduceOptions): Promise<void>
  /** They answer nothing any more; then they do again. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

export interface ProduceOptions {
  readonly partition?: number
  readonly compression?: 'gzip' | 'snappy' | 'lz4' | 'zstd'
}

/** Topics come into being when somebody asks for them, with 4 partitions. */
export async function startBrokers({ program, env }: Kcat, count: number): Promise<Brokers> {
  const args = ['-P', '-b', 'none', '-t', 'started', '-X', `test.mock.num.brokers=${count}`, '-d', 'mock']
  const cluster = spawn(program, args, { env, stdio: ['pipe', 'ignore', 'pipe'] })
  const exited = once(cluster, 'exit')
  const addresses = (await announced(cluster)).split(',')
  return {
    addresses,
    async produce(topic, messages, { partition, compression } = {}) {
      const to = partition === undefined ? [] : ['-p', String(partition)]
      const how = compression === undefined ? [] : ['-z', compression]
      const sender = spawn(program, ['-P', '-b', addresses.join(','), '-t', topic, ...to, ...how], { env })
      let said = ''
      sender.stderr.on('data', (chunk) => {
        said += chunk
      })
      sender.stdin.end(messages.map((message) => `${message}\n`).join(''))
      const [code] = await once(sender, 'exit')
      if (code !== 0) throw new Error(`kcat ended with ${code}: ${said}`)
    },
    freeze: () => void cluster.kill('SIGSTOP'),
    thaw: () => void cluster.kill('SIGCONT'),
    stop: async () => {
      cluster.kill('SIGKILL')
      await exited
    },
  }
}

function announced(cluster: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    cluster.stderr?.on('data', (chunk) => {
      said = (said + chunk).slice(-10_000)
      const found = /bootstrap\.servers=(\S+)/.exec(said)?.[1]
      if (found) resolve(found)
    })
    cluster.once('exit', (code) => reject(new Error(`kcat ended with ${code}: ${said}`)))
  })
}
