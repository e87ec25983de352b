import { describe, expect, test } from 'vitest'
import type { RenderInfo, ResultTable, Row, ScalarType } from '../../api/types.ts'
import { type ChartModel, chartModel, type XyChart } from './chart-model.ts'

function table(columns: Readonly<Record<string, ScalarType>>, rows: readonly Row[]): ResultTable {
  return { name: 'PrimaryResult', columns: Object.entries(columns).map(([name, type]) => ({ name, type })), rows }
}

function xy(model: ChartModel): XyChart {
  if (model.kind !== 'xy') throw new Error(`expected an xy chart, got ${JSON.stringify(model)}`)
  return model
}

const seriesOf = (rows: ResultTable, render: RenderInfo) =>
  Object.fromEntries(xy(chartModel(rows, render)).series.map(({ name, points }) => [name, points]))

const ten = Date.parse('2024-05-01T10:00:00Z')
const eleven = Date.parse('2024-05-01T11:00:00Z')
const byAction = table({ Action: 'string', TimeGenerated: 'datetime', n: 'long' }, [
  ['Deny', '2024-05-01T11:00:00Z', 3],
  ['Allow', '2024-05-01T10:00:00Z', 5],
  ['Allow', '2024-05-01T11:00:00Z', 1],
])

describe('charts over time', () => {
  test('the datetime column is the axis wherever it stands, strings name the series, points are in order', () => {
    expect(seriesOf(byAction, { visualization: 'timechart' })).toEqual({
      Deny: [[eleven, 3]],
      Allow: [
        [ten, 5],
        [eleven, 1],
      ],
    })
  })

  test('stacks fill what is missing; stacked100 is a share of the total', () => {
    const filled = {
      Deny: [
        [ten, 0],
        [eleven, 3],
      ],
      Allow: [
        [ten, 5],
        [eleven, 1],
      ],
    }
    expect(seriesOf(byAction, { visualization: 'stackedareachart' })).toEqual(filled)
    expect(seriesOf(byAction, { visualization: 'areachart', kind: 'stacked100' })).toEqual({
      Deny: [
        [ten, 0],
        [eleven, 75],
      ],
      Allow: [
        [ten, 100],
        [eleven, 25],
      ],
    })
  })

  test('several measures name themselves; accumulate runs up', () => {
    const two = table({ t: 'datetime', Host: 'string', cpu: 'real', mem: 'real' }, [
      ['2024-05-01T10:00:00Z', 'a', 1, 10],
      ['2024-05-01T11:00:00Z', 'a', 2, null],
    ])
    expect(seriesOf(two, { visualization: 'linechart', accumulate: true })).toEqual({
      'a: cpu': [
        [ten, 1],
        [eleven, 3],
      ],
      'a: mem': [
        [ten, 10],
        [eleven, 10],
      ],
    })
    expect(Object.keys(seriesOf(two, { visualization: 'timechart', yColumns: 'mem', series: ['Host'] }))).toEqual(['a'])
  })

  test('arrays of make-series unfold to points', () => {
    const made = table({ Host: 'string', n: 'dynamic', t: 'dynamic' }, [
      ['a', '[1,null]', '["2024-05-01T10:00:00Z","2024-05-01T11:00:00Z"]'],
    ])
    expect(seriesOf(made, { visualization: 'timechart' })).toEqual({
      a: [
        [ten, 1],
        [eleven, null],
      ],
    })
  })
})

describe('charts over categories', () => {
  const byCode = table({ code: 'long', n: 'long' }, [
    [200, 7],
    [403, 2],
    [200, 1],
  ])

  test('columns and bars take the first column as names and add equal ones up', () => {
    const model = xy(chartModel(byCode, { visualization: 'barchart', title: 'Answers', legend: 'hidden' }))
    expect(model).toMatchObject({
      shape: 'bar',
      title: 'Answers',
      legend: false,
      x: { scale: 'category', title: 'code' },
      y: { title: 'n' },
    })
    expect(model.series).toEqual([
      {
        name: 'n',
        points: [
          ['200', 8],
          ['403', 2],
        ],
      },
    ])
  })

  test('columns that split what happened over time stand on the time axis', () => {
    const model = xy(chartModel(byAction, { visualization: 'columnchart', kind: 'stacked' }))
    expect([model.x.scale, model.series.map(({ name }) => name)]).toEqual(['time', ['Deny', 'Allow']])
  })

  test('a pie adds up, orders by size and gathers the small ones', () => {
    const many = table(
      { k: 'string', n: 'long' },
      Array.from({ length: 40 }, (_, index) => [`k${index}`, 40 - index]),
    )
    const model = chartModel(many, { visualization: 'piechart' })
    if (model.kind !== 'pie') throw new Error('expected a pie')
    expect(model.slices.length).toBe(24)
    expect(model.slices[0]).toEqual({ name: 'k0', value: 40 })
    expect(model.slices.at(-1)).toEqual({ name: 'Other (17)', value: (17 * 18) / 2 })
  })
})

test('what does not make the chart says why', () => {
  const words = table({ a: 'string', b: 'string' }, [['x', 'y']])
  expect(chartModel(words, { visualization: 'columnchart' })).toEqual({
    kind: 'none',
    reason: expect.stringMatching(/numeric column/),
  })
  expect(chartModel(words, { visualization: 'timechart' })).toEqual({
    kind: 'none',
    reason: expect.stringMatching(/datetime column/),
  })
  expect(chartModel(words, { visualization: 'treemap' })).toEqual({
    kind: 'none',
    reason: expect.stringMatching(/treemap/),
  })
  expect(chartModel(table({ n: 'long' }, []), { visualization: 'card' })).toMatchObject({ kind: 'none' })
  expect(chartModel(byAction, { visualization: 'timechart', xColumn: 'nope' })).toMatchObject({ kind: 'none' })
})

test('too many series leave the largest, and say so', () => {
  const many = table(
    { t: 'datetime', k: 'string', n: 'long' },
    Array.from({ length: 70 }, (_, index) => ['2024-05-01T10:00:00Z', `k${index}`, index]),
  )
  const model = xy(chartModel(many, { visualization: 'timechart', ySplit: 'panels' }))
  expect(model.series.length).toBe(60)
  expect(model.series.some(({ name }) => name === 'k69')).toBe(true)
  expect(model.notes).toEqual([expect.stringMatching(/60 largest of 70/), expect.stringMatching(/ysplit=panels/)])
})
