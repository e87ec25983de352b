import { expect, test } from 'vitest'
import { ServerError } from '../core/errors.ts'
import { openIdentity } from './identity.ts'
import { owner } from './principal.ts'
import { allRights } from './rights.ts'

const none = () => undefined
const parts = {
  roles: { rightsOf: () => allRights },
  credentials: { token: none, clientOf: none },
  accessTokens: { hasKey: () => false, clientIn: () => Promise.reject(new Error('not issued here')) },
}
const guarded = openIdentity({ ...parts, token: 's3cret' })
const refusal = (header: string | undefined) =>
  guarded.principalOf(header).then(
    () => 'let in',
    (error: unknown) => (error instanceof ServerError ? error.entry.code : String(error)),
  )

test('without a token everyone is the owner', async () =>
  expect(await openIdentity(parts).principalOf(undefined)).toBe(owner))

test.each([
  ['Bearer s3cret', 'let in'],
  ['bearer   s3cret', 'let in'],
  [undefined, 'AuthenticationFailed'],
  ['', 'AuthenticationFailed'],
  ['Bearer', 'InvalidAuthenticationToken'],
  ['Bearer s3cre', 'InvalidAuthenticationToken'],
  ['Bearer s3cret2', 'InvalidAuthenticationToken'],
  ['Basic s3cret', 'InvalidAuthenticationToken'],
])('with a token: %s', async (header, outcome) => expect(await refusal(header)).toBe(outcome))
