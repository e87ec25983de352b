// Log files of containers as the runtimes write them on a node, CRI's format or Docker's json-file -> ContainerLogV2.
// Parameters: `file` (path of the log file, which names pod and container), `computer` (the node), `cluster` (ARM id).
import { type Decoded, type Head, type Json, MalformedBody, type Receiver, type TableRow } from '../types.ts'
import { type ContainerIdentity, containerOf } from './container-file/identity.ts'
import { PieceJoiner, readPiece, type Written } from './container-file/lines.ts'
import { linesOf } from './lines.ts'

export const criLogs: Receiver = {
  name: 'cri-logs',
  async *decode(body, head) {
    const rowOf = rowsOf(head)
    const joiner = new PieceJoiner()
    for await (const lines of linesOf(body)) {
      const out: Decoded[] = []
      for (const line of lines) {
        if (line.trim() === '') continue
        const piece = readPiece(line)
        if (piece === undefined) out.push({ rejected: 'neither a line of CRI nor one of Docker', raw: line })
        else {
          const written = joiner.push(piece)
          if (written) out.push(rowOf(written))
        }
      }
      yield out
    }
    yield joiner.rest().map(rowOf)
  },
}

function rowsOf({ parameters }: Head): (written: Written) => TableRow {
  const { file = '', computer = '', cluster = '' } = parameters
  if (cluster !== '' && !cluster.startsWith('/')) {
    throw new MalformedBody(`cluster is the ARM id of a cluster, not '${cluster}'`)
  }
  const identity = identityColumns(containerOf(file), computer)
  return ({ time, stream, text }) => ({
    table: 'ContainerLogV2',
    fields: { ...identity, LogMessage: text, LogSource: stream },
    time,
    ...(cluster !== '' && { resourceId: cluster }),
  })
}

function identityColumns(container: ContainerIdentity, computer: string): Record<string, Json> {
  const columns: Record<string, Json | undefined> = {
    Computer: computer,
    ContainerId: container.containerId,
    ContainerName: container.container,
    PodName: container.pod,
    PodNamespace: container.namespace,
    KubernetesMetadata: container.podUid === undefined ? undefined : { podUid: container.podUid },
    LogLevel: 'unknown',
    SourceSystem: 'Containers',
  }
  const entries = Object.entries(columns).filter((entry): entry is [string, Json] => (entry[1] ?? '') !== '')
  return Object.fromEntries(entries)
}
