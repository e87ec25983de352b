import { mkdtempSync } from 'node:fs'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '../core/clock.ts'
import { selfSignedPair } from './self-signed.ts'

const folder = join(mkdtempSync(join(tmpdir(), 'conshelf-tls-')), 'tls')
const names = ['localhost', '127.0.0.1']
const now = systemClock.now()
const pair = selfSignedPair(folder, names, now)
const server = createServer(pair, (_request, response) => response.end('hello'))
afterAll(() => server.close())

test('a client that trusts the certificate accepts it by name and by address', async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  for (const host of names) {
    const status = await new Promise((resolve, reject) => {
      request({ host, port, ca: pair.cert, family: 4 }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end()
    })
    expect(status).toBe(200)
  }
})

test('the pair stays until it nearly expires or does not fit', () => {
  const days = (count: number) => now + count * 86_400_000
  expect(selfSignedPair(folder, names, days(300))).toEqual(pair)
  expect(selfSignedPair(folder, names, days(380))).not.toEqual(pair)
  const other = selfSignedPair(folder, names, now)
  expect(selfSignedPair(folder, [...names, 'logs.example.org'], now)).not.toEqual(other)
})
