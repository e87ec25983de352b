// scenarios/*.yaml as they are written: what is sent, and what must come back. README.md explains the format.
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { ServerOptions } from './server.ts'

export interface Scenario {
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

export interface ScenarioFile {
  /** Its name in scenarios/. */
  readonly file: string
  readonly server?: ServerOptions
  readonly scenarios: readonly Scenario[]
}

export function readScenarios(): readonly ScenarioFile[] {
  const folder = new URL('scenarios/', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  return files.map((file) => ({ file, ...parse(dated(readFileSync(new URL(file, folder), 'utf8'))) }))
}

/** What has a body is posted, unless the scenario says otherwise. */
export function methodOf({ method, body }: Scenario['request']): string {
  return method ?? (body === undefined ? 'GET' : 'POST')
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
