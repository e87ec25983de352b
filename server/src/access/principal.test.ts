import { expect, test } from 'vitest'
import { ServerError } from '../core/errors.ts'
import { authenticate, owner } from './principal.ts'

const refusal = (header: string | undefined) => {
  try {
    authenticate(header, 's3cret')
  } catch (error) {
    return error instanceof ServerError ? error.entry.code : String(error)
  }
  return 'let in'
}

test('without a token everyone is the owner', () => expect(authenticate(undefined, undefined)).toBe(owner))

test.each([
  ['Bearer s3cret', 'let in'],
  ['bearer   s3cret', 'let in'],
  [undefined, 'AuthenticationFailed'],
  ['', 'AuthenticationFailed'],
  ['Bearer', 'InvalidAuthenticationToken'],
  ['Bearer s3cre', 'InvalidAuthenticationToken'],
  ['Bearer s3cret2', 'InvalidAuthenticationToken'],
  ['Basic s3cret', 'InvalidAuthenticationToken'],
])('with a token: %s', (header, outcome) => expect(refusal(header)).toBe(outcome))
