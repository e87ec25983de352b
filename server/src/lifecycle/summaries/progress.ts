// Where the rules are, in the store; one change after another.
import type { Change, Store } from '../../store/store.ts'
import type { Progress } from './bins.ts'

const space = 'summary-rules'

export interface ProgressStore {
  read(id: string): Promise<Progress | undefined>
  /** Nothing happens to a rule that is not there. */
  update(id: string, change: (progress: Progress) => Progress): Promise<Progress | undefined>
  /** To be stored along with the rule. */
  started(id: string, next: number, again?: Progress['again']): Change
  forgotten(id: string): Change
}

export function openProgress(store: Pick<Store, 'value' | 'apply'>): ProgressStore {
  let turn: Promise<unknown> = Promise.resolve()
  const set = (id: string, progress: Progress): Change => ({
    do: 'set',
    space,
    key: id.toLowerCase(),
    value: JSON.stringify(progress),
  })
  const read = async (id: string) => {
    const text = await store.value(space, id.toLowerCase(), 0)
    return text === undefined ? undefined : (JSON.parse(text) as Progress)
  }
  return {
    read,
    update(id, change) {
      const done = turn.then(async () => {
        const before = await read(id)
        if (!before) return undefined
        const after = change(before)
        await store.apply([set(id, after)])
        return after
      })
      turn = done.catch(() => undefined)
      return done
    },
    started: (id, next, again = []) => set(id, { next, again, failures: 0, notBefore: 0, skipped: 0 }),
    forgotten: (id) => ({ do: 'unset', space, key: id.toLowerCase() }),
  }
}
