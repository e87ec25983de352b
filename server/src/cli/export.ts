// `conshelf export`: the configuration of a workspace as a folder of files, one for each resource.
import { serverOf } from './client.ts'
import { type Call, type Command, type ExitCode, exit, serverHelp, serverOptions, UsageError } from './command.ts'
import { configurationOf, writeFolder } from './deploying/configuration.ts'
import { serverResources } from './deploying/server-port.ts'
import { placeOf } from './workspaces.ts'

export const exportFolder: Command = {
  name: 'export',
  summary: 'write the configuration of a workspace as files',
  usage: 'FOLDER [-w WORKSPACE]',
  help: `  -w, --workspace NAME   name or GUID; may be left out when the server has only one
${serverHelp}

One JSON file for each custom table, saved search, data collection rule, alert rule, workbook, query pack and so on, of the
workspace and its resource group, without what the server makes itself. Ids are written as <workspace>, <group> and
<subscription>, so that the folder can be deployed to another workspace: \`conshelf deploy FOLDER\`. JSON files of resources
that are gone are removed.`,
  options: { ...serverOptions, workspace: { type: 'string', short: 'w' } },
  run: runExport,
}

async function runExport(call: Call): Promise<ExitCode> {
  const [folder, ...more] = call.words
  if (folder === undefined || more.length > 0) throw new UsageError('name one folder')
  const place = await placeOf(call)
  const resources = serverResources({ server: serverOf(call), signal: call.terminal.signal, isCheck: true })
  const entries = await configurationOf(resources, place)
  call.terminal.err(`${writeFolder(folder, entries, place)} resources in ${folder}\n`)
  return exit.success
}
