// A list as a client asks for it: filtered, ordered, in pages.
// https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part1-protocol.html#sec_SystemQueryOptions
import { holds, orderOf, valueAt } from './evaluate.ts'
import { type KnownPaths, parseFilter, unknownPath } from './parse.ts'
import { InvalidOData } from './tokens.ts'

export interface ListRequest {
  /** Parameters of the query string, by decoded name in any case. */
  readonly query: Readonly<Record<string, string>>
  /** Scheme, host and path that the client used. */
  readonly address: string
  /** What filters and orders may name; absent: anything. */
  readonly paths?: KnownPaths
  /** Items of a page that asks for no `$top`, and the most that it may ask for. */
  readonly mostItems: number
}

export interface ListPage<T> {
  readonly value: readonly T[]
  readonly nextLink?: string
}

/** Throws InvalidOData. `id` tells where a page ended, so that later changes do not move the next one. */
export function listPage<T extends { readonly id: string }>(items: readonly T[], request: ListRequest): ListPage<T> {
  const { paths, mostItems } = request
  const option = (name: string): string | undefined =>
    Object.entries(request.query).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] || undefined
  const filter = option('$filter')
  const condition = filter === undefined ? undefined : parseFilter(filter, paths)
  const found = condition ? items.filter((item) => holds(condition, item as Record<string, unknown>)) : [...items]
  const order = option('$orderby')
  const ordered = order === undefined ? found : sorted(found, order, paths)
  const top = Math.min(numberOf('$top', option('$top')) ?? mostItems, mostItems)
  const from = startOf(ordered, option('$skipToken'), numberOf('$skip', option('$skip')) ?? 0)
  const value = ordered.slice(from, from + top)
  const last = value.at(-1)
  const more = last !== undefined && from + top < ordered.length
  return more ? { value, nextLink: nextLink(request, tokenOf(from + top, last.id)) } : { value }
}

function sorted<T>(items: readonly T[], text: string, known: KnownPaths | undefined): T[] {
  const keys = text.split(',').map((part) => {
    const [path = '', direction = 'asc', ...rest] = part.trim().split(/\s+/)
    const at = text.indexOf(part)
    if (!/^(asc|desc)$/i.test(direction) || rest.length > 0 || path === '')
      throw new InvalidOData('$orderby', at, `'${part.trim()}' is not a property with asc or desc`)
    const name = known ? known.get(path.toLowerCase()) : path
    if (name === undefined && known) throw new InvalidOData('$orderby', at, unknownPath(path, known))
    return { names: (name ?? path).split('/'), sign: direction.toLowerCase() === 'desc' ? -1 : 1 }
  })
  return items.toSorted((a, b) => {
    for (const { names, sign } of keys) {
      const order = sign * nullsFirst(valueAt(a, names), valueAt(b, names))
      if (order !== 0) return order
    }
    return 0
  })
}

function nullsFirst(a: unknown, b: unknown): number {
  const none = (value: unknown): number => Number(value !== null && value !== undefined)
  return none(a) - none(b) || (orderOf(a, b) ?? 0)
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) throw new InvalidOData(option, 0, `'${text}' is no number of items`)
  return Number(text)
}

const tokenOf = (at: number, id: string): string => Buffer.from(JSON.stringify([at, id])).toString('base64url')

function startOf(items: readonly { readonly id: string }[], token: string | undefined, skip: number): number {
  if (token === undefined) return skip
  const [at, id] = readToken(token)
  const last = items.findIndex((item) => item.id === id)
  return last === -1 ? at : last + 1
}

function readToken(token: string): readonly [number, string] {
  try {
    const [at, id] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown[]
    if (typeof at === 'number' && typeof id === 'string') return [at, id]
  } catch {
    // Refused below.
  }
  throw new InvalidOData('$skipToken', 0, 'it is none that this server gave')
}

function nextLink({ query, address }: ListRequest, token: string): string {
  const kept = Object.entries(query).filter(([name]) => !['$skiptoken', '$skip'].includes(name.toLowerCase()))
  const parameters = [...kept, ['$skipToken', token] as const]
  return `${address}?${parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
}
