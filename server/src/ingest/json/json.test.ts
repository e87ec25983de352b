import { describe, expect, test } from 'vitest'
import { MalformedBody } from '../types.ts'
import { jsonText, numberText, parseExact } from './exact.ts'
import { type JsonRecord, type RecordOptions, readRecords } from './records.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(
  text: string,
  size = 1 << 20,
  options: RecordOptions = { member: 'records' },
): Promise<JsonRecord[]> {
  const out: JsonRecord[] = []
  for await (const batch of readRecords(inPieces(text, size), options)) out.push(...batch)
  return out
}

const shown = (records: readonly JsonRecord[]) =>
  records.map((r) => ('value' in r ? jsonText(r.value) : `! ${r.rejected}`))

const [a, b] = ['{"a":"x\\"}]{","b":[1,[2]],"c":{}}', '{"ü€😀":"\\\\","records":null}']

describe('forms of a body', () => {
  const forms: Readonly<Record<string, string>> = {
    array: `[${a},${b}]`,
    'array with space': ` \n[ ${a} ,\r\n ${b} ] \n`,
    envelope: `{"records":[${a},${b}]}`,
    'envelope with more': `{"x":{"records":[1]},"y":["records"],"records" : [${a}, ${b}] ,"z":[3]}`,
    'two envelopes': `{"records":[${a}]}{"records":[${b}]}`,
    'envelope twice': `{"records":[${a}],"records":[${b}]}`,
    lines: `${a}\n${b}`,
    'lines with blank ones': `\n${a}\r\n\n${b}\n\n`,
    'one after another': `${a}${b}`,
    'printed in lines': `{"a":"x\\"}]{",\n"b":[1,[2]],"c":{}}\n${b}`,
    'byte order mark': `\uFEFF${a}\n${b}`,
  }
  for (const [name, text] of Object.entries(forms)) {
    test(name, async () => {
      for (const size of [1, 2, 3, 7, 64, 1 << 20]) expect(shown(await read(text, size))).toEqual([a, b])
    })
  }

  test('lines that are envelopes or arrays', async () => {
    expect(shown(await read(`{"n":0}\n{"records":[${a}]}\n[${b}]\n`))).toEqual(['{"n":0}', a, b])
  })
  test('empty arrays', async () => {
    for (const text of ['[]', '{"records":[]}', '{"records":[ ],"x":1}']) expect(await read(text, 1)).toEqual([])
  })
  test('the envelope is handed on', async () => {
    const seen: unknown[] = []
    await read('{"kind":"L","items":[{"a":[1]}],"m":{}}', 3, { member: 'items', onEnvelope: (e) => seen.push(e) })
    expect(seen).toEqual([{ kind: 'L', items: [], m: {} }])
  })
  test('a long record across many pieces keeps its text', async () => {
    const long = `{"a":"${'é'.repeat(300_000)}","b":[${'1,'.repeat(1000)}1]}`
    const records = await read(`[${long},${b}]`, 1000)
    expect(records[0]?.text).toBe(long)
  })
})

describe('broken records beside good ones', () => {
  test.each([
    ['[{"a":1},{"b":NaN},{"c":3}]', 1, /not JSON: .*\(byte 9\)/],
    ['{"a":1}\n{"b":\n{"c":3}\n', 1, /not JSON: .*\(line 2\)/],
    ['{"a":1}\n{"b":"\n{"c":3}\n', 1, /not JSON: .*\(line 2\)/],
    ['{"a":1}\n\n42\n{"c":3}', 1, /a record must be a JSON object, this is a number \(line 3\)/],
    ['[{"a":1},"x",{"c":3}]', 1, /this is a string \(byte 9\)/],
    ['[{"a":1},[2],{"c":3}]', 1, /this is an array \(byte 9\)/],
    ['[{"a":1},null,{"c":3}]', 1, /this is null/],
    ['[{"a":1},1.0,{"c":3}]', 1, /this is a number/],
  ])('%j', async (text, index, reason) => {
    for (const size of [1, 5, 1 << 20]) {
      const records = await read(text, size)
      expect(records).toHaveLength(3)
      expect(records[index]).toMatchObject({ rejected: expect.stringMatching(reason) })
      expect(records.filter((r) => 'value' in r)).toHaveLength(2)
    }
  })
})

describe('malformed bodies, with their place', () => {
  test.each([
    ['', 'the body is empty'],
    [' \n ', 'the body is empty'],
    ['hello', 'expected a JSON object or array, found "h'],
    ['"text"', 'expected a JSON object or array'],
    ['[{"a":1}', 'the body ends inside the value that starts there (byte 1)'],
    ['{"records":[{"a":1},', 'the body ends inside'],
    ['{"records":[{"a":1}', 'the body ends inside the value that starts there (byte 12)'],
    ['{"records":[{"a":1}]', 'the body ends inside'],
    ['[{"a":1} {"b":2}]', 'expected `,` or `]`, found'],
    ['[{"a":1},]', 'expected a JSON object, found "]" (byte 9)'],
    ['[,{"a":1}]', 'expected a JSON object, found'],
    ['[{"a":1}]}', 'expected a JSON object or array, found "}" (byte 9)'],
    ['{"records":[{"a":1}],}', 'the object around the records is not JSON'],
    ['{a:1}', 'the body is not JSON'],
    ['[{"a":undefined}]', 'the body is not JSON'],
  ])('%j', async (text, message) => {
    for (const size of [1, 1 << 20]) {
      const failure = await read(text, size).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(failure).toBeInstanceOf(MalformedBody)
      expect((failure as MalformedBody).message).toContain(message)
    }
  })
})

describe('numbers stay as written', () => {
  test.each([
    '{"a":9007199254740993}',
    '{"a":[1.0,-0,1e5,1E-7,0.0000001,0.1,123456789.10]}',
    '{"a":{"b":18446744073709551616},"c":1e400}',
    '{"a": 0.10}',
  ])('%s', (text) => {
    expect(jsonText(parseExact(text))).toBe(text.replace(' ', ''))
  })
  test('their text is there for conversions', () => {
    const value = parseExact('{"a":9007199254740993,"b":1}')
    expect(value).toMatchObject({ b: 1 })
    expect(numberText((value as { a: number }).a)).toBe('9007199254740993')
  })
  test('bigints of our own rows are written too', () => {
    expect(jsonText({ a: 2n ** 63n, b: [1n] })).toBe('{"a":9223372036854775808,"b":[1]}')
  })
})
