// Starts the sources that the settings name, and stops them. Made by main.ts.
import { matchesGlob } from 'node:path'
import type { Workspaces } from '../../catalog/types.ts'
import type { Clock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import type { Store } from '../../store/store.ts'
import type { ReceiverName } from '../receivers/index.ts'
import type { Ingest, Receiver } from '../types.ts'
import { type BlobFolder, localFolder } from './blob-folder.ts'
import { azureBlobFolder } from './buckets/azure-blob.ts'
import { s3Folder } from './buckets/s3.ts'
import { cursorsIn } from './cursor.ts'
import { type DeliveryParts, pause, type Target } from './deliver.ts'
import { FolderReader } from './folder.ts'
import { topicsOf } from './kafka/follow.ts'
import { type FilesSettings, type Secrets, type SourceSettings, sourceName } from './settings.ts'
import { SourceState, type SourceStatus } from './state.ts'

export interface SourcesParts {
  readonly sources: readonly SourceSettings[]
  readonly secrets: Secrets
  readonly workspaces: Workspaces
  readonly receivers: Readonly<Record<ReceiverName, Receiver>>
  readonly ingest: Pick<Ingest, 'accept' | 'append'>
  readonly store: Pick<Store, 'value' | 'apply'>
  readonly clock: Clock
  readonly log: Log
}

export interface RunningSources {
  status(): readonly SourceStatus[]
  /** Resolves when what was under way has been stored or given up. */
  close(): Promise<void>
}

const defaultPollSeconds = 10

/** Throws when a source names a workspace that is not there, or has settings that cannot be. */
export function startSources(parts: SourcesParts): RunningSources {
  const stopping = new AbortController()
  const targets = parts.sources.map((source) => targetOf(source, parts))
  const states = parts.sources.map((source, index) => stateOf(source, targets[index] as Target, parts.clock))
  const followers = parts.sources.map((source, index) =>
    prepare(source, targets[index] as Target, parts, { signal: stopping.signal, state: states[index] as SourceState }),
  )
  const running = parts.sources.map((source, index) =>
    followers[index]?.().catch((error: unknown) => {
      if (stopping.signal.aborted) return
      states[index]?.failed(error)
      parts.log.error({ err: error, source: sourceName(source) }, 'a source has stopped')
    }),
  )
  return {
    status: () => states.map((state) => state.status()),
    close: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

function stateOf(source: SourceSettings, { workspace, receiver }: Target, clock: Clock): SourceState {
  const about = { name: sourceName(source), kind: source.kind, reads: placeOf(source), receiver: receiver.name }
  return new SourceState({ ...about, workspaceId: workspace.id }, clock)
}

/** What is read, without credentials. */
function placeOf(source: SourceSettings): string {
  if (source.kind === 'folder') return source.path
  if (source.kind === 's3') return `${source.endpoint}/${source.bucket}/${source.prefix ?? ''}`
  if (source.kind === 'azure-blob') return `${source.sasUrlVariable}/${source.prefix ?? ''}`
  return (source.topics ?? [source.connectionStringVariable ?? '']).join(', ')
}

function targetOf(source: SourceSettings, { workspaces, receivers }: SourcesParts): Target {
  const all = workspaces.list()
  const workspace = source.workspace === undefined ? all[0] : workspaces.find(source.workspace)
  if (!workspace || (source.workspace === undefined && all.length > 1)) {
    const names = all.map(({ name }) => name).join(', ')
    throw new Error(`the source '${sourceName(source)}' needs a workspace, one of ${names}`)
  }
  const { table, mode, cluster, computer, keepTime = true } = source
  const given = { table, mode, cluster, computer, keepTime: keepTime ? 'true' : undefined }
  const parameters = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return {
    workspace,
    receiver: receivers[source.receiver ?? 'azure-diagnostics'],
    parameters: Object.fromEntries(parameters),
  }
}

/** Throws when the settings cannot be; what it answers runs until the signal aborts. */
function prepare(
  source: SourceSettings,
  target: Target,
  { secrets, ingest, store, clock, log }: SourcesParts,
  { signal, state }: Pick<DeliveryParts, 'signal' | 'state'>,
): () => Promise<void> {
  const name = sourceName(source)
  if (source.kind === 'kafka') return topicsOf(source, secrets, { ingest, store, log, signal, state, target })
  const folder = folderOf(source, secrets, signal)
  const cursors = cursorsIn(store, name)
  const isWanted = wantedBy(source.include)
  const reader = new FolderReader({ folder, cursors, target, clock, log, ingest, signal, state, name, isWanted })
  return async () => {
    while (!signal.aborted) {
      // What cannot be listed now may be there later: a disk that is not mounted yet, a bucket that is not reachable.
      await reader.poll().catch((error: unknown) => {
        if (signal.aborted) return
        state.failed(error)
        log.error({ err: error, source: name }, 'the files of a source cannot be listed')
      })
      await pause((source.pollSeconds ?? defaultPollSeconds) * 1000, signal)
    }
  }
}

function folderOf(source: FilesSettings, secrets: Secrets, signal: AbortSignal): BlobFolder {
  if (source.kind === 'folder') return localFolder(source.path)
  return source.kind === 's3' ? s3Folder(source, secrets, signal) : azureBlobFolder(source, secrets, signal)
}

/** Compressed files are rotated ones, whose lines were taken before they were compressed. */
function wantedBy(include: string | undefined): (path: string) => boolean {
  if (include !== undefined) return (path) => matchesGlob(path, include)
  return (path) => !/\.(?:gz|zst|bz2|xz|zip|tmp)$/i.test(path)
}
