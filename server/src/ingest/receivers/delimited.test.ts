import type { Column } from '@conshelf/kql'
import { expect, test } from 'vitest'
import { type Decoded, MalformedBody } from '../types.ts'
import { delimited } from './delimited.ts'

const columns: readonly Column[] = [
  { name: 'a', type: 'string' },
  { name: 'n', type: 'long' },
  { name: 'd', type: 'dynamic' },
]
const withTime: readonly Column[] = [{ name: 'TimeGenerated', type: 'datetime' }, ...columns]

async function decode(text: string, separator: ',' | '\t' | '|' = ',', piece = text.length): Promise<Decoded[]> {
  const body = async function* () {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
  }
  const receiver = delimited({ table: 'T_CL', separator, columns, withTime, timeColumn: 'TimeGenerated' })
  const all: Decoded[] = []
  for await (const batch of receiver.decode(body(), { contentType: '', parameters: {} })) all.push(...batch)
  return all
}

const fieldsOf = (all: readonly Decoded[]) => all.map((row) => ('rejected' in row ? row.rejected : row.fields))

test.each([
  ['x,1,{}', ',', [{ a: 'x', n: '1', d: {} }]],
  ['"x, ""y""\nz",,plain\r\n\r\n', ',', [{ a: 'x, "y"\nz', d: 'plain' }]],
  [
    '5" pipe,1,\nnext,2,',
    ',',
    [
      { a: '5" pipe', n: '1' },
      { a: 'next', n: '2' },
    ],
  ],
  ['x', ',', [{ a: 'x' }]],
  ['x\t1\t[2]', '\t', [{ a: 'x', n: '1', d: [2] }]],
  ['2024-01-02|x|1|5', '|', [{ TimeGenerated: '2024-01-02', a: 'x', n: '1', d: 5 }]],
  ['soon,x,1,5', ',', ["'soon' is no time, and TimeGenerated is one"]],
  ['x,1,2,3,4', ',', [{ a: 'x', n: '1', d: 2 }]],
] as const)('%j', async (text, separator, expected) => {
  expect(fieldsOf(await decode(text, separator))).toEqual(expected)
  expect(fieldsOf(await decode(text, separator, 1))).toEqual(expected)
})

test('a quote that nobody closes: nothing is taken', async () => {
  await expect(decode('good,1,\n"bad,2,')).rejects.toThrow(MalformedBody)
})
