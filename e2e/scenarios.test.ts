// Runs scenarios/*.yaml: requests and what their answers must hold, in order, against the real server.
import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differences } from './partial.ts'
import { methodOf, readScenarios, type Scenario } from './scenario-files.ts'
import { type RealServer, startRealServer } from './server.ts'

for (const { file, server: options, scenarios } of readScenarios()) {
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

async function send(url: string, request: Scenario['request']) {
  const { path, headers, body, gzip, base64, sharedKey } = request
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const plain = text === undefined ? undefined : Buffer.from(text, base64 ? 'base64' : 'utf8')
  const bytes = plain && gzip ? gzipSync(plain) : plain
  const response = await fetch(url + path, {
    method: methodOf(request),
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
