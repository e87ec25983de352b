// parse_command_line: arguments of a Windows command line. https://learn.microsoft.com/kusto/query/parse-command-line-function
//
// Quotes and backslashes as CommandLineToArgvW takes them,
// https://learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw
import type { Cell } from '../../model.ts'
import { ArgumentError, type FunctionTable, local } from '../define.ts'

const isBlank = (mark: string | undefined): boolean => mark === ' ' || mark === '\t'

/** The program's name: up to the next quote where it begins with one, else up to a blank; backslashes mean themselves. */
function programName(line: string): { readonly name: string; readonly end: number } {
  if (line.startsWith('"')) {
    const close = line.indexOf('"', 1)
    return close < 0 ? { name: line.slice(1), end: line.length } : { name: line.slice(1, close), end: close + 1 }
  }
  const end = /[ \t]|$/.exec(line)?.index ?? line.length
  return { name: line.slice(0, end), end }
}

function commandLineArguments(line: string): readonly string[] {
  const { name, end } = programName(line)
  const found = [name]
  let current: string | undefined
  /** Quotes in a row count from the one that opened: two close, the third is a quote itself. */
  let quotes = 0
  let at = end
  while (at < line.length) {
    if (isBlank(line[at]) && quotes === 0) {
      if (current !== undefined) found.push(current)
      current = undefined
      at += 1
      continue
    }
    current ??= ''
    const backslashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0
    at += backslashes
    if (line[at] !== '"') {
      current += '\\'.repeat(backslashes)
      if (backslashes === 0) {
        current += line[at]
        at += 1
      }
      continue
    }
    current += '\\'.repeat(backslashes >> 1)
    if (backslashes % 2 === 1) current += '"'
    else quotes += 1
    at += 1
    for (; line[at] === '"'; at++) {
      quotes += 1
      if (quotes < 3) continue
      current += '"'
      quotes = 0
    }
    if (quotes === 2) quotes = 0
  }
  return current === undefined ? found : [...found, current]
}

function parse([line, kind]: readonly Cell[]): Cell {
  if (kind !== 'windows') throw new ArgumentError(`'parse_command_line' reads lines of "windows" only`)
  const text = String(line ?? '')
  return JSON.stringify(text === '' ? [] : commandLineArguments(text))
}

export const commandLines: FunctionTable = {
  parse_command_line: local(['string', 'string'], parse),
}
