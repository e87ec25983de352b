// The query tabs of this browser: kept in its storage, the active one in the address.
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { toTimespan } from '../../components/time-range/time-range.ts'
import { useStored } from '../../components/use-stored.ts'
import { useWorkspace } from '../../shell/workspace.ts'
import { fromHash, toHash } from './link.ts'
import {
  activated,
  activeTab,
  closed,
  edited,
  firstTabs,
  opened,
  type QueryTab,
  type TabContent,
  type Tabs,
} from './tabs.ts'

export interface TabsState {
  readonly tabs: Tabs
  readonly tab: QueryTab
  /** Answers the tab that now shows the content. */
  readonly open: (content: TabContent) => QueryTab
  readonly close: (id: string) => void
  readonly activate: (id: string) => void
  readonly edit: (content: TabContent) => void
}

export function useTabs(): TabsState {
  const [tabs, setTabs] = useStored<Tabs>('conshelf.logs.tabs.1', firstTabs)
  const { current, select } = useWorkspace()
  const tab = activeTab(tabs)
  const change = useCallback(
    (update: (before: Tabs) => Tabs) => {
      const after = update(tabs)
      const wanted = activeTab(after)
      setTabs(after)
      if (wanted.workspace && wanted.workspace !== tab.workspace) select(wanted.workspace)
      return wanted
    },
    [tabs, setTabs, tab.workspace, select],
  )
  useLinks(change)
  // A tab remembers where it was used; a resource of another workspace means nothing here.
  useEffect(() => {
    const name = current?.name
    if (name && tab.workspace !== name) {
      setTabs((before) =>
        edited(before, before.active, { workspace: name, ...(tab.workspace ? { resource: undefined } : {}) }),
      )
    }
  }, [current?.name, tab.workspace, setTabs])
  useAddress(tab)
  const actions = useMemo(
    () => ({
      open: (content: TabContent) => change((before) => opened(before, content)),
      close: (id: string) => void change((before) => closed(before, id)),
      activate: (id: string) => void change((before) => activated(before, id)),
      edit: (content: TabContent) => setTabs((before) => edited(before, before.active, content)),
    }),
    [change, setTabs],
  )
  return { tabs, tab, ...actions }
}

/** Opens what the address asks for: at the start, and when a link is pasted into the open page. */
function useLinks(change: (update: (before: Tabs) => Tabs) => void): void {
  const latest = useRef(change)
  latest.current = change
  useEffect(() => {
    const follow = () => {
      const wanted = fromHash(location.hash)
      if (wanted)
        latest.current((before) =>
          same(activeTab(before), wanted) ? before : (shown(before, wanted) ?? opened(before, wanted)),
        )
    }
    follow()
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
}

function shown(tabs: Tabs, wanted: TabContent): Tabs | undefined {
  const known = tabs.all.find((one) => same(one, wanted))
  return known && activated(tabs, known.id)
}

function same(tab: QueryTab, wanted: TabContent): boolean {
  return (
    tab.query === wanted.query &&
    (wanted.workspace ?? tab.workspace) === tab.workspace &&
    wanted.resource === tab.resource &&
    (wanted.range === undefined || toTimespan(wanted.range) === toTimespan(tab.range))
  )
}

function useAddress(tab: QueryTab): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      const hash = tab.query.trim() === '' ? '' : toHash(tab)
      if (location.hash !== hash)
        history.replaceState(history.state, '', `${location.pathname}${location.search}${hash}`)
    }, 400)
    return () => clearTimeout(timer)
  }, [tab])
}
