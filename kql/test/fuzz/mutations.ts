// Queries with something changed that may or may not make sense: the compiler answers with a diagnostic or with SQL that runs.
import type { Random } from '../random.ts'

const token = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\w+|\s+|[^\w\s]/g
const strange = [
  '(',
  ')',
  '|',
  ',',
  '..',
  '=',
  '==',
  '*',
  "''",
  '"',
  '0',
  '-1',
  'null',
  'let',
  'by',
  'TimeGenerated',
  '`',
  '\u0000',
  '💥',
  '1e999',
  'dynamic(',
  '[',
  ']',
  '{',
  '}',
  '//',
  ';',
]

export function mutated(text: string, others: readonly string[], random: Random): string {
  const tokens = text.match(token) ?? []
  const changes = 1 + random.below(3)
  for (let n = 0; n < changes && tokens.length > 0; n++) {
    const at = random.below(tokens.length)
    const other = random.pick(others).match(token) ?? ['']
    random.pick([
      () => tokens.splice(at, 1),
      () => tokens.splice(at, 0, tokens[at] ?? ''),
      () => tokens.splice(at, 1, random.pick(strange)),
      () => tokens.splice(at, 1, random.pick(other)),
      () => tokens.splice(at, 0, ...other.slice(0, 1 + random.below(6))),
      () => tokens.splice(at, 1 + random.below(5)),
    ])()
  }
  return tokens.join('')
}
