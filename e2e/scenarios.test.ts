// Runs scenarios/*.yaml: requests and what their answers must hold, in order, against the real server.
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { differences } from './partial.ts'
import { type RealServer, type ServerOptions, startRealServer } from './server.ts'

interface Scenario {
  readonly name: string
  readonly request: {
    readonly method?: string
    readonly path: string
    readonly headers?: Readonly<Record<string, string>>
    /** A text is sent as it is, anything else as JSON. */
    readonly body?: unknown
    readonly gzip?: boolean
    /** The body is base64 of bytes. */
    readonly base64?: boolean
    /** Signs it as the HTTP Data Collector API wants. */
    readonly sharedKey?: { readonly workspace: string; readonly key: string }
  }
  readonly response: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
  }
  /** The request is repeated until the answer is this one, for some seconds. */
  readonly eventually?: boolean
  /** Texts of the answer that later requests name as `<name>`: a JSON pointer into its body for each. */
  readonly keep?: Readonly<Record<string, string>>
}

interface ScenarioFile {
  readonly server?: ServerOptions
  readonly scenarios: readonly Scenario[]
}

const folder = new URL('scenarios/', import.meta.url)

for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
  const { server: options, scenarios } = parse(dated(readFileSync(new URL(file, folder), 'utf8'))) as ScenarioFile
  describe(file, () => {
    let server: RealServer
    const kept = new Map<string, string>()
    beforeAll(async () => {
      server = await startRealServer(options)
    })
    afterAll(async () => {
      expect(await server.stop()).toBe(0)
    })
    for (const scenario of scenarios) {
      test(scenario.name, async () => {
        const { request, response, eventually, keep = {} } = filled(scenario, kept)
        const late = Date.now() + (eventually ? 20_000 : 0)
        let answer = await send(server.url, request)
        while (differences(response, answer).length > 0 && Date.now() < late) {
          await new Promise((resolve) => setTimeout(resolve, 50))
          answer = await send(server.url, request)
        }
        for (const [name, pointer] of Object.entries(keep)) kept.set(name, textAt(answer.body, pointer))
        const found = differences(response, answer)
        expect(
          found,
          `${found.join('\n')}\nanswer: ${JSON.stringify(answer).slice(0, 2000)}\n${server.output()}`,
        ).toEqual([])
      })
    }
  })
}

/** `<day>` is yesterday and `<day+1>` today, in UTC: older rows would fall to retention. `<seconds>`: since 1970, of 10 o'clock on `<day>`. */
function dated(text: string): string {
  const yesterday = Date.now() - 86_400_000
  const seconds = String(Math.floor(yesterday / 86_400_000) * 86_400 + 36_000)
  return text
    .replaceAll('<seconds>', seconds)
    .replace(/<day(?:\+(\d))?>/g, (_, days = '0') =>
      new Date(yesterday + Number(days) * 86_400_000).toISOString().slice(0, 10),
    )
}

function filled(scenario: Scenario, kept: ReadonlyMap<string, string>): Scenario {
  const text = JSON.stringify(scenario).replace(/<(\w+)>/g, (place, name: string) =>
    JSON.stringify(kept.get(name) ?? place).slice(1, -1),
  )
  return JSON.parse(text) as Scenario
}

function textAt(body: unknown, pointer: string): string {
  const names = pointer.split('/').slice(1)
  return String(names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], body))
}

async function send(url: string, { method, path, headers, body, gzip, base64, sharedKey }: Scenario['request']) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const plain = text === undefined ? undefined : Buffer.from(text, base64 ? 'base64' : 'utf8')
  const bytes = plain && gzip ? gzipSync(plain) : plain
  const response = await fetch(url + path, {
    method: method ?? (bytes === undefined ? 'GET' : 'POST'),
    ...(bytes === undefined ? {} : { body: bytes }),
    headers: {
      'content-type': 'application/json',
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      ...(sharedKey && signed(sharedKey, bytes?.length ?? 0)),
      ...headers,
    },
  })
  return { status: response.status, headers: Object.fromEntries(response.headers), body: parsed(await response.text()) }
}

/** https://learn.microsoft.com/azure/azure-monitor/logs/data-collector-api#authorization */
function signed({ workspace, key }: { readonly workspace: string; readonly key: string }, length: number) {
  const date = new Date().toUTCString()
  const text = `POST\n${length}\napplication/json\nx-ms-date:${date}\n/api/logs`
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64')
  return { 'x-ms-date': date, authorization: `SharedKey ${workspace}:${signature}` }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
