// `conshelf demo`: what the demo environment of a server is doing.
import { fetchJson, member, serverOf } from './client.ts'
import { type Call, type Command, type ExitCode, exit, serverHelp, serverOptions, UsageError } from './command.ts'
import { workspaceNames } from './workspaces.ts'

export const demo: Command = {
  name: 'demo',
  summary: 'state of the demo environment of a server',
  usage: 'status',
  help: `  The demo itself is started with the server: \`conshelf serve --demo\`.
${serverHelp}`,
  options: serverOptions,
  run: async (call) => {
    const [action = 'status', ...rest] = call.words
    if (action !== 'status' || rest.length > 0) throw new UsageError(`there is no action '${call.words.join(' ')}'`)
    return status(call)
  },
}

async function status(call: Call): Promise<ExitCode> {
  const about = await fetchJson(serverOf(call), '/conshelf/about', {}, call.terminal.signal)
  const state = member(about, 'demo')
  const message = member(state, 'message')
  const names = await workspaceNames(call)
  call.terminal.out(
    `demo: ${member(state, 'state')}${message ? ` (${message})` : ''}\nworkspaces: ${names.join(', ')}\n`,
  )
  return exit.success
}
