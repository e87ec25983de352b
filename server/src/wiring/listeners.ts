// The settings of socket receivers -> listeners with their workspaces. Used by main.ts.
import type { Workspace, Workspaces } from '../catalog/types.ts'
import { type Config, ConfigError } from '../config.ts'
import type { Log } from '../core/log.ts'
import type { SyslogReceiver } from '../ingest/receivers/syslog.ts'
import { ListenError, openSockets, type SocketSettings, type Sockets } from '../ingest/sockets.ts'
import type { Ingest } from '../ingest/types.ts'

export interface ListenerParts {
  readonly config: Config
  readonly workspaces: Workspaces
  readonly ingest: Ingest
  readonly receiver: SyslogReceiver
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly log: Log
  /** For the person at the terminal. */
  readonly warn: (text: string) => void
}

export async function startSockets({
  config,
  workspaces,
  ingest,
  receiver,
  tls,
  log,
  warn,
}: ListenerParts): Promise<Sockets> {
  const settings: SocketSettings = {
    ...syslogOf(config, workspaces, warn),
    ...forwardOf(config, workspaces),
    ...(tls && { tls }),
  }
  try {
    return await openSockets({ ingest, receiver, log, warn, settings })
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    throw new ConfigError(`${error.message}; choose another address, or say off`, { cause: error })
  }
}

function syslogOf(
  { syslog, syslogTls, syslogWorkspace }: Config,
  workspaces: Workspaces,
  warn: (text: string) => void,
): Pick<SocketSettings, 'syslog'> {
  if (!syslog && !syslogTls) return {}
  const isOptional = syslog?.isDefault ?? false
  const named = syslogWorkspace !== undefined
  const workspace =
    named || !isOptional || syslogTls
      ? workspaceFor('CONSHELF_SYSLOG_WORKSPACE', syslogWorkspace, workspaces)
      : defaultWorkspace(workspaces)
  if (!workspace) {
    warn('no syslog is taken: name a workspace with CONSHELF_SYSLOG_WORKSPACE')
    return {}
  }
  return {
    syslog: { workspace, isOptional, ...(syslog && { address: syslog }), ...(syslogTls && { tlsAddress: syslogTls }) },
  }
}

function forwardOf(
  { forward, forwardTls, forwardKey, forwardWorkspace }: Config,
  workspaces: Workspaces,
): Pick<SocketSettings, 'forward'> {
  if (!forward && !forwardTls) return {}
  const workspace = workspaceFor('CONSHELF_FORWARD_WORKSPACE', forwardWorkspace, workspaces)
  const addresses = { ...(forward && { address: forward }), ...(forwardTls && { tlsAddress: forwardTls }) }
  return { forward: { workspace, ...addresses, ...(forwardKey !== undefined && { key: forwardKey }) } }
}

function workspaceFor(setting: string, name: string | undefined, workspaces: Workspaces): Workspace {
  const found = name === undefined ? defaultWorkspace(workspaces) : workspaces.find(name)
  if (found) return found
  const names = workspaces
    .list()
    .map((workspace) => workspace.name)
    .join(', ')
  const reason = name === undefined ? 'name one' : `there is no workspace '${name}'`
  throw new ConfigError(`${setting}: ${reason}; there are ${names}`)
}

/** The only one, or the demo's cluster. */
function defaultWorkspace(workspaces: Workspaces): Workspace | undefined {
  const all = workspaces.list()
  return all.length === 1 ? all[0] : workspaces.find('cluster')
}
