// Lists in pages: `$top` resources at a time, and the address of those that follow.
// https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#collections
import { ServerError } from '../../../core/errors.ts'
import type { ArmDocument, ArmPage } from './face.ts'

const mostOnPage = 1000

/** `address`: the request's own, whole; the next page has its other parameters too. Throws armInvalid. */
export function paged(all: readonly ArmDocument[], query: Readonly<Record<string, string>>, address: string): ArmPage {
  const top = topOf(parameter(query, '$top'))
  const token = parameter(query, '$skiptoken')
  const rest = token ? after(all, token) : all
  const value = rest.slice(0, top)
  const last = value.at(-1)
  if (!last || value.length === rest.length) return { value }
  return { value, nextLink: nextLink(address, last.id) }
}

/** Names are found in any case: `$skipToken` and `$skiptoken` are both sent. */
export function parameter(query: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(query).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1]
}

function topOf(text: string | undefined): number {
  if (text === undefined || text === '') return mostOnPage
  const top = Number(text)
  if (Number.isInteger(top) && top > 0) return Math.min(top, mostOnPage)
  throw new ServerError('armInvalid', { reason: `$top must be a whole number from 1, not '${text}'` })
}

/** Behind the resource that ended the last page; if it is gone, behind where it would stand. */
function after(all: readonly ArmDocument[], token: string): readonly ArmDocument[] {
  const id = Buffer.from(token, 'base64url').toString('utf8').toLowerCase()
  if (!id.startsWith('/')) throw new ServerError('armInvalid', { reason: '$skipToken is none that an answer gave' })
  const at = all.findIndex((document) => document.id.toLowerCase() === id)
  return at === -1 ? all.filter((document) => document.id.toLowerCase() > id) : all.slice(at + 1)
}

function nextLink(address: string, lastId: string): string {
  const url = new URL(address)
  for (const name of [...url.searchParams.keys()])
    if (name.toLowerCase() === '$skiptoken') url.searchParams.delete(name)
  url.searchParams.set('$skipToken', Buffer.from(lastId).toString('base64url'))
  return url.href
}
