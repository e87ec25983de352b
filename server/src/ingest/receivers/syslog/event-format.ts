// The two formats that security devices put into syslog messages: text -> header fields and pairs.
// CEF: https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors/pdfdoc/cef-implementation-standard/cef-implementation-standard.pdf
// LEEF: https://www.ibm.com/docs/en/dsm?topic=overview-leef-event-components

export interface SecurityEvent {
  readonly format: 'cef' | 'leef'
  /** Behind the version. */
  readonly header: readonly string[]
  readonly pairs: readonly (readonly [key: string, value: string])[]
  /** Of the extension, what is no pair. */
  readonly loose: string
}

/** Undefined: it is neither, or its header is not whole. */
export function securityEvent(text: string): SecurityEvent | undefined {
  if (text.startsWith('CEF:')) return cefEvent(text)
  return text.startsWith('LEEF:') ? leefEvent(text) : undefined
}

const cefFields = 6

function cefEvent(text: string): SecurityEvent | undefined {
  const version = /^CEF: ?\d+(?:\.\d+)?\|/.exec(text)
  if (!version) return undefined
  const split = splitHeader(text, version[0].length, cefFields)
  if (!split) return undefined
  const { pairs, loose } = cefPairs(text.slice(split.end).trim())
  return { format: 'cef', header: split.fields, pairs, loose }
}

/** Fields that end with a bar; the last one may end with the text. `\|` and `\\` stand for the characters. */
function splitHeader(text: string, start: number, count: number): { fields: string[]; end: number } | undefined {
  const fields: string[] = []
  let [field, at] = ['', start]
  for (; at < text.length && fields.length < count; at++) {
    const character = text[at] as string
    const next = text[at + 1]
    if (character === '\\' && (next === '|' || next === '\\')) {
      field += next
      at++
    } else if (character === '|') {
      fields.push(field)
      field = ''
    } else field += character
  }
  if (fields.length === count - 1) fields.push(field)
  return fields.length === count ? { fields, end: at } : undefined
}

/** A key begins the extension or stands behind a space; the `=` behind it is not escaped. */
const cefKey = /(?:^|\s)([\w.\-[\]]+)=/g

function cefPairs(extension: string): Pick<SecurityEvent, 'pairs' | 'loose'> {
  const keys = [...extension.matchAll(cefKey)]
  const pairs = keys.map((match, i): readonly [string, string] => {
    const value = extension.slice(match.index + match[0].length, keys[i + 1]?.index ?? extension.length)
    return [match[1] as string, unescapeCef(value.trim())]
  })
  return { pairs, loose: extension.slice(0, keys[0]?.index ?? extension.length).trim() }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', '=': '=', '\\': '\\', '|': '|' }

function unescapeCef(value: string): string {
  return value.includes('\\') ? value.replace(/\\([nr=\\|])/g, (_all, c: string) => escapes[c] ?? c) : value
}

const leefHead = /^LEEF:(\d)(?:\.\d+)?\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|/

function leefEvent(text: string): SecurityEvent | undefined {
  const head = leefHead.exec(text)
  if (!head) return undefined
  let attributes = text.slice(head[0].length)
  let delimiter = '\t'
  const own = head[1] === '2' ? /^(?:(x|0x)([0-9A-Fa-f]{1,4})|([^|]))?\|/.exec(attributes) : null
  if (own) {
    if (own[2] !== undefined) delimiter = String.fromCharCode(Number.parseInt(own[2], 16))
    if (own[3] !== undefined) delimiter = own[3]
    attributes = attributes.slice(own[0].length)
  }
  const parts = attributes.split(delimiter)
  // Relays turn tabs into spaces; then keys are found as those of CEF are.
  const header = head.slice(2)
  if (delimiter === '\t' && parts.length === 1) return { format: 'leef', header, ...leefSpaced(attributes) }
  const loose = parts.filter((part) => part.indexOf('=') <= 0 && part.trim() !== '')
  const pairs = parts
    .filter((part) => part.indexOf('=') > 0)
    .map((part): readonly [string, string] => {
      const at = part.indexOf('=')
      return [part.slice(0, at).trim(), part.slice(at + 1).trim()]
    })
  return { format: 'leef', header, pairs, loose: loose.join(delimiter).trim() }
}

function leefSpaced(attributes: string): Pick<SecurityEvent, 'pairs' | 'loose'> {
  const keys = [...attributes.matchAll(cefKey)]
  const pairs = keys.map((match, i): readonly [string, string] => [
    match[1] as string,
    attributes.slice(match.index + match[0].length, keys[i + 1]?.index ?? attributes.length).trim(),
  ])
  return { pairs, loose: attributes.slice(0, keys[0]?.index ?? attributes.length).trim() }
}
