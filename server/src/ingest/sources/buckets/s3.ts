// Objects of an S3-compatible bucket as a folder of files that grow. Requests are path-style and signed with version 4.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
import { AwsClient } from 'aws4fetch'
import type { Blob, BlobFolder } from '../blob-folder.ts'
import type { S3Settings, Secrets } from '../settings.ts'
import { element, elements, pathOf, rangeHeader, rangeOf, textOf, withLimits } from './requests.ts'

export function s3Folder(settings: S3Settings, secrets: Secrets, signal: AbortSignal): BlobFolder {
  const { endpoint, bucket, prefix = '', region = 'us-east-1', sessionTokenVariable } = settings
  const sessionToken = sessionTokenVariable === undefined ? undefined : secrets[sessionTokenVariable]
  const client = new AwsClient({
    accessKeyId: secrets[settings.keyIdVariable] ?? '',
    secretAccessKey: secrets[settings.secretVariable] ?? '',
    ...(sessionToken !== undefined && { sessionToken }),
    service: 's3',
    region,
    retries: 2,
  })
  const base = `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`
  const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
    client.fetch(url, { headers, signal: withLimits(signal) })
  return {
    list: () => listObjects(async (query) => textOf(await get(`${base}/?${query}`)), prefix),
    read: async (path, from, length) =>
      rangeOf(await get(`${base}/${pathOf(prefix + path)}`, { range: rangeHeader(from, length) }), from, length),
  }
}

async function* listObjects(ask: (query: string) => Promise<string>, prefix: string): AsyncGenerator<Blob> {
  let next: string | undefined
  do {
    const query = { 'list-type': '2', 'encoding-type': 'url', prefix, ...(next && { 'continuation-token': next }) }
    // Spaces as %20, as the signature has them.
    const page = await ask(String(new URLSearchParams(query)).replaceAll('+', '%20'))
    for (const object of elements(page, 'Contents')) yield blobOf(object, prefix)
    next = element(page, 'IsTruncated') === 'true' ? element(page, 'NextContinuationToken') : undefined
  } while (next)
}

function blobOf(object: string, prefix: string): Blob {
  const key = decodeURIComponent((element(object, 'Key') ?? '').replaceAll('+', ' '))
  return {
    path: key.slice(prefix.length),
    identity: key,
    size: Number(element(object, 'Size')),
    changedAt: Date.parse(element(object, 'LastModified') ?? ''),
  }
}
