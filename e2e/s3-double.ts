// A little S3 for tests: ListObjectsV2 in small pages, GetObject with ranges, and signatures of version 4, which it computes
// itself. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SignedRequest {
  readonly method: string
  /** As sent. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** What the signature of a request must be, given what its Authorization header says of scope and signed headers. */
export function signatureOf({ method, url, headers }: SignedRequest, authorization: string, secret: string): string {
  const [, scope = '', signedHeaders = ''] =
    /Credential=[^/]+\/([^,]+),\s*SignedHeaders=([^,]+)/.exec(authorization) ?? []
  const [path = '', query = ''] = url.split('?')
  const canonicalQuery = query === '' ? '' : query.split('&').sort().join('&')
  const canonicalHeaders = signedHeaders.split(';').map((name) => `${name}:${headers[name]?.trim()}\n`)
  const content = headers['x-amz-content-sha256'] ?? ''
  const request = [method, path, canonicalQuery, canonicalHeaders.join(''), signedHeaders, content].join('\n')
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(request)].join('\n')
  const key = scope.split('/').reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${secret}`)
  return hmac(key, text).toString('hex')
}

export interface S3Double {
  readonly url: string
  put(key: string, text: string): void
  stop(): Promise<void>
}

interface Stored {
  readonly bytes: Buffer
  readonly at: string
}

const keysAPage = 2

export async function startS3Double(bucket: string, keyId: string, secret: string): Promise<S3Double> {
  const objects = new Map<string, Stored>()
  const server = createServer((request, response) => {
    const authorization = request.headers.authorization ?? ''
    const signed = { method: request.method ?? '', url: request.url ?? '', headers: plainHeaders(request) }
    const isOurs = authorization.includes(`Credential=${keyId}/`)
    if (!isOurs || !authorization.endsWith(`Signature=${signatureOf(signed, authorization, secret)}`)) {
      return void response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>')
    }
    const url = new URL(signed.url, 'http://host')
    const key = decodeURIComponent(url.pathname.slice(bucket.length + 2))
    if (key === '') response.end(listing(objects, url.searchParams))
    else sendObject(objects.get(key), request.headers.range, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put: (key, text) => void objects.set(key, { bytes: Buffer.from(text), at: new Date().toISOString() }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

function listing(objects: ReadonlyMap<string, Stored>, query: URLSearchParams): string {
  const after = Buffer.from(query.get('continuation-token') ?? '', 'base64').toString()
  const keys = [...objects.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after).sort()
  const page = keys.slice(0, keysAPage)
  const contents = page.map((key) => {
    const { bytes, at } = objects.get(key) as Stored
    const name = encodeURIComponent(key).replaceAll('%2F', '/')
    return `<Contents><Key>${name}</Key><LastModified>${at}</LastModified><Size>${bytes.length}</Size></Contents>`
  })
  const token = Buffer.from(page.at(-1) ?? '').toString('base64')
  const more = keys.length > page.length
  const next = more ? `<NextContinuationToken>${token}</NextContinuationToken>` : ''
  return `<ListBucketResult><IsTruncated>${more}</IsTruncated>${contents.join('')}${next}</ListBucketResult>`
}

function sendObject(object: Stored | undefined, range: string | undefined, response: ServerResponse): void {
  if (!object) return void response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
  const [, from = '0', to = '0'] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
  if (Number(from) >= object.bytes.length) return void response.writeHead(416).end()
  response.writeHead(206).end(object.bytes.subarray(Number(from), Number(to) + 1))
}
