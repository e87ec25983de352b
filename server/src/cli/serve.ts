// `conshelf serve`: the server, until Ctrl+C.
import { type Config, readConfig } from '../config.ts'
import type { RunningServer } from '../main.ts'
import { settings } from '../settings.ts'
import { type Call, type Command, type ExitCode, exit } from './command.ts'
import { productVersion } from './version.ts'

export const serve: Command = {
  name: 'serve',
  summary: 'start the server',
  usage: '[--listen HOST:PORT] [--data FOLDER] [--demo]',
  help: `${settings.map(({ name, value, fallback, doc }) => `  --${`${name} ${name === 'demo' ? '' : value}`.padEnd(34)} ${doc}${fallback ? ` (${fallback})` : ''}`).join('\n')}
  --config FILE                       settings as YAML (./conshelf.yaml when it is there)

  Each setting is also an environment variable: CONSHELF_LISTEN, CONSHELF_DATA and so on. A flag counts before the
  environment, and that before the file.`,
  options: {
    config: { type: 'string' },
    ...Object.fromEntries(
      settings.map(({ name }) => [name, { type: name === 'demo' ? 'boolean' : 'string' } as const]),
    ),
  },
  run: runServe,
}

async function runServe({ values, terminal }: Call): Promise<ExitCode> {
  const flags = Object.fromEntries(Object.entries(values).filter(isFlag))
  const config = readConfig({ flags, env: terminal.env, cwd: terminal.cwd })
  const version = productVersion()
  // Everything else is loaded only when the settings are right.
  const { startServer } = await import('../main.ts')
  const running = await startServer({ config, version, say: (line) => terminal.out(`${line}\n`) })
  terminal.out(announcement(running, config, version))
  // A demo that fails says so itself.
  await Promise.race([running.demoReady.catch(() => {}), aborted(terminal.signal)])
  if (!terminal.signal.aborted) terminal.out(`\nReady. In another terminal: ${firstQuery(running)}\n`)
  await aborted(terminal.signal)
  terminal.out('stopping …\n')
  await running.stop()
  return exit.success
}

function announcement({ url, workspaces, portal, listening }: RunningServer, config: Config, version: string): string {
  const names = workspaces.list().map(({ name, id }) => `${name} (${id})`)
  const lines = [
    `Conshelf ${version} at ${url}`,
    `  data        ${config.data}`,
    `  workspaces  ${names.join(', ')}`,
    `  access      ${access(config)}`,
    ...Object.entries(listening).map(([name, { host, port }]) => `  ${name.padEnd(15)} ${host}:${port}`),
    ...(portal ? [] : ['  portal      not built; `npm run build` makes it']),
  ]
  return `${lines.join('\n')}\n`
}

function access({ token, openId }: Pick<Config, 'token' | 'openId'>): string {
  const ways = [
    token === undefined ? [] : 'the token of CONSHELF_TOKEN',
    openId ? `tokens of ${openId.issuer}` : [],
  ].flat()
  return ways.length === 0 ? 'no token: everyone on this machine is the owner' : `with ${ways.join(' or ')}`
}

function isFlag(entry: [string, unknown]): entry is [string, string | boolean] {
  return typeof entry[1] === 'string' || typeof entry[1] === 'boolean'
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (signal.aborted) resolve()
  signal.addEventListener('abort', () => resolve(), { once: true })
  return promise
}

function firstQuery({ url, workspaces }: RunningServer): string {
  const server = url === 'http://127.0.0.1:8080' ? '' : `--server ${url} `
  const query = workspaces.find('cluster')
    ? `-w cluster 'AzureDiagnostics | summarize count() by Category'`
    : `'LAQueryLogs | project TimeGenerated, QueryText, ResponseDurationMs'`
  return `npx conshelf query ${server}${query}`
}
