// `conshelf query --data`: the same query service, in this process, over a data folder or over plain files.
import { statSync } from 'node:fs'
import { owner } from '../access/principal.ts'
import { AnswerWriter } from '../api/surfaces/query/answer.ts'
import { errorBody } from '../api/surfaces/query/errors.ts'
import { timeRangeOf } from '../api/surfaces/query/request.ts'
import type { Workspace, Workspaces } from '../catalog/types.ts'
import { systemClock, ticksOf } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'
import { randomIds } from '../core/ids.ts'
import { dataFiles } from '../plain-files.ts'
import type { QueryService } from '../query/types.ts'
import { isDataFolder, openFiles, openWorkbench } from '../workbench.ts'
import type { HttpAnswer } from './client.ts'
import { CommandError, type Terminal, UsageError } from './command.ts'
import type { Question } from './query.ts'

export { UnreadableFile } from '../plain-files.ts'

/** The answer as a server would give it. */
export async function askLocal(paths: readonly string[], question: Question, terminal: Terminal): Promise<HttpAnswer> {
  return withLocal(paths, question.workspace, (queries, workspaces) => ask(queries, workspaces, question, terminal))
}

/** The query service over a data folder, or over files, for as long as `use` takes. Throws UnreadableFile. */
export async function withLocal<T>(
  paths: readonly string[],
  workspace: string | undefined,
  use: (queries: QueryService, workspaces: readonly Workspace[]) => Promise<T>,
): Promise<T> {
  const [first] = paths
  if (first !== undefined && paths.length === 1 && isFolder(first) && isDataFolder(first)) {
    const { queries, workspaces, close } = await openWorkbench(first)
    try {
      return await use(queries, [workspaceOf(workspaces, workspace)])
    } finally {
      await close()
    }
  }
  const files = paths.flatMap(dataFiles)
  if (files.length === 0) throw new CommandError(`there are no files to read in ${paths.join(', ')}`)
  const { queries, close } = await openFiles(files)
  try {
    return await use(queries, [])
  } finally {
    await close()
  }
}

function workspaceOf(workspaces: Workspaces, name: string | undefined): Workspace {
  const all = workspaces.list()
  const found = name === undefined ? (all.length === 1 ? all[0] : undefined) : workspaces.find(name)
  if (found) return found
  const names = all.map((workspace) => workspace.name)
  throw new UsageError(
    name === undefined
      ? `say which workspace: -w ${names.join(' or -w ')}`
      : `there is no workspace '${name}', only ${names.join(', ')}`,
  )
}

async function ask(
  queries: QueryService,
  workspaces: readonly Workspace[],
  { query, timespan, waitSeconds }: Question,
  { signal }: Terminal,
): Promise<HttpAnswer> {
  const requestId = randomIds.guid()
  const writer = new AnswerWriter({ query, statistics: true, render: false })
  const pieces: string[] = []
  try {
    const range = timeRangeOf([{ timespan }], ticksOf(systemClock.now()))
    const answer = queries.run({
      text: query,
      workspaces,
      principal: owner,
      profile: 'api',
      client: { app: 'ConshelfCli', requestId, target: '' },
      signal,
      statistics: true,
      ...(range ? { timeRange: range } : {}),
      ...(waitSeconds === undefined ? {} : { maxMillis: waitSeconds * 1000 }),
    })
    for await (const piece of writer.text(answer)) pieces.push(piece)
    return { status: 200, text: pieces.join('') }
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    return { status: error.entry.status, text: JSON.stringify(errorBody(error, requestId)) }
  }
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory()
}
