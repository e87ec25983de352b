// Functions of texts.
import { createHash } from 'node:crypto'
import type { Json } from '../scope.ts'
import { isEqual, listAt, numberAt, type TemplateFunction, textAt, textOf, WrongArgument } from './function.ts'

const folded =
  (holds: (text: string, wanted: string) => boolean): TemplateFunction =>
  (args) =>
    holds(textAt(args, 0).toLowerCase(), textAt(args, 1).toLowerCase())

function concat(args: readonly Json[]): Json {
  if (args.length > 0 && args.every(Array.isArray)) return args.flat() as Json
  if (args.some((value) => typeof value === 'object' && value !== null))
    throw new WrongArgument('texts are put together with texts, lists with lists')
  return args.map(textOf).join('')
}

/** `{0}`, with `{{` for a brace. Widths and formats are refused. */
function format(args: readonly Json[]): string {
  return textAt(args, 0).replace(/\{\{|\}\}|\{(\d+)([^}]*)\}/g, (all, index?: string, form = '') => {
    if (index === undefined) return all.slice(1)
    if (form !== '') throw new WrongArgument(`the format '${all}' is not known; {${index}} is`)
    if (Number(index) + 1 >= args.length) throw new WrongArgument(`there is no argument for ${all}`)
    return textOf(args[Number(index) + 1])
  })
}

function position(args: readonly Json[], fromEnd: boolean): number {
  const [value, wanted] = args
  if (Array.isArray(value))
    return fromEnd
      ? value.findLastIndex((each: Json) => isEqual(each, wanted))
      : value.findIndex((each: Json) => isEqual(each, wanted))
  const [text, part] = [textAt(args, 0).toLowerCase(), textAt(args, 1).toLowerCase()]
  return fromEnd ? text.lastIndexOf(part) : text.indexOf(part)
}

function split(args: readonly Json[]): Json {
  const separators = typeof args[1] === 'string' ? [args[1]] : listAt(args, 1).map(textOf)
  return separators.reduce<string[]>((parts, one) => parts.flatMap((part) => part.split(one)), [textAt(args, 0)])
}

function substring(args: readonly Json[]): string {
  const [text, from] = [textAt(args, 0), numberAt(args, 1)]
  const size = args[2] === undefined ? text.length - from : numberAt(args, 2)
  if (from < 0 || size < 0 || from + size > text.length)
    throw new WrongArgument(`characters ${from} to ${from + size} are not within a text of ${text.length}`)
  return text.slice(from, from + size)
}

function json(args: readonly Json[]): Json {
  const text = textAt(args, 0)
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw new WrongArgument(`the text is no JSON: ${error instanceof Error ? error.message : error}`)
  }
}

const decoded = (args: readonly Json[]): string => Buffer.from(textAt(args, 0), 'base64').toString('utf8')

/**
 * Thirteen letters and digits, the same for the same texts. Azure's own hash is not documented, so these are not the names
 * that Azure would give.
 */
function uniqueString(args: readonly Json[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(args.map((_, at) => textAt(args, at))))
    .digest()
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  return [...hash.subarray(0, 13)].map((byte) => alphabet[byte % 32]).join('')
}

/** A name-based UUID as RFC 4122 has it (4.3, version 5); Azure's namespace is not documented, so its GUIDs differ. */
function guid(args: readonly Json[]): string {
  const name = args.map((_, at) => textAt(args, at)).join('-')
  const hash = createHash('sha1').update(Buffer.from(urlNamespace, 'hex')).update(name).digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  return hash
    .toString('hex')
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** RFC 4122's namespace of URLs. */
const urlNamespace = '6ba7b8119dad11d180b400c04fd430c8'

export const textFunctions: Readonly<Record<string, TemplateFunction>> = {
  base64: (args) => Buffer.from(textAt(args, 0)).toString('base64'),
  base64ToString: decoded,
  base64ToJson: (args) => json([decoded(args)]),
  concat,
  endsWith: folded((text, end) => text.endsWith(end)),
  startsWith: folded((text, start) => text.startsWith(start)),
  format,
  guid,
  indexOf: (args) => position(args, false),
  lastIndexOf: (args) => position(args, true),
  join: (args) => listAt(args, 0).map(textOf).join(textAt(args, 1)),
  json,
  padLeft: (args) => textOf(args[0]).padStart(numberAt(args, 1), args[2] === undefined ? ' ' : textAt(args, 2)),
  replace: (args) => textAt(args, 0).replaceAll(textAt(args, 1), textAt(args, 2)),
  split,
  string: ([value]) => textOf(value),
  substring,
  toLower: (args) => textAt(args, 0).toLowerCase(),
  toUpper: (args) => textAt(args, 0).toUpperCase(),
  trim: (args) => textAt(args, 0).trim(),
  uniqueString,
  uri: (args) => new URL(textAt(args, 1), textAt(args, 0)).href,
  uriComponent: (args) => encodeURIComponent(textAt(args, 0)),
  uriComponentToString: (args) => decodeURIComponent(textAt(args, 0)),
}
