// The query tabs of the Logs page as data: what each holds, and what can happen to them.
import { defaultRange, type TimeRange } from '../../components/time-range/time-range.ts'

export interface QueryTab {
  readonly id: string
  readonly title: string
  readonly query: string
  readonly range: TimeRange
  /** Name of the workspace that it was last used in. */
  readonly workspace?: string | undefined
  /** ARM id of a resource whose rows alone are wanted; absent: the whole workspace. */
  readonly resource?: string | undefined
}

export interface Tabs {
  /** At least one. */
  readonly all: readonly QueryTab[]
  readonly active: string
}

export type TabContent = Partial<Omit<QueryTab, 'id'>>

export const firstTabs: Tabs = { all: [tab('1', {})], active: '1' }

function tab(id: string, content: TabContent): QueryTab {
  return { id, title: `Query ${id}`, query: '', range: defaultRange, ...content }
}

export function activeTab(tabs: Tabs): QueryTab {
  return tabs.all.find(({ id }) => id === tabs.active) ?? tabs.all[0] ?? tab('1', {})
}

export function activated(tabs: Tabs, id: string): Tabs {
  return tabs.all.some((one) => one.id === id) ? { ...tabs, active: id } : tabs
}

export function edited(tabs: Tabs, id: string, content: TabContent): Tabs {
  return { ...tabs, all: tabs.all.map((one) => (one.id === id ? { ...one, ...content } : one)) }
}

/** Opens a tab with this content and shows it; an empty active tab is used instead of a new one. */
export function opened(tabs: Tabs, content: TabContent): Tabs {
  const shown = activeTab(tabs)
  if (content.query && shown.query.trim() === '') return edited(tabs, shown.id, content)
  const id = String(1 + Math.max(0, ...tabs.all.map((one) => Number(one.id) || 0)))
  return { all: [...tabs.all, tab(id, content)], active: id }
}

/** The neighbour of the closed tab becomes active; the last one closed leaves a fresh one. */
export function closed(tabs: Tabs, id: string): Tabs {
  const index = tabs.all.findIndex((one) => one.id === id)
  if (index < 0) return tabs
  const rest = tabs.all.toSpliced(index, 1)
  if (rest.length === 0) return { all: [tab('1', {})], active: '1' }
  const next = tabs.active === id ? rest[Math.min(index, rest.length - 1)]?.id : undefined
  return { all: rest, active: next ?? tabs.active }
}
