// The settings of the server: flag, then environment, then conshelf.yaml, then default. Read by `conshelf serve` only.
// `npm start` is the same command, with the demo on by default: npm says by which script it runs.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import type { OpenIdSettings } from './access/open-id.ts'
import { type LogLevel, logLevels } from './core/log.ts'
import { parseTargets, type ScrapeTarget } from './ingest/scrape-targets.ts'
import { readSources, type Secrets, type SourceSettings, variablesOf } from './ingest/sources/settings.ts'
import { type SettingName, settings } from './settings.ts'

export interface Config {
  readonly listen: Address
  readonly data: string
  readonly demo: boolean
  readonly token?: string
  /** Whose tokens are taken beside the server's own. */
  readonly openId?: OpenIdSettings
  readonly tls?: Tls
  /** A database of addresses and places, for geo_info_from_ip_address. */
  readonly geoip?: string
  /** URL prefixes and folders that externaldata may read. */
  readonly externalData?: readonly string[]
  /** ARM id in lower case -> folder, for data export. */
  readonly exports?: readonly (readonly [string, string])[]
  /** Prometheus targets to scrape. */
  readonly scrape?: readonly ScrapeTarget[]
  /** Sets of routes that rows of telemetry take. */
  readonly routes?: string
  /** Absent: what Azure documents. */
  readonly resourceGraphLanguage?: 'all'
  readonly log: LogLevel
  /** TCP and UDP; absent: off. */
  readonly syslog?: Address & { readonly isDefault: boolean }
  readonly syslogTls?: Address
  /** Name, GUID or ARM id. */
  readonly syslogWorkspace?: string
  readonly forward?: Address
  readonly forwardTls?: Address
  readonly forwardKey?: string
  readonly forwardWorkspace?: string
  /** What is fetched rather than sent. Paths are absolute. */
  readonly sources?: readonly SourceSettings[]
  /** Of the variables that the sources name. */
  readonly sourceSecrets?: Secrets
}

export interface Address {
  readonly host: string
  readonly port: number
}

export type Tls =
  | { readonly kind: 'self-signed' }
  | { readonly kind: 'files'; readonly cert: string; readonly key: string }

export interface ConfigSources {
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** A setting that cannot be taken; the message names the setting and where it came from. */
export class ConfigError extends Error {}

interface Given {
  readonly text: string
  /** How the user calls the setting. */
  readonly origin: string
}

export function readConfig(sources: ConfigSources): Config {
  const file = readConfigFile(sources)
  const given = (name: SettingName): Given => lookUp(name, sources, file)
  for (const name of ['engine', 'store'] as const) refuseOther(name, given(name))
  const token = given('token').text
  const tls = tlsOf(given('tls'), sources.cwd)
  const geoip = given('geoip').text
  const routes = given('routes').text
  const externalData = listOf(given('externaldata').text)
  const config: Config = {
    listen: addressOf(given('listen')),
    data: resolve(sources.cwd, given('data').text),
    demo: switchOf(given('demo')),
    log: logLevelOf(given('log')),
    ...(token === '' ? {} : { token }),
    ...openIdOf(given('oidc-issuer'), given('oidc-audience')),
    ...(tls ? { tls } : {}),
    ...sourcesOf(given('sources'), sources),
    ...(externalData.length === 0 ? {} : { externalData }),
    ...exportsOf(given('exports'), sources.cwd),
    ...scrapeOf(given('scrape')),
    ...(routes === 'all' ? {} : { routes }),
    ...graphLanguageOf(given('resource-graph')),
    ...(geoip === '' ? {} : { geoip: resolve(sources.cwd, geoip) }),
    ...socketConfig(given),
  }
  refuseOpenDoor(config, given('listen'))
  for (const [name, address] of [
    ['syslog-tls', config.syslogTls],
    ['forward-tls', config.forwardTls],
  ] as const) {
    if (address && !tls) throw new ConfigError(`${given(name).origin}: TLS needs CONSHELF_TLS`)
  }
  return config
}

function openIdOf(issuer: Given, audience: Given): Pick<Config, 'openId'> {
  const audiences = listOf(audience.text)
  if (issuer.text === '' && audiences.length === 0) return {}
  if (issuer.text === '') throw new ConfigError(`${audience.origin}: an audience needs CONSHELF_OIDC_ISSUER`)
  if (!/^https?:$/.test(URL.parse(issuer.text)?.protocol ?? ''))
    throw new ConfigError(`${issuer.origin}: '${issuer.text}' is not the URL of an issuer`)
  if (audiences.length === 0)
    throw new ConfigError(
      `${issuer.origin}: set CONSHELF_OIDC_AUDIENCE too, or tokens for other services would be taken`,
    )
  return { openId: { issuer: issuer.text, audiences } }
}

function graphLanguageOf({ text, origin }: Given): Pick<Config, 'resourceGraphLanguage'> {
  if (text === 'documented') return {}
  if (text === 'all') return { resourceGraphLanguage: text }
  throw new ConfigError(`${origin}: '${text}' is neither documented nor all`)
}

function exportsOf({ text, origin }: Given, cwd: string): Pick<Config, 'exports'> {
  const exports = listOf(text).map((entry): readonly [string, string] => {
    const [, resource, folder] = /^(\/subscriptions\/[^=]+)=(.+)$/i.exec(entry) ?? []
    if (resource === undefined || folder === undefined)
      throw new ConfigError(`${origin}: '${entry}' is not the id of a storage account, = and a folder`)
    return [resource.trim().toLowerCase(), resolve(cwd, folder.trim())]
  })
  return exports.length === 0 ? {} : { exports }
}

const listOf = (text: string): string[] => text.split(',').flatMap((entry) => entry.trim() || [])

type SocketConfig = Pick<
  Config,
  'syslog' | 'syslogTls' | 'syslogWorkspace' | 'forward' | 'forwardTls' | 'forwardKey' | 'forwardWorkspace'
>

function socketConfig(given: (name: SettingName) => Given): SocketConfig {
  const syslog = addressOrOff(given('syslog'))
  const syslogTls = addressOrOff(given('syslog-tls'))
  const forward = addressOrOff(given('forward'))
  const forwardTls = addressOrOff(given('forward-tls'))
  const isDefault = given('syslog').origin === defaultOrigin('syslog')
  const text = (name: SettingName): string | undefined => given(name).text || undefined
  const texts = {
    syslogWorkspace: text('syslog-workspace'),
    forwardKey: text('forward-key'),
    forwardWorkspace: text('forward-workspace'),
  }
  return {
    ...(syslog && { syslog: { ...syslog, isDefault } }),
    ...(syslogTls && { syslogTls }),
    ...(forward && { forward }),
    ...(forwardTls && { forwardTls }),
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
  }
}

function addressOrOff(given: Given): Address | undefined {
  return given.text === '' || /^(off|false|no)$/i.test(given.text) ? undefined : addressOf(given)
}

function defaultOrigin(name: SettingName): string {
  return `the default of ${name}`
}

function lookUp(name: SettingName, { flags, env }: ConfigSources, file: ConfigFile): Given {
  const flag = flags[name]
  if (flag !== undefined) return { text: flag === true ? 'on' : flag === false ? 'off' : flag, origin: `--${name}` }
  const variable = `CONSHELF_${name.toUpperCase().replace('-', '_')}`
  const value = env[variable]
  if (value !== undefined && value !== '') return { text: value, origin: variable }
  const written = file.values[name]
  if (written !== undefined) return { text: written, origin: `${name} in ${file.path}` }
  if (name === 'demo' && env.npm_lifecycle_event === 'start') return { text: 'on', origin: '`npm start`' }
  return { text: settings.find((setting) => setting.name === name)?.fallback ?? '', origin: defaultOrigin(name) }
}

interface ConfigFile {
  readonly path: string
  readonly values: Readonly<Partial<Record<string, string>>>
}

/** `--config FILE`, or conshelf.yaml in the working directory when there is one. */
function readConfigFile({ flags, env, cwd }: ConfigSources): ConfigFile {
  const named = typeof flags.config === 'string' ? flags.config : env.CONSHELF_CONFIG
  const path = named ? resolve(cwd, named) : join(cwd, 'conshelf.yaml')
  const text = readText(path, named !== undefined)
  const document = parseDocument(text ?? '')
  const problem = document.errors[0]
  if (problem) throw new ConfigError(`${path}: ${problem.message}`)
  const values: unknown = document.toJS() ?? {}
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new ConfigError(`${path}: expected lines of the form 'name: value'`)
  }
  const entries = Object.entries(values).map(([name, value]: [string, unknown]) => [name, valueText(path, name, value)])
  return { path, values: Object.fromEntries(entries) }
}

function readText(path: string, required: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (!required) return undefined
    throw new ConfigError(`the configuration file ${path} cannot be read`, { cause: error })
  }
}

function valueText(path: string, name: string, value: unknown): string {
  if (!settings.some((setting) => setting.name === name)) {
    throw new ConfigError(`${path}: unknown setting '${name}'; known are ${settings.map((s) => s.name).join(', ')}`)
  }
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (name === 'sources') return JSON.stringify(value)
  throw new ConfigError(`${path}: '${name}' must be a text`)
}

function refuseOther(name: SettingName, { text, origin }: Given): void {
  const only = settings.find((setting) => setting.name === name)?.fallback
  if (text !== only) throw new ConfigError(`${origin}: this version knows '${only}' only, not '${text}'`)
}

export function addressOf({ text, origin }: Given): Address {
  const match = /^(?:(\[[^\]]+\]|[^:]*):)?(\d{1,5})$/.exec(text.trim())
  const port = Number(match?.[2])
  if (!match || port > 65_535) {
    throw new ConfigError(`${origin}: '${text}' is not an address; write HOST:PORT, as in 127.0.0.1:8080`)
  }
  const host = match[1]?.replace(/^\[|\]$/g, '') ?? '127.0.0.1'
  return { host: host === '' ? '0.0.0.0' : host, port }
}

function sourcesOf({ text, origin }: Given, { cwd, env }: ConfigSources): Pick<Config, 'sources' | 'sourceSecrets'> {
  if (text === '') return {}
  const document = parseDocument(text)
  const problem = document.errors[0]
  const read = problem ? problem.message : readSources(document.toJS())
  if (typeof read === 'string') throw new ConfigError(`${origin}: ${read}`)
  const sourceSecrets = Object.fromEntries(
    read.flatMap(variablesOf).map((name) => {
      const value = env[name]
      if (!value) throw new ConfigError(`${origin}: the environment variable ${name} is not set`)
      return [name, value]
    }),
  )
  const sources = read.map((source) =>
    source.kind === 'folder' ? { ...source, path: resolve(cwd, source.path) } : source,
  )
  return sources.length === 0 ? {} : { sources, sourceSecrets }
}

function switchOf({ text, origin }: Given): boolean {
  if (/^(on|true|yes|1)$/i.test(text)) return true
  if (/^(off|false|no|0)$/i.test(text)) return false
  throw new ConfigError(`${origin}: '${text}' is neither on nor off`)
}

function logLevelOf({ text, origin }: Given): LogLevel {
  const level = logLevels.find((known) => known === text.toLowerCase())
  if (!level) throw new ConfigError(`${origin}: '${text}' is not one of ${logLevels.join(', ')}`)
  return level
}

function scrapeOf({ text, origin }: Given): Pick<Config, 'scrape'> {
  try {
    const scrape = parseTargets(text)
    return scrape.length === 0 ? {} : { scrape }
  } catch (error) {
    throw new ConfigError(`${origin}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

function tlsOf({ text, origin }: Given, cwd: string): Tls | undefined {
  if (text === '') return undefined
  if (text === 'self-signed') return { kind: 'self-signed' }
  const [cert, key, ...rest] = text.split(',').map((path) => path.trim())
  if (!cert || !key || rest.length > 0) {
    throw new ConfigError(`${origin}: '${text}' is neither self-signed nor two files, CERT.pem,KEY.pem`)
  }
  return { kind: 'files', cert: resolve(cwd, cert), key: resolve(cwd, key) }
}

/** Without a token or an identity provider everyone is the owner, so nobody from outside may reach the server. */
function refuseOpenDoor({ listen, token, openId }: Config, { text, origin }: Given): void {
  if (token !== undefined || openId || isLoopback(listen.host)) return
  throw new ConfigError(
    `${origin}: ${text} can be reached from other machines, and without CONSHELF_TOKEN everyone is the owner; ` +
      'set CONSHELF_TOKEN or CONSHELF_OIDC_ISSUER, or listen on 127.0.0.1',
  )
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|::1)$/i.test(host)
}
