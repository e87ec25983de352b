// What every adapter of the store must do. A test file calls this with a way to open an empty store.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Change, type Store, StoreConflict } from './store.ts'

const scope = '/subscriptions/S/resourceGroups/rg'

function put(id: string, body = '{}', more: Partial<Change & { do: 'put' }> = {}): Change {
  return { do: 'put', id, kind: 'thing', body, changedAt: 1, changedBy: 'me', ...more }
}

export function storeConformance(name: string, open: () => Promise<Store>): void {
  describe(`store on ${name}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await open()
    })
    afterEach(() => store.close())

    test('keeps what was put, finds it in any case and keeps the first spelling', async () => {
      const [made] = await store.apply([put(`${scope}/A`, '{"n":1,"text":"ü\\u0000"}')])
      expect(await store.get(`${scope}/a`.toUpperCase())).toEqual(made)
      const [changed] = await store.apply([put(`${scope}/a`, '{"n":2}', { changedBy: 'you', changedAt: 2 })])
      expect(changed).toMatchObject({ id: `${scope}/A`, body: '{"n":2}', changedBy: 'you', changedAt: 2 })
      expect(changed?.etag).not.toBe(made?.etag)
      expect(await store.list({})).toEqual([changed])
    })

    test('compares before it sets', async () => {
      const [made] = await store.apply([put('/a', '1', { match: 'absent' })])
      const etag = made?.etag ?? ''
      await expect(store.apply([put('/A', '2', { match: 'absent' })])).rejects.toThrow(StoreConflict)
      await expect(store.apply([put('/b', '2', { match: 'present' })])).rejects.toThrow(StoreConflict)
      await store.apply([put('/a', '2', { match: { etag } })])
      const late = store.apply([put('/a', '3', { match: { etag } })])
      await expect(late).rejects.toMatchObject({ id: '/a', current: { body: '2' } })
      await expect(store.apply([{ do: 'delete', id: '/a', match: { etag } }])).rejects.toThrow(StoreConflict)
      expect(await store.get('/a')).toMatchObject({ body: '2' })
    })

    test('an etag never comes back', async () => {
      const [first] = await store.apply([put('/a')])
      await store.apply([{ do: 'delete', id: '/a', match: 'present' }])
      expect(await store.get('/a')).toBeUndefined()
      const again = await store.apply([put('/a'), put('/b')])
      expect(new Set([first, ...again].map((d) => d?.etag)).size).toBe(3)
      await expect(store.apply([{ do: 'delete', id: '/none', match: 'present' }])).rejects.toThrow(StoreConflict)
    })

    test('a batch is stored whole or not at all', async () => {
      const value: Change = { do: 'set', space: 's', key: 'k', value: 'v' }
      await expect(store.apply([put('/a'), value, put('/b', '{}', { match: 'present' })])).rejects.toThrow(
        StoreConflict,
      )
      expect(await store.list({})).toEqual([])
      expect(await store.value('s', 'k', 0)).toBeUndefined()
      await store.apply([put('/a'), value, put('/A', '2', { match: 'present' })])
      expect(await store.get('/a')).toMatchObject({ body: '2' })
      expect(await store.value('s', 'k', 0)).toBe('v')
    })

    test('lists by kind and by parent', async () => {
      const ids = ['/w/One', '/w/one/tables/B', '/w/one/tables/a', '/w/one2/tables/a', '/w/one/rules/%']
      await store.apply(ids.map((id) => put(id, '{}', { kind: id.includes('tables') ? 'table' : 'other' })))
      const found = async (filter: Parameters<Store['list']>[0]) => (await store.list(filter)).map((d) => d.id)
      expect(await found({ kind: 'table', under: '/W/ONE' })).toEqual(['/w/one/tables/a', '/w/one/tables/B'])
      expect(await found({ under: '/w/one' })).toEqual(['/w/one/rules/%', '/w/one/tables/a', '/w/one/tables/B'])
      expect(await found({ kind: 'table' })).toEqual(['/w/one/tables/a', '/w/one/tables/B', '/w/one2/tables/a'])
      expect(await found({ under: '/w/one/rules/%' })).toEqual([])
    })

    test('values expire', async () => {
      await store.apply([
        { do: 'set', space: 's', key: 'soon', value: '1', expiresAt: 100 },
        { do: 'set', space: 's', key: 'never', value: '2' },
        { do: 'set', space: 't', key: 'soon', value: '3', expiresAt: 200 },
      ])
      expect(await store.value('s', 'soon', 99)).toBe('1')
      expect(await store.value('s', 'soon', 100)).toBeUndefined()
      expect(await store.expire(100)).toBe(1)
      expect(await store.value('s', 'soon', 0)).toBeUndefined()
      expect(await store.value('t', 'soon', 100)).toBe('3')
      await store.apply([{ do: 'unset', space: 's', key: 'never' }])
      expect(await store.value('s', 'never', 0)).toBeUndefined()
    })
  })
}
