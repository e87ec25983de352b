// What the buckets have in common: ranged reads, answers that are XML, and errors that do not show credentials.
const timeoutMillis = 60_000

/** A request that ends when the source stops, and after a time. */
export function withLimits(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMillis)])
}

export function rangeHeader(from: number, length: number): string {
  return `bytes=${from}-${from + length - 1}`
}

/** The bytes asked for; none for what is not there, and behind the end. */
export async function rangeOf(response: Response, from: number, length: number): Promise<Uint8Array> {
  if (response.status === 404 || response.status === 416) {
    await response.body?.cancel()
    return new Uint8Array(0)
  }
  if (!response.ok) throw await failureOf(response)
  const bytes = new Uint8Array(await response.arrayBuffer())
  // A server may answer with the whole.
  return response.status === 206 ? bytes : bytes.subarray(from, from + length)
}

export async function textOf(response: Response): Promise<string> {
  if (!response.ok) throw await failureOf(response)
  return response.text()
}

async function failureOf(response: Response): Promise<Error> {
  const text = await response.text().catch(() => '')
  const reason = element(text, 'Code') ?? response.statusText
  return new Error(`the storage answers ${response.status} ${reason}`.trimEnd())
}

/** Names of objects in a path of a URL. */
export function pathOf(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/')
}

/** Text between tags; these answers have no attributes that matter, and no element of a name within itself. */
export function element(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(xml)?.[1]
  return found?.replace(/&(#x?[0-9a-f]+|\w+);/gi, unescaped)
}

export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>(.*?)</${name}>`, 'gs'))].map(([, inside = '']) => inside)
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(whole: string, name: string): string {
  if (!name.startsWith('#')) return entities[name] ?? whole
  const isHex = /^#x/i.test(name)
  return String.fromCodePoint(Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10))
}
