// Topics behind TLS and SASL: PLAIN as Event Hubs has it, SCRAM, a wrong password, a certificate that nobody trusts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfSignedPair } from '../server/src/api/self-signed.ts'
import { type Brokers, findKcat, startBrokers } from './kafka.ts'
import { type Front, type FrontOptions, startFront } from './kafka-front.ts'
import type { RealServer } from './server.ts'
import { ask, startWithSources, until } from './sources.ts'

const kcat = findKcat()
const root = mkdtempSync(join(tmpdir(), 'conshelf-kafka-tls-'))
const pair = selfSignedPair(join(root, 'tls'), ['localhost', '127.0.0.1'], Date.now())
const ca = join(root, 'ca.pem')
writeFileSync(ca, pair.cert)

let brokers: Brokers
const fronts: Front[] = []
beforeAll(async () => {
  if (kcat) brokers = await startBrokers(kcat, 1)
})
afterAll(async () => {
  await Promise.all(fronts.map((front) => front.stop()))
  await brokers?.stop()
  rmSync(root, { recursive: true, force: true })
})

async function front(options: Omit<FrontOptions, 'cert' | 'key'>): Promise<Front> {
  const started = await startFront(brokers.addresses[0] ?? '', { ...pair, ...options })
  fronts.push(started)
  return started
}

const row = (n: number) => JSON.stringify({ TimeGenerated: new Date().toISOString(), N: n })

async function waitFor(server: RealServer, text: string | RegExp, seconds = 20): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end && server.output().search(text) < 0; ) {
    await new Promise((resume) => setTimeout(resume, 100))
  }
  expect(server.output()).toMatch(text)
}

describe.skipIf(!kcat)('secured topics (skipped where kcat is missing)', () => {
  test('an event hub by its connection string, SCRAM with both hashes', async () => {
    const password = 'pencil,=and more'
    const user = { user: 'reader', password: () => password }
    const rest = 'SharedAccessKeyName=listen;SharedAccessKey=c2VjcmV0LWtleQ=='
    const hub = (port: number) => `Endpoint=sb://localhost:${port}/;${rest};EntityPath=Hub`
    let connection = ''
    const event = await front({ mechanism: 'PLAIN', user: '$ConnectionString', password: () => connection })
    connection = hub(event.port)
    const short = await front({ mechanism: 'SCRAM-SHA-256', ...user })
    const long = await front({ mechanism: 'SCRAM-SHA-512', ...user })
    for (const topic of ['Hub', 'Short', 'Long']) await brokers.produce(topic, [row(1), row(2)])
    const common = { kind: 'kafka', receiver: 'json', ca }
    const scram = { ...common, user: user.user, passwordVariable: 'PASSWORD' }
    const at = (secured: Front) => [`127.0.0.1:${secured.port}`]
    const server = await startWithSources(
      join(root, 'all'),
      [
        { ...common, name: 'hub', connectionStringVariable: 'HUB', table: 'Hub_CL' },
        { ...scram, name: 's', brokers: at(short), topics: ['Short'], mechanism: 'SCRAM-SHA-256', table: 'Short_CL' },
        { ...scram, name: 'l', brokers: at(long), topics: ['Long'], mechanism: 'SCRAM-SHA-512', table: 'Long_CL' },
      ],
      { HUB: connection, PASSWORD: password },
    )
    for (const topic of ['Hub', 'Short', 'Long']) {
      await until(server, `${topic}_CL | summarize count(), sum(N)`, [[2, 3]], 40)
    }
    for (const { seen } of [event, short, long]) {
      expect(seen.admitted).toBeGreaterThan(0)
      expect(seen.refused).toBe(0)
    }
    await server.stop()
  })

  test.each(['PLAIN', 'SCRAM-SHA-256'] as const)(
    'a wrong password for %s is told, and nothing is read',
    async (mechanism) => {
      const secured = await front({ mechanism, user: 'reader', password: () => 'right' })
      await brokers.produce('Closed', [row(1)])
      const source = {
        ...{ kind: 'kafka', name: 'closed', brokers: [`127.0.0.1:${secured.port}`], topics: ['Closed'], ca, mechanism },
        ...{ user: 'reader', passwordVariable: 'PASSWORD', receiver: 'json', table: 'Closed_CL' },
      }
      const server = await startWithSources(join(root, mechanism), [source], {
        PASSWORD: 'wrong',
        CONSHELF_LOG: 'warn',
      })
      await waitFor(server, /a source cannot be read/)
      expect(server.output()).toMatch(/SASL authentication failed/)
      expect(secured.seen).toEqual({ admitted: 0, refused: expect.any(Number) })
      expect(await ask(server, 'union isfuzzy=true Closed_CL | count')).not.toEqual([[1]])
      await server.stop()
    },
  )

  test('a certificate that nobody trusts ends the connection', async () => {
    const secured = await front({ mechanism: 'PLAIN', user: 'reader', password: () => 'right' })
    const source = {
      ...{ kind: 'kafka', name: 'closed', brokers: [`127.0.0.1:${secured.port}`], topics: ['Closed'], tls: true },
      ...{ user: 'reader', passwordVariable: 'PASSWORD', receiver: 'json', table: 'Closed_CL' },
    }
    const server = await startWithSources(join(root, 'untrusted'), [source], { PASSWORD: 'right' })
    await waitFor(server, /self-signed certificate|unable to verify/i)
    expect(secured.seen.admitted).toBe(0)
    await server.stop()
  })
})
