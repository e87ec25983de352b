// What the list of externaldata lets in, over real files and a real HTTP server.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { externalFiles } from './external-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'conshelf-external-'))
const lists = join(folder, 'lists')
let server: Server
let base = ''

beforeAll(async () => {
  mkdirSync(lists)
  mkdirSync(join(folder, 'lists-of-others'))
  writeFileSync(join(lists, 'a.csv'), 'x,1\n')
  writeFileSync(join(lists, 'a.csv.gz'), gzipSync('x,2\n'))
  writeFileSync(join(lists, 'latin.txt'), Buffer.from([0xe4, 0x0a]))
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'lists-of-others', 'b.csv'), 'secret')
  symlinkSync(join(folder, 'secret.txt'), join(lists, 'link.txt'))
  server = createServer((request, response) => {
    const path = request.url ?? ''
    if (path.startsWith('/pub/away')) response.writeHead(302, { location: '/private/b.csv' }).end()
    else if (path === '/pub/around') response.writeHead(302, { location: '/pub/b.csv?again' }).end()
    else if (path === '/pub/gone') response.writeHead(404).end()
    else response.end(`read ${path}`)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

test('reads what the list holds', async () => {
  const files = externalFiles([lists, `${base}/pub`])
  expect(await files.read(join(lists, 'a.csv'))).toBe('x,1\n')
  expect(await files.read(`file://${lists}/a.csv.gz`)).toBe('x,2\n')
  expect(await files.read(`${base}/pub/b.csv?sig=1`)).toBe('read /pub/b.csv?sig=1')
  expect(await files.read(`${base}/pub/around`)).toBe('read /pub/b.csv?again')
})

test('lets in nothing beside it', () => {
  const files = externalFiles([lists, `${base}/pub`])
  const outside = [
    join(folder, 'secret.txt'),
    `${lists}/../secret.txt`,
    `file://${lists}/%2e%2e/secret.txt`,
    `file://${lists}/..%2fsecret.txt`,
    `file://elsewhere${lists}/a.csv`,
    join(lists, 'link.txt'),
    join(folder, 'lists-of-others', 'b.csv'),
    join(lists, 'none.csv'),
    'a.csv',
    `${base}/private/b.csv`,
    `${base}/pub/../private/b.csv`,
    `${base}/pub/%2e%2e/private/b.csv`,
    `${base}/pub/..%2fprivate/b.csv`,
    `${base}/public/b.csv`,
    `${base.replace('http:', 'https:')}/pub/b.csv`,
    `${base.replace('127.0.0.1', 'user@127.0.0.1')}/pub/b.csv`,
    `${base}@example.com/pub/b.csv`,
    `${base}/pub/b.csv;managed_identity=system`,
    'data:text/plain,x',
    'ftp://127.0.0.1/pub/b.csv',
  ]
  expect(outside.filter(files.mayRead)).toEqual([])
  expect(externalFiles([]).mayRead(`${base}/pub/b.csv`)).toBe(false)
})

test('says why a file cannot be read, and keeps what stands behind its path to itself', async () => {
  const files = externalFiles([lists, `${base}/pub`])
  await expect(files.read(`${base}/pub/away?sig=secret`)).rejects.toThrow(
    `The file '${base}/pub/away' cannot be read: it redirects to an address that is not on the list.`,
  )
  await expect(files.read(`${base}/pub/gone`)).rejects.toThrow('answered 404')
  await expect(files.read(join(lists, 'latin.txt'))).rejects.toThrow('not valid')
  await expect(files.read(join(folder, 'secret.txt'))).rejects.toThrow('it is not on the list')
})

test.each(['lists', 'ftp://x/', 'https://user@x/', 'https://x/?a=1'])('%s is no entry of a list', (entry) => {
  expect(() => externalFiles([entry])).toThrow(entry)
})
