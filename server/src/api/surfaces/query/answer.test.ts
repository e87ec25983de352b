import { expect, test } from 'vitest'
import { ServerError } from '../../../core/errors.ts'
import type { AnswerPart } from '../../../query/types.ts'
import { AnswerWriter } from './answer.ts'

const columns = [{ name: 'n', type: 'long', doc: 'not shown' }] as const
const head = { name: 'PrimaryResult', columns, sorted: true }
const table: AnswerPart = { kind: 'table', ...head, heads: [head] }
const statistics = {
  elapsedMillis: 1500,
  rowsRead: 9,
  bytesRead: 10,
  peakMemoryBytes: 1000,
  userMillis: 46.875,
  kernelMillis: 2,
  tables: [{ rows: 3, bytes: 30 }],
}
const end: AnswerPart = { kind: 'end', statistics }
const plain = { query: '', statistics: false, render: false }

async function* from(parts: readonly AnswerPart[]) {
  yield* parts
}

async function collect(pieces: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const piece of pieces) all.push(piece)
  return all
}

async function written(parts: readonly AnswerPart[], options = plain): Promise<unknown> {
  const pieces = await collect(new AnswerWriter(options).text(from(parts)))
  return JSON.parse(pieces.join(''))
}

test('chunks, an empty result, no result', async () => {
  const primary = { name: 'PrimaryResult', columns: [{ name: 'n', type: 'long' }] }
  const chunks: AnswerPart[] = [table, { kind: 'rows', rows: [[1], [2]] }, { kind: 'rows', rows: [[3]] }]
  expect(await written([...chunks, table, end])).toEqual({
    tables: [
      { ...primary, rows: [[1], [2], [3]] },
      { ...primary, rows: [] },
    ],
  })
  expect(await written([end])).toEqual({ tables: [] })
})

test('statistics and render only when asked for', async () => {
  const drawn: AnswerPart = {
    ...table,
    render: { visualization: 'barchart', properties: { title: 'T', kind: 'stacked', ymin: 0 } },
  }
  expect(await written([drawn, end], { query: '', statistics: true, render: true })).toMatchObject({
    statistics: {
      query: {
        executionTime: 1.5,
        resourceUsage: {
          cpu: { user: '00:00:00.0468750', kernel: '00:00:00.0020000', totalCpu: '00:00:00.0488750' },
          memory: { peakPerNode: 1000 },
        },
        datasetStatistics: [{ tableRowCount: 3, tableSize: 30 }],
      },
    },
    render: { visualization: 'barchart', title: 'T', kind: 'stacked', xTitle: null, isQuerySorted: true, yMin: 0 },
  })
  expect(await written([table, end], { query: '', statistics: false, render: true })).toMatchObject({
    render: { visualization: null, title: null },
  })
})

test('a truncated answer carries the error of the service', async () => {
  const cut: AnswerPart = { kind: 'end', statistics, truncated: { kind: 'rows', limit: 500_000 } }
  expect(await written([table, cut])).toMatchObject({
    error: {
      code: 'PartialError',
      details: [
        {
          code: 'EngineError',
          innererror: {
            code: '-2133196797',
            message:
              'Query result set has exceeded the internal record count limit 500000 (E_QUERY_RESULT_SET_TOO_LARGE).',
          },
        },
      ],
    },
  })
})

test('a failure after rows leaves whole JSON that says so', async () => {
  const writer = new AnswerWriter(plain)
  const pieces = await collect(writer.text(from([table, { kind: 'rows', rows: [[1]] }])))
  const text = pieces.join('') + writer.afterFailure(new ServerError('queryTimeout', { seconds: 1 }))
  expect(JSON.parse(text)).toMatchObject({
    tables: [{ rows: [[1]] }],
    error: { code: 'PartialError', details: [{ innererror: { code: 'GatewayTimeout' } }] },
  })
})
