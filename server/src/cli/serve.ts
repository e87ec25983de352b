// `conshelf serve`: the server, until Ctrl+C.
import { ConfigError, readConfig, settings } from '../config.ts'
import { type Call, type Command, CommandError, type ExitCode, exit } from './command.ts'
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

async function runServe(call: Call): Promise<ExitCode> {
  const { terminal } = call
  const version = productVersion()
  try {
    const flags = Object.fromEntries(Object.entries(call.values).filter(isFlag))
    const config = readConfig({ flags, env: terminal.env, cwd: terminal.cwd })
    // Everything else is loaded only when the settings are right.
    const { startServer } = await import('../main.ts')
    const running = await startServer({ config, version, say: (line) => terminal.out(`${line}\n`) })
    const names = running.workspaces.list().map(({ name, id }) => `${name} (${id})`)
    terminal.out(`Conshelf ${version} at ${running.url}\n`)
    terminal.out(`  data        ${config.data}\n`)
    if (names.length > 0) terminal.out(`  workspaces  ${names.join(', ')}\n`)
    terminal.out(
      `  access      ${config.token === undefined ? 'no token: everyone on this machine is the owner' : 'with the token of CONSHELF_TOKEN'}\n`,
    )
    if (!running.portal) terminal.out('  portal      not built; `npm run build` makes it\n')
    await Promise.race([running.demoReady, aborted(terminal.signal)])
    if (!terminal.signal.aborted)
      terminal.out(
        tryLine(
          running.url,
          running.workspaces.list().map(({ name }) => name),
        ),
      )
    await aborted(terminal.signal)
    terminal.out('stopping …\n')
    await running.stop()
    return exit.success
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message, { cause: error })
    throw error
  }
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

function tryLine(url: string, names: readonly string[]): string {
  const server = url === 'http://127.0.0.1:8080' ? '' : `--server ${url} `
  const query = names.includes('cluster')
    ? `-w cluster 'AzureDiagnostics | summarize count() by Category'`
    : `'LAQueryLogs | project TimeGenerated, QueryText, ResponseDurationMs'`
  return `\nReady. In another terminal: npx conshelf query ${server}${query}\n`
}
