// Regular expressions of RE2 as JavaScript's, for what is matched in this process; what RE2 does not know is refused.
// https://github.com/google/re2/wiki/Syntax
import { Script } from 'node:vm'

/** Why RE2 would not take the expression; undefined: it would. */
export function regexProblem(pattern: string): string | undefined {
  try {
    compiled(pattern)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Matches whole texts; `.` takes in new lines, as Prometheus has it. */
export function wholeRegex(pattern: string): RegExp {
  return compiled(pattern)
}

const matching = new Script('texts.map((text) => regex.exec(text))')
const longestMatching = 1_000

/** The matches of all texts. RE2 never takes long; here an expression can, and is stopped: then undefined. */
export function matchesOf(pattern: string, texts: readonly string[]): readonly (RegExpExecArray | null)[] | undefined {
  try {
    return matching.runInNewContext({ texts, regex: compiled(pattern) }, { timeout: longestMatching })
  } catch (error) {
    // An error of the other context.
    if (Object(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  }
}

/** The texts that the expression stands for, where it is nothing but some texts. */
export function alternatives(pattern: string): readonly string[] | undefined {
  return /^[\w:/ -]+(?:\|[\w:/ -]+)*$/.test(pattern) ? pattern.split('|') : undefined
}

const cache = new Map<string, RegExp>()

function compiled(pattern: string): RegExp {
  const known = cache.get(pattern)
  if (known) return known
  const made = new RegExp(`^(?:${translated(pattern)})$`, 'su')
  if (cache.size > 500) cache.clear()
  cache.set(pattern, made)
  return made
}

const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}
const spaces = '\\t\\n\\f\\r '

function translated(pattern: string): string {
  let out = ''
  let at = 0
  /** Of each open group, how many more the flags in it have opened. */
  const open: number[] = [0]
  while (at < pattern.length) {
    const rest = pattern.slice(at)
    const [source, target] = piece(rest)
    at += source.length
    if (source === ')') {
      if (open.length === 1) throw new Error('unexpected )')
      out += ')'.repeat((open.pop() ?? 0) + 1)
      continue
    }
    if (source.startsWith('(')) {
      const flags = /^\(\?([a-zA-Z-]+)\)$/.exec(source)
      if (flags) {
        out += target
        open.push((open.pop() ?? 0) + 1)
        continue
      }
      open.push(0)
    }
    out += target
  }
  if (open.length > 1) throw new Error('missing closing )')
  return out + ')'.repeat(open[0] ?? 0)
}

/** The next piece of a pattern, and what stands for it. */
function piece(rest: string): readonly [string, string] {
  if (rest.startsWith('(')) return group(rest)
  if (rest.startsWith('[')) return characterClass(rest)
  if (rest.startsWith('\\')) return escaped(rest, false)
  const counted = /^\{\d+(?:,\d*)?\}/.exec(rest)?.[0]
  if (counted) return repeated(counted)
  const [first = ''] = rest
  return /[\]{}]/.test(first) ? [first, `\\${first}`] : [first, first]
}

function repeated(counted: string): readonly [string, string] {
  const counts = counted.match(/\d+/g)?.map(Number) ?? []
  if (counts.some((count) => count > 1000)) throw new Error(`invalid repeat count: \`${counted}\``)
  return [counted, counted]
}

function group(rest: string): readonly [string, string] {
  if (!rest.startsWith('(?')) return ['(', '(']
  const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest)
  if (named) return [named[0], `(?<${named[1]}>`]
  const flags = /^\(\?([ims]*)(-[ims]+)?([:)])/.exec(rest)
  if (!flags) throw new Error(`invalid or unsupported Perl syntax: \`${rest.slice(0, 3)}\``)
  const [source, on = '', off = ''] = flags
  if (on === '' && off === '') return [source, '(?:']
  return [source, `(?${on}${off}:`]
}

function characterClass(rest: string): readonly [string, string] {
  let at = 1
  let out = '['
  if (rest[at] === '^') {
    out += '^'
    at++
  }
  for (let first = true; first || rest[at] !== ']'; first = false) {
    if (at >= rest.length) throw new Error('missing closing ]')
    const tail = rest.slice(at)
    const named = /^\[:(\^?)(\w+):\]/.exec(tail)
    const [source, target] = named ? posix(named) : tail.startsWith('\\') ? escaped(tail, true) : inClass(tail)
    at += source.length
    out += target
  }
  return [rest.slice(0, at + 1), `${out}]`]
}

function posix([source, negated, name = '']: RegExpExecArray): readonly [string, string] {
  const members = classes[name]
  if (members === undefined || negated) throw new Error(`invalid character class range: \`${source}\``)
  return [source ?? '', members]
}

function inClass(tail: string): readonly [string, string] {
  const first = String.fromCodePoint(tail.codePointAt(0) ?? 0)
  return /[[\]^{}()|/.*+?$]/.test(first) ? [first, `\\${first}`] : [first, first]
}

const asTheyAre = new Set(['d', 'D', 'w', 'W', 'b', 'B', 't', 'n', 'r', 'f', 'v'])

function escaped(rest: string, isInClass: boolean): readonly [string, string] {
  const property = /^\\([pP])(?:\{(\^?)(\w+)\}|(\w))/.exec(rest)
  if (property) return unicodeProperty(property)
  const code = /^\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(rest)
  if (code) return [code[0], `\\u{${code[1] ?? code[2]}}`]
  const quoted = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest)
  if (quoted) return [quoted[0], (quoted[1] ?? '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')]
  const source = rest.slice(0, 2)
  const letter = source.slice(1)
  if (letter === 's') return [source, isInClass ? spaces : `[${spaces}]`]
  if (letter === 'S' && !isInClass) return [source, `[^${spaces}]`]
  if (letter === 'a') return [source, '\\x07']
  if (letter === 'A' && !isInClass) return [source, '(?<![\\s\\S])']
  if (letter === 'z' && !isInClass) return [source, '(?![\\s\\S])']
  if (asTheyAre.has(letter) && !(isInClass && /[bB]/.test(letter))) return [source, source]
  if (/[A-Za-z0-9]/.test(letter)) throw new Error(`invalid escape sequence: \`${source}\``)
  if (letter === '') throw new Error('trailing backslash at end of expression')
  return /[\\^$.*+?()[\]{}|/-]/.test(letter) && (letter !== '-' || isInClass) ? [source, source] : [source, letter]
}

function unicodeProperty([source = '', kind = 'p', negated, long, short]: RegExpExecArray): readonly [string, string] {
  const isNegated = (kind === 'P') !== (negated === '^')
  const name = long ?? short ?? ''
  const property = name.length <= 2 ? name : `Script=${name}`
  return [source, `\\${isNegated ? 'P' : 'p'}{${property}}`]
}
