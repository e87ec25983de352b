import { expect, test } from 'vitest'
import { ServerError } from '../core/errors.ts'
import { Admission } from './admission.ts'

const limits = { perUser: 2, queuedPerUser: 1, queueMillis: 20 }
const codeOf = (entered: Promise<unknown>) =>
  entered.then(
    () => 'let in',
    (error: unknown) => (error instanceof ServerError ? error.entry.code : String(error)),
  )

test('so many run, the next waits and is let in when one leaves', async () => {
  const admission = new Admission({ ...limits, queueMillis: 60_000 })
  const leave = await admission.enter('ada')
  await admission.enter('ada')
  const third = admission.enter('ada')
  expect(admission.queued).toBe(1)
  leave()
  leave()
  await third
  expect([admission.running, admission.queued]).toEqual([2, 0])
})

test('a full queue refuses at once, a long wait refuses later, another user is not touched', async () => {
  const admission = new Admission(limits)
  await admission.enter('ada')
  await admission.enter('ada')
  const waiting = codeOf(admission.enter('ada'))
  expect(await codeOf(admission.enter('ada'))).toBe('ThrottledError')
  expect(await codeOf(admission.enter('bob'))).toBe('let in')
  expect(await waiting).toBe('ThrottledError')
  expect(admission.queued).toBe(0)
})

test('who leaves the queue frees the place in it', async () => {
  const admission = new Admission({ ...limits, queueMillis: 60_000 })
  const leave = await admission.enter('ada')
  await admission.enter('ada')
  const gone = new AbortController()
  const waiting = codeOf(admission.enter('ada', gone.signal))
  gone.abort()
  expect(await waiting).toBe('RequestCancelled')
  leave()
  expect([admission.running, admission.queued]).toEqual([1, 0])
})
