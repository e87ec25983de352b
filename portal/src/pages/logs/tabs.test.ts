import { expect, test } from 'vitest'
import { activated, activeTab, closed, edited, firstTabs, opened } from './tabs.ts'

test('an example fills an empty tab, else it opens one of its own', () => {
  const filled = opened(firstTabs, { query: 'T', title: 'One' })
  expect(filled.all).toMatchObject([{ id: '1', query: 'T', title: 'One' }])
  const second = opened(filled, { query: 'U', title: 'Two', workspace: 'hub' })
  expect(second.all.map(({ id, title }) => [id, title])).toEqual([
    ['1', 'One'],
    ['2', 'Two'],
  ])
  expect(activeTab(second)).toMatchObject({ query: 'U', workspace: 'hub' })
  expect(opened(firstTabs, {}).all).toHaveLength(2)
})

test('closing shows the neighbour and never leaves nothing', () => {
  const three = opened(opened(edited(firstTabs, '1', { query: 'A' }), { query: 'B' }), { query: 'C' })
  expect(closed(three, '3').active).toBe('2')
  expect(closed(activated(three, '1'), '1').active).toBe('2')
  expect(closed(activated(three, '1'), '3').active).toBe('1')
  expect(closed(three, 'x')).toBe(three)
  expect(activated(three, 'x')).toBe(three)
  const last = closed(closed(closed(three, '1'), '2'), '3')
  expect(last.all).toMatchObject([{ id: '1', query: '' }])
})
