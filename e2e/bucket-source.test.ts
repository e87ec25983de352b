// Buckets that a server follows: objects that grow, are written anew or replaced, pages of listings, wrong credentials.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findAzurite, startAzurite } from './azurite.ts'
import { signatureOf, startS3Double } from './s3-double.ts'
import { startWithSources, until } from './sources.ts'

const root = mkdtempSync(join(tmpdir(), 'conshelf-buckets-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

interface Bucket {
  readonly source: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, string>>
  /** Credentials that open nothing, and what the log says then. */
  readonly wrong: Readonly<Record<string, string>>
  readonly refusal: string
  put(name: string, text: string): void | Promise<void>
  stop(): Promise<void>
}

async function s3(): Promise<Bucket> {
  const double = await startS3Double('logs', 'key-id', 'hidden-secret')
  const variables = { keyIdVariable: 'S3_ID', secretVariable: 'S3_SECRET' }
  return {
    source: { kind: 's3', endpoint: double.url, bucket: 'logs', ...variables },
    env: { S3_ID: 'key-id', S3_SECRET: 'hidden-secret' },
    wrong: { S3_ID: 'key-id', S3_SECRET: 'hidden-wrong' },
    refusal: '403 SignatureDoesNotMatch',
    put: double.put,
    stop: double.stop,
  }
}

async function azureBlob(program: string): Promise<Bucket> {
  const azurite = await startAzurite(program)
  return {
    source: { kind: 'azure-blob', sasUrlVariable: 'SAS_URL' },
    env: { SAS_URL: azurite.sasUrl },
    wrong: { SAS_URL: azurite.sasUrl.replace(/sig=[^&]+/, 'sig=hidden') },
    refusal: '403',
    put: azurite.put,
    stop: azurite.stop,
  }
}

const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const line = (n: number) => `${JSON.stringify({ TimeGenerated: `${day}T10:00:00Z`, N: n })}\n`
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => line(from + i)).join('')
const resourceId =
  '/SUBSCRIPTIONS/0A0B0C0D-1111-2222-3333-444455556666/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV'
const records = (...numbers: number[]) =>
  JSON.stringify({
    records: numbers.map((n) => ({
      time: `${day}T10:00:00Z`,
      resourceId,
      category: 'AuditEvent',
      operationName: `Op${n}`,
    })),
  })

const azurite = findAzurite()
if (!azurite) console.warn('There is no Azurite (npm package azurite): skipped.')
const kinds = [
  { kind: 's3', open: s3 as (() => Promise<Bucket>) | undefined },
  { kind: 'azure-blob', open: azurite === undefined ? undefined : () => azureBlob(azurite) },
]

describe.each(kinds)('$kind (skipped where its server is missing)', ({ kind, open }) => {
  test.skipIf(!open)('objects that grow, are written anew, are replaced', async () => {
    const bucket = await (open as () => Promise<Bucket>)()
    const more = { pollSeconds: 0.2, mode: 'resource' }
    const text = {
      ...bucket.source,
      name: 'text',
      prefix: 'apps/',
      receiver: 'json',
      table: 'Text_CL',
      pollSeconds: 0.2,
    }
    const audits = { ...bucket.source, name: 'audit', prefix: 'insights/', receiver: 'azure-diagnostics', ...more }
    const hour = `insights/resourceId=${resourceId}/y=2026/m=03/d=01/h=10/m=00/PT1H.json`
    await bucket.put('apps/a b+c&d%20é.log', lines(0, 3) + line(3).slice(0, 20))
    for (const n of [10, 11, 12, 13, 14]) await bucket.put(`apps/more/${n}.log`, line(n))
    await bucket.put('other/not-ours.log', line(99))
    await bucket.put(hour, records(1, 2))
    const server = await startWithSources(join(root, kind), [text, audits], bucket.env)
    const numbers = 'Text_CL | summarize by N = toint(N) | sort by N asc | summarize make_list(N)'
    await until(server, numbers, [['[0,1,2,10,11,12,13,14]']])
    await until(server, 'AZKVAuditLogs | count', [[2]])
    await bucket.put('apps/a b+c&d%20é.log', lines(0, 6))
    await bucket.put(hour, records(1, 2, 3))
    await until(server, numbers, [['[0,1,2,3,4,5,10,11,12,13,14]']])
    await until(server, 'AZKVAuditLogs | summarize count(), dcount(OperationName)', [[3, 3]])
    await bucket.put('apps/more/10.log', lines(20, 22))
    await until(server, 'Text_CL | summarize count(), dcount(N)', [[13, 13]])
    expect(await server.stop()).toBe(0)
    const again = await startWithSources(join(root, kind), [text, audits], bucket.env)
    await bucket.put('apps/new.log', line(30))
    await until(again, 'Text_CL | summarize count(), dcount(N)', [[14, 14]])
    await again.stop()
    const refused = await startWithSources(join(root, `${kind}-wrong`), [text], bucket.wrong)
    while (!refused.output().includes('cannot be listed')) await new Promise((resume) => setTimeout(resume, 100))
    expect(refused.output()).toContain(bucket.refusal)
    expect(refused.output()).not.toContain('hidden')
    await refused.stop()
    await bucket.stop()
  })
})

test("the double computes signatures as Amazon's documentation does", () => {
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  const headers = {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': empty,
    'x-amz-date': '20130524T000000Z',
  }
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date'
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  expect(signatureOf({ method: 'GET', url: '/test.txt', headers }, authorization, secret)).toBe(
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  )
})

test('buckets that cannot be', async () => {
  const source = { kind: 'azure-blob', sasUrlVariable: 'SAS_URL', receiver: 'json', table: 'T_CL' }
  const started = startWithSources(join(root, 'bad'), [source], { SAS_URL: 'https://a.blob.core.windows.net/hidden' })
  await expect(started).rejects.toThrow(/SAS_URL is not the URL of a container with a shared access signature/)
  await expect(started).rejects.not.toThrow(/hidden/)
  const s3 = {
    kind: 's3',
    endpoint: 'localhost',
    bucket: 'b',
    keyIdVariable: 'A',
    secretVariable: 'B',
    receiver: 'json',
  }
  await expect(startWithSources(join(root, 'bad'), [s3])).rejects.toThrow(/source 1: 'endpoint'/)
})
