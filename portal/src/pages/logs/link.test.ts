import { expect, test } from 'vitest'
import { fromHash, toHash } from './link.ts'

test('a link brings back query, time and place', () => {
  const query = 'T\n| where a == "ü#&=+%" // 100 %'
  const range = { kind: 'last', duration: 'PT4H' } as const
  const tab = { id: '1', title: 'x', query, range, workspace: 'hub', resource: '/subscriptions/s/x' }
  expect(fromHash(toHash(tab))).toEqual({ query, range, workspace: 'hub', resource: '/subscriptions/s/x' })
  expect(fromHash(toHash({ id: '1', title: 'x', query, range: { kind: 'query' } }))).toEqual({
    query,
    range: { kind: 'query' },
  })
  expect(fromHash('')).toBeUndefined()
  expect(fromHash('#query=')).toBeUndefined()
})
