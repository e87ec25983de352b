// Lines of container log files -> what the containers wrote, with the pieces of long lines joined.
// https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
// https://docs.docker.com/engine/logging/drivers/json-file/

export interface Written {
  readonly time: string
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

export interface Piece extends Written {
  /** More of the same line follows on the same stream. */
  readonly isPartial: boolean
}

const criLine = /^(\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)) (stdout|stderr) ([A-Z])(?::\S*)? ?(.*)$/s

/** Docker cuts what has no line end after so many bytes. */
const dockerPiece = 16_384

/** What one line of a file says; undefined: it is of neither format. */
export function readPiece(line: string): Piece | undefined {
  if (line.startsWith('{')) return dockerLine(line)
  const match = criLine.exec(line)
  if (!match) return undefined
  const [, time = '', stream, tag, text = ''] = match
  return { time, stream: stream === 'stderr' ? 'stderr' : 'stdout', text, isPartial: tag === 'P' }
}

function dockerLine(line: string): Piece | undefined {
  const entry = parsedObject(line)
  if (!entry) return undefined
  const { log, stream, time } = entry
  if (typeof log !== 'string' || typeof time !== 'string' || (stream !== 'stdout' && stream !== 'stderr'))
    return undefined
  const isWhole = log.endsWith('\n')
  // A shorter piece without a line end is the last that the container wrote.
  const isPartial = !isWhole && Buffer.byteLength(log) >= dockerPiece
  return { time, stream, text: isWhole ? log.slice(0, -1) : log, isPartial }
}

function parsedObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Joins the pieces of each stream by itself: the two are written side by side. */
export class PieceJoiner {
  readonly #open = new Map<Written['stream'], { readonly time: string; readonly texts: string[] }>()

  /** The line that is complete with this piece; it has the time of its first. */
  push({ isPartial, ...piece }: Piece): Written | undefined {
    const open = this.#open.get(piece.stream)
    if (isPartial) {
      if (open) open.texts.push(piece.text)
      else this.#open.set(piece.stream, { time: piece.time, texts: [piece.text] })
      return undefined
    }
    if (!open) return piece
    this.#open.delete(piece.stream)
    return { ...piece, time: open.time, text: open.texts.join('') + piece.text }
  }

  get isOpen(): boolean {
    return this.#open.size > 0
  }

  /** What was begun and will not be ended. */
  rest(): readonly Written[] {
    const rest = [...this.#open].map(([stream, { time, texts }]) => ({ time, stream, text: texts.join('') }))
    this.#open.clear()
    return rest
  }
}
