// React state that a browser keeps: for preferences and drafts. Storage that is full or forbidden is no error.
import { useCallback, useState } from 'react'

export function useStored<T>(key: string, initial: T): readonly [T, (value: T | ((before: T) => T)) => void] {
  const [value, setValue] = useState<T>(() => load(key) ?? initial)
  const update = useCallback(
    (next: T | ((before: T) => T)) =>
      setValue((before) => {
        const after = isUpdater(next) ? next(before) : next
        save(key, after)
        return after
      }),
    [key],
  )
  return [value, update]
}

function isUpdater<T>(next: T | ((before: T) => T)): next is (before: T) => T {
  return typeof next === 'function'
}

/** Written by this page alone, so its shape is trusted; a changed shape gets a new key. */
function load<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(key)
    return text === null ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined
  }
}

function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Private windows and full storage: the state lives until the tab closes.
  }
}
