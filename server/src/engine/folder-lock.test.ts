import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { FolderInUse, lockFolder } from './folder-lock.ts'

const root = await mkdtemp(join(tmpdir(), 'lock-'))
afterAll(() => rm(root, { recursive: true }))
const newFolder = () => mkdtemp(join(root, 'folder-'))

test('a folder is held until it is released, and the refusal names folder and holder', async () => {
  const folder = await newFolder()
  const lock = await lockFolder(folder)
  const refusal = await lockFolder(folder).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(FolderInUse)
  expect(String(refusal)).toContain(`${folder} is in use by this process`)
  await lock.release()
  expect(await readdir(folder)).toEqual([])
  await (await lockFolder(folder)).release()
})

test('of many at once one gets it', async () => {
  const folder = await newFolder()
  await writeFile(join(folder, 'lock'), '')
  const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)))
  expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

const holder = `
const { lockFolder } = await import(process.argv[1])
await lockFolder(process.argv[2])
console.log('held')
setInterval(() => {}, 1000)`

test('another process is named while it lives, and its lock is taken over when it was killed', async () => {
  const folder = await newFolder()
  const module = new URL('./folder-lock.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder, module, folder])
  await once(child.stdout, 'data')
  await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${child.pid}; stop it`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await lockFolder(folder)).release()
})

test.each([
  ['nothing in it', ''],
  ['half of it', '{"pid":1'],
  ['a process that is gone', '{"pid":4194303,"started":""}'],
  ['an earlier process with the number of this one', JSON.stringify({ pid: process.pid, started: 'boot/1' })],
])('a lock with %s is stale', async (_, text) => {
  const folder = await newFolder()
  await writeFile(join(folder, 'lock'), text)
  const lock = await lockFolder(folder)
  expect(await readFile(join(folder, 'lock'), 'utf8')).toContain(`"pid":${process.pid}`)
  await lock.release()
})

test('releasing leaves the lock of another', async () => {
  const folder = await newFolder()
  const lock = await lockFolder(folder)
  await writeFile(join(folder, 'lock'), 'of another')
  await lock.release()
  expect(await readFile(join(folder, 'lock'), 'utf8')).toBe('of another')
})
