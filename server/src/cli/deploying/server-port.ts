// Resources of a server over its management API, for the commands that deploy and export.
import { type DeployPort, holds, type Outcome } from '../../templates/deploy.ts'
import type { Json } from '../../templates/scope.ts'
import { errorMessage, type HttpAnswer, member, type Server, send } from '../client.ts'
import { CommandError } from '../command.ts'

export interface Resources extends DeployPort {
  /** False: there was none. */
  remove(id: string, apiVersion: string): Promise<boolean>
  /** Those of a collection, all pages. */
  list(collection: string, apiVersion: string): Promise<readonly Json[]>
}

export interface PortOptions {
  readonly server: Server
  readonly signal: AbortSignal
  /** Nothing is written. */
  readonly isCheck: boolean
  /** Whether a resource is as it should be; holds() where absent. */
  readonly isSame?: (there: Json, wanted: Json) => boolean
}

export function serverResources({ server, signal, isCheck, isSame = holds }: PortOptions): Resources {
  const ask = (method: string, path: string, apiVersion: string, body?: Json): Promise<HttpAnswer> => {
    const url = `${encodeURI(path)}${path.includes('?') ? '&' : '?'}api-version=${encodeURIComponent(apiVersion)}`
    const sent =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    return send(server, url, { method, ...sent }, signal)
  }
  const get = async (id: string, apiVersion: string): Promise<Json | undefined> => {
    const answer = await ask('GET', id, apiVersion)
    return answer.status === 404 ? undefined : documentOf(answer, id)
  }
  return {
    get,
    put: async ({ id, apiVersion, body }) => {
      const there = await ask('GET', id, apiVersion)
      if (isUnknown(there)) return { is: 'unknown', reason: reasonOf(there) }
      const before = there.status === 404 ? undefined : documentOf(there, id)
      if (before !== undefined && isSame(before, body)) return { is: 'unchanged', document: before }
      const is = before === undefined ? 'created' : 'changed'
      if (isCheck) return { is, document: { ...(body as object), id } }
      return outcomeOf(await ask('PUT', id, apiVersion, body), is)
    },
    remove: async (id, apiVersion) => {
      if (isCheck) return true
      const answer = await ask('DELETE', id, apiVersion)
      if (answer.status >= 400) throw new CommandError(`${id}: ${reasonOf(answer)}`)
      return answer.status !== 204
    },
    list: async (collection, apiVersion) => {
      const all: Json[] = []
      let answer = await ask('GET', collection, apiVersion)
      for (;;) {
        const page = documentOf(answer, collection)
        all.push(...((member(page, 'value') ?? []) as readonly Json[]))
        const next = member(page, 'nextLink')
        if (typeof next !== 'string') return all
        const { pathname, search } = new URL(next)
        answer = await send(server, pathname + search, { method: 'GET' }, signal)
      }
    },
  }
}

function documentOf(answer: HttpAnswer, id: string): Json {
  if (answer.status >= 400) throw new CommandError(`${id}: ${reasonOf(answer)}`)
  return parsed(answer.text)
}

function outcomeOf(answer: HttpAnswer, is: 'created' | 'changed'): Outcome {
  if (answer.status < 400) return { is, document: parsed(answer.text) }
  return { is: isUnknown(answer) ? 'unknown' : 'failed', reason: reasonOf(answer) }
}

/** The server has no such type. */
function isUnknown({ status, text }: HttpAnswer): boolean {
  return status === 404 && member(member(parsed(text), 'error'), 'code') === 'InvalidResourceType'
}

function reasonOf(answer: HttpAnswer): string {
  return errorMessage(parsed(answer.text)) ?? `the server answered ${answer.status}`
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}
