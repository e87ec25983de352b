// `conshelf deploy`: a template, or a folder of resources as `conshelf export` writes it, onto a server.
import { existsSync, statSync } from 'node:fs'
import { systemClock } from '../core/clock.ts'
import { serverOf } from './client.ts'
import {
  type Call,
  type Command,
  type ExitCode,
  exit,
  listOption,
  serverHelp,
  serverOptions,
  textOption,
  UsageError,
} from './command.ts'
import { applyFolder, isAsFile, readFolder } from './deploying/configuration.ts'
import { serverResources } from './deploying/server-port.ts'
import { deployFile } from './deploying/template.ts'
import { formatTable } from './formats.ts'
import type { ResultTable } from './result.ts'
import { placeOf } from './workspaces.ts'

export const deploy: Command = {
  name: 'deploy',
  summary: 'put the resources of a template or of a folder',
  usage: 'TEMPLATE.json | FOLDER [-w WORKSPACE] [-p FILE|NAME=VALUE …] [--scope ID] [--check] [--prune]',
  help: `  TEMPLATE.json          as Azure Resource Manager takes it, and Bicep compiles to
  FOLDER                 as \`conshelf export\` writes it
  -w, --workspace NAME   whose group and subscription are deployed to; may be left out when there is only one
  -p, --parameters …     a file of parameters, or one as NAME=VALUE; again for more
  -g, --group NAME       another resource group of the same subscription
  --scope ID             where a template goes, instead of the workspace's group or subscription
  --location TEXT        what resourceGroup().location is (default: local)
  --check                change nothing; exit code 1 when something would change
  --prune                of a folder: delete what it does not have
${serverHelp}

Types that the server does not know are listed and no failure. Exit code 1: a resource failed, or with --check something differs.

  conshelf deploy cluster-stamp.json -p clusterName=aks-1
  conshelf deploy ./workspace --check`,
  options: {
    ...serverOptions,
    workspace: { type: 'string', short: 'w' },
    parameters: { type: 'string', short: 'p', multiple: true },
    group: { type: 'string', short: 'g' },
    scope: { type: 'string' },
    location: { type: 'string' },
    check: { type: 'boolean' },
    prune: { type: 'boolean' },
  },
  run: runDeploy,
}

type Line = { readonly type: string; readonly name: string; readonly is: string; readonly reason?: string }

async function runDeploy(call: Call): Promise<ExitCode> {
  const [path, ...more] = call.words
  if (path === undefined || more.length > 0) throw new UsageError('name one template or one folder')
  if (!existsSync(path)) throw new UsageError(`there is no ${path}`)
  const isFolder = statSync(path).isDirectory()
  const isCheck = call.values.check === true
  if (call.values.prune === true && !isFolder) throw new UsageError('--prune goes with a folder')
  const place = await placeOf(call)
  const resources = serverResources({
    server: serverOf(call),
    signal: call.terminal.signal,
    isCheck,
    ...(isFolder ? { isSame: isAsFile } : {}),
  })
  if (isFolder) {
    const prune = call.values.prune === true
    return print(await applyFolder(resources, readFolder(path, place), { prune, place }), isCheck, call)
  }
  const name = textOption(call, 'group')
  const group = name === undefined ? place.group : `${place.subscription}/resourceGroups/${name}`
  const { steps, outputs, problem } = await deployFile({
    file: path,
    parameters: listOption(call, 'parameters'),
    subscription: place.subscription,
    group,
    scope: textOption(call, 'scope'),
    location: textOption(call, 'location') ?? 'local',
    now: new Date(systemClock.now()).toISOString(),
    resources,
  })
  const code = print(steps, isCheck, call)
  if (Object.keys(outputs).length > 0) call.terminal.out(`${JSON.stringify(outputs, null, 2)}\n`)
  if (problem !== undefined) call.terminal.err(`conshelf deploy: the outputs have no values: ${problem}\n`)
  return problem === undefined ? code : exit.failure
}

function print(lines: readonly Line[], isCheck: boolean, { terminal }: Call): ExitCode {
  const count = (...names: readonly string[]) => lines.filter(({ is }) => names.includes(is)).length
  terminal.out(formatTable(tableOf(lines), 'table', terminal.width))
  const kinds = [...new Set(lines.map(({ is }) => is))].toSorted()
  terminal.err(`${kinds.map((is) => `${count(is)} ${is}`).join(', ') || 'nothing to do'}\n`)
  if (count('failed', 'skipped') > 0) return exit.failure
  return isCheck && count('created', 'changed', 'deleted', 'extra') > 0 ? exit.failure : exit.success
}

function tableOf(lines: readonly Line[]): ResultTable {
  const columns = ['Result', 'Type', 'Name', 'Reason'].map((name) => ({ name, type: 'string' as const }))
  return {
    name: 'PrimaryResult',
    columns,
    rows: lines.map(({ is, type, name, reason = '' }) => [is, type, name, reason]),
  }
}
