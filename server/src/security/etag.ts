// The etag in a body: a client that sends one changes what it has read, or nothing.
import { ServerError } from '../core/errors.ts'
import type { Match, PutOptions } from '../resources/resource.ts'

const bare = (etag: string): string => etag.replaceAll('"', '').replace(/^W\//, '')

/** Throws etagConflict. What is not there yet is made, whatever the etag. */
export function checkBodyEtag(
  etag: unknown,
  current: { readonly id: string; readonly etag: string } | undefined,
): void {
  if (typeof etag !== 'string' || etag === '' || etag === '*' || !current || bare(etag) === current.etag) return
  const reason = `${current.id} has been changed: the etag of the request is ${etag}, the present one is "${current.etag}".`
  throw new ServerError('etagConflict', { reason })
}

/** As a header says it. */
export const deleteMatch = ({ match }: Pick<PutOptions, 'match'>): Exclude<Match, 'absent'> | undefined =>
  match === 'absent' ? undefined : match
