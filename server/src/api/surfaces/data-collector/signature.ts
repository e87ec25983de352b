// The signature of a request of the Data Collector API.
// https://learn.microsoft.com/azure/azure-monitor/logs/data-collector-api#authorization
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SharedKeyPair } from '../../../access/shared-keys.ts'

export interface SignedParts {
  /** Bytes of the body. */
  readonly length: number
  readonly contentType: string
  /** `x-ms-date` as it was sent. */
  readonly date: string
}

export function signatureOf({ length, contentType, date }: SignedParts, key: string): string {
  const text = `POST\n${length}\n${contentType}\nx-ms-date:${date}\n/api/logs`
  return createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64')
}

/** With either key; the comparison takes as long for a near miss as for any other. */
export function isSigned(signature: string, parts: SignedParts, keys: SharedKeyPair): boolean {
  const given = Buffer.from(signature)
  return [keys.primarySharedKey, keys.secondarySharedKey]
    .map((key) => Buffer.from(signatureOf(parts, key)))
    .some((wanted) => wanted.length === given.length && timingSafeEqual(wanted, given))
}
