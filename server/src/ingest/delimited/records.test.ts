import { expect, test } from 'vitest'
import { csvRecords } from './records.ts'

async function records(text: string, size = 3): Promise<readonly (readonly string[])[]> {
  const chunks = async function* () {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
  }
  const found: (readonly string[])[] = []
  for await (const record of csvRecords(chunks())) found.push(record)
  return found
}

test.each([
  [
    'a,b\r\n1,2\r\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    '\ufeffa,b\n1,\n',
    [
      ['a', 'b'],
      ['1', ''],
    ],
  ],
  ['a\n"x, ""y""\nz"\n', [['a'], ['x, "y"\nz']]],
  [
    'a,b\n"","q"\n\n3,4',
    [
      ['a', 'b'],
      ['', 'q'],
      ['3', '4'],
    ],
  ],
  ['a\n5" pipe\n', [['a'], ['5" pipe']]],
])('%j', async (text, wanted) => {
  for (const size of [1, 2, 3, 100]) expect(await records(text, size)).toEqual(wanted)
})

test('quotes that nobody closes', async () => {
  await expect(records('a\n"b')).rejects.toThrow(/inside quotes/)
})
