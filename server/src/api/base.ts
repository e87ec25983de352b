// The address that a client used, for absolute addresses in answers: SDKs follow no other host.
import type { FastifyRequest } from 'fastify'

/** Scheme and host, a proxy's if it says so. */
export function baseOf({ headers, protocol }: FastifyRequest): string {
  const first = (value: string | string[] | undefined) =>
    String(value ?? '')
      .split(',')[0]
      ?.trim() ?? ''
  const scheme = first(headers['x-forwarded-proto']) || protocol
  const host = first(headers['x-forwarded-host']) || headers.host || 'localhost'
  return `${scheme}://${host}`
}
