// Labels of a stream as protobuf requests write them: `{name="value", …}`, values quoted as in Go.
// https://grafana.com/docs/loki/latest/query/log_queries/#log-stream-selector
import { MalformedBody } from '../../types.ts'

export type Labels = Readonly<Record<string, string>>

const pair = /\s*([a-zA-Z_][a-zA-Z0-9_.]*)\s*=\s*("(?:[^"\\\n]|\\.)*"|`[^`]*`)\s*(,|$)/y

export function labelsOf(text: string): Labels {
  const inner = /^\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1]
  if (inner === undefined) throw wrong(text)
  const labels: [string, string][] = []
  let at = 0
  while (inner.slice(at).trim() !== '') {
    pair.lastIndex = at
    const match = pair.exec(inner)
    if (!match) throw wrong(text)
    const [whole, name = '', quoted = ''] = match
    labels.push([name, unquoted(quoted, text)])
    at += whole.length
  }
  return Object.fromEntries(labels)
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
}
const escapeShape = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs

/** https://go.dev/ref/spec#String_literals */
function unquoted(quoted: string, text: string): string {
  const inner = quoted.slice(1, -1)
  if (quoted.startsWith('`') || !inner.includes('\\')) return inner
  return inner.replace(
    escapeShape,
    (_, hex?: string, short?: string, long?: string, octal?: string, plain?: string) => {
      if (plain !== undefined) return escapes[plain] ?? fail(text)
      const code = octal === undefined ? Number.parseInt(hex ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8)
      return code <= 0x10_ffff ? String.fromCodePoint(code) : fail(text)
    },
  )
}

function fail(text: string): never {
  throw wrong(text)
}

function wrong(text: string): MalformedBody {
  return new MalformedBody(`error parsing labels '${text.slice(0, 200)}': parse error : syntax error`)
}
