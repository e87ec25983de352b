// An API server and kubelet for tests, over HTTPS: answers lists page by page and watches from recorded objects, checks the
// token, and misbehaves when told to. Speaks as described in https://kubernetes.io/docs/reference/using-api/api-concepts/
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { parse } from 'yaml'
import { makePair } from '../../src/api/self-signed.ts'

export interface Recorded {
  readonly metadata: { readonly uid: string; readonly resourceVersion?: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}
export type Records = Readonly<Record<string, readonly Recorded[]>>

/** What becomes of the next request for a resource, in order. */
export type Fault =
  | { readonly status: number; readonly reason?: string; readonly headers?: Readonly<Record<string, string>> }
  /** Half an answer, then the connection breaks. */
  | 'cut'
  | 'garbage'
  /** Never a byte. */
  | 'silent'
  /** None: what comes next is for the request after. */
  | 'fine'
  /** A watch that ends with an ERROR notice of 410. */
  | 'expired'

export interface ApiServer {
  readonly url: string
  readonly ca: string
  readonly token: string
  /** Method, path and parameters of what was asked. */
  readonly asked: readonly URL[]
  readonly watchers: (resource: string) => number
  fault(resource: string, ...faults: readonly Fault[]): void
  /** A change that watches are told of; the object is what lists show from then on. */
  change(resource: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Recorded): void
  bookmark(resource: string): void
  /** Ends all watches, as a server does when their time is over. */
  endWatches(): void
  /** Text answers of other paths, such as a kubelet's. */
  readonly texts: Map<string, string>
  close(): Promise<void>
}

const resources: Readonly<Record<string, string>> = {
  '/api/v1/pods': 'pods',
  '/api/v1/nodes': 'nodes',
  '/api/v1/services': 'services',
  '/api/v1/persistentvolumes': 'persistentvolumes',
  '/api/v1/events': 'events',
  '/apis/apps/v1/deployments': 'deployments',
  '/apis/autoscaling/v2/horizontalpodautoscalers': 'horizontalpodautoscalers',
}

/** The recorded cluster, its times moved so that it is recorded now. */
export function recordedCluster(now: number = Date.now()): Records {
  const text = readFileSync(new URL('cluster.yaml', import.meta.url), 'utf8')
  const recordedAt = Date.parse(/^now: (\S+)/m.exec(text)?.[1] ?? '')
  const shift = Math.floor((now - recordedAt) / 1000) * 1000
  const moved = text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (time, fraction: string = '') =>
    new Date(Date.parse(time) + shift).toISOString().replace(/\.\d+Z/, `${fraction}Z`),
  )
  const { now: _, ...lists } = parse(moved) as { readonly now: string } & Records
  return lists
}

export async function startApiServer(records: Records): Promise<ApiServer> {
  const pair = makePair(['127.0.0.1'], Date.now())
  const token = 'a-token-of-the-tests'
  const objects = new Map(
    Object.entries(records).map(([name, list]) => [name, new Map(list.map((o) => [o.metadata.uid, o]))]),
  )
  const faults = new Map<string, Fault[]>()
  const watches = new Set<{ readonly resource: string; readonly answer: ServerResponse }>()
  const asked: URL[] = []
  const texts = new Map<string, string>()
  const told: { readonly resource: string; readonly version: number; readonly line: string }[] = []
  let version = 1_000

  const tell = (resource: string, notice: object) => {
    const line = `${JSON.stringify(notice)}\n`
    told.push({ resource, version, line })
    for (const watch of watches) if (watch.resource === resource) watch.answer.write(line)
  }

  const respond = (request: IncomingMessage, answer: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'https://127.0.0.1')
    asked.push(url)
    if (request.headers.authorization !== `Bearer ${token}`) return refuse(answer, 401, 'Unauthorized')
    const text = texts.get(url.pathname)
    const resource = resources[url.pathname] ?? url.pathname
    const fault = faults.get(resource)?.shift()
    if (fault !== undefined && fault !== 'fine') return misbehave(fault, answer)
    if (text !== undefined) return void answer.end(text)
    if (resources[url.pathname] === undefined) return refuse(answer, 404, 'NotFound')
    if (url.searchParams.has('watch')) {
      answer.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
      const since = Number(url.searchParams.get('resourceVersion'))
      for (const past of told) if (past.resource === resource && past.version > since) answer.write(past.line)
      const watch = { resource, answer }
      watches.add(watch)
      answer.once('close', () => watches.delete(watch))
      return
    }
    list(url, resource, [...(objects.get(resource)?.values() ?? [])], answer)
  }

  const list = (url: URL, resource: string, all: readonly Recorded[], answer: ServerResponse) => {
    const selected = all.filter((object) => matches(object, url.searchParams.get('fieldSelector')))
    const limit = Number(url.searchParams.get('limit') ?? selected.length)
    const start = Number(url.searchParams.get('continue') ?? 0)
    const next = start + limit < selected.length ? String(start + limit) : ''
    const body = {
      kind: `${resource}List`,
      apiVersion: 'v1',
      metadata: { resourceVersion: String(version), ...(next && { continue: next }) },
      items: selected.slice(start, start + limit),
    }
    answer.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    answer.end(gzipSync(JSON.stringify(body), { level: 1 }))
  }

  const server = createServer(pair, respond)
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: pair.cert,
    token,
    asked,
    texts,
    watchers: (resource) => [...watches].filter((watch) => watch.resource === resource).length,
    fault: (resource, ...more) => faults.set(resource, [...(faults.get(resource) ?? []), ...more]),
    change: (resource, type, object) => {
      const changed = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } }
      const known = objects.get(resource) ?? new Map<string, Recorded>()
      objects.set(resource, known)
      if (type === 'DELETED') known.delete(object.metadata.uid)
      else known.set(object.metadata.uid, changed)
      tell(resource, { type, object: changed })
    },
    bookmark: (resource) =>
      tell(resource, { type: 'BOOKMARK', object: { metadata: { resourceVersion: String(++version) } } }),
    endWatches: () => {
      for (const { answer } of watches) answer.end()
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Of the selectors that are used: `spec.nodeName=…` and `type!=…`. */
function matches(object: Recorded, selector: string | null): boolean {
  if (selector === null) return true
  const [, path = '', operator, wanted] = /^(.*?)(!?=)(.*)$/.exec(selector) ?? []
  const value = path
    .split('.')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], object)
  return (operator === '=') === (value === wanted)
}

function refuse(
  answer: ServerResponse,
  code: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  answer.writeHead(code, { 'content-type': 'application/json', ...headers })
  answer.end(
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: `${reason} it is`, reason, code }),
  )
}

function misbehave(fault: Exclude<Fault, 'fine'>, answer: ServerResponse): void {
  if (typeof fault === 'object') {
    refuse(answer, fault.status, fault.reason ?? '', fault.headers)
    return
  }
  if (fault === 'silent') return
  answer.writeHead(200, { 'content-type': 'application/json' })
  if (fault === 'garbage') answer.end('<html>a proxy in between</html>')
  else if (fault === 'expired') {
    const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }
    answer.end(`${JSON.stringify({ type: 'ERROR', object })}\n`)
  } else {
    answer.write('{"kind":"PodList","items":[{"metad')
    setTimeout(() => answer.destroy(), 5)
  }
}
