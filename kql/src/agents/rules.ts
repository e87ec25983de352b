// The rules of uap-core, by which user agents are told apart: the first expression that matches decides.
// https://github.com/ua-parser/uap-core/blob/master/docs/specification.md
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type YAML from 'yaml'

/** A rule's texts by their names in the file. */
type Written = Readonly<Record<string, string | number | undefined>>

interface Rule {
  readonly pattern: RegExp
  readonly written: Written
}

/** What a rule says of one part: the text in the file with groups filled in, or else a group. */
export type Part = (replacement: string, group: number | undefined) => string

export interface Rules {
  readonly browsers: readonly Rule[]
  readonly systems: readonly Rule[]
  readonly devices: readonly Rule[]
}

let loaded: Rules | undefined

/** Read with the first user agent, which takes a tenth of a second. */
export function rules(): Rules {
  if (loaded) return loaded
  const require = createRequire(import.meta.url)
  const { parse }: typeof YAML = require('yaml')
  const file = require.resolve('uap-core/regexes.yaml')
  const lists: Readonly<Record<string, readonly Written[]>> = parse(readFileSync(file, 'utf8'))
  const read = (name: string): readonly Rule[] =>
    (lists[name] ?? []).map((written) => ({
      pattern: new RegExp(String(written.regex), String(written.regex_flag ?? '')),
      written,
    }))
  loaded = {
    browsers: read('user_agent_parsers'),
    systems: read('os_parsers'),
    devices: read('device_parsers'),
  }
  return loaded
}

/** The parts by the first rule that matches; undefined where none does. */
export function match(list: readonly Rule[], agent: string): Part | undefined {
  for (const { pattern, written } of list) {
    const found = pattern.exec(agent)
    if (!found) continue
    return (replacement, group) => {
      const text = written[replacement]
      if (text === undefined) return (group === undefined ? undefined : found[group]) ?? ''
      return String(text)
        .replace(/\$(\d)/g, (_all, digit: string) => found[Number(digit)] ?? '')
        .trim()
    }
  }
  return undefined
}
