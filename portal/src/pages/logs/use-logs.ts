// What happens on the Logs page: which statement runs, where and for which time; examples and filters that change it.
import { type RefObject, useEffect, useRef } from 'react'
import type { Problem } from '../../api/errors.ts'
import type { Cell, ExampleQuery, ResultColumn } from '../../api/types.ts'
import { rangeLabel, toTimespan } from '../../components/time-range/time-range.ts'
import { kqlEquals, kqlName, withOperator } from '../../kql/literal.ts'
import { originOf } from '../../kql/place-problems.ts'
import type { QueryEditorHandle } from '../../kql/query-editor.tsx'
import { type Statement, statementAt } from '../../kql/statement-at.ts'
import { filtersTime } from '../../kql/time-filter.ts'
import { useWorkspace } from '../../shell/workspace.ts'
import { runsAtOnce } from './link.ts'
import type { QueryTab } from './tabs.ts'
import { useProblems } from './use-problems.ts'
import { type Run, type RunRequest, useRuns } from './use-runs.ts'
import { type TabsState, useTabs } from './use-tabs.ts'

export interface Logs extends TabsState {
  readonly editor: RefObject<QueryEditorHandle | null>
  /** The last run of the active tab. */
  readonly last: Run | undefined
  /** What the server says about the tab's text as it stands. */
  readonly problems: readonly Problem[]
  readonly run: () => void
  readonly cancel: () => void
  readonly openExample: (example: ExampleQuery) => void
  readonly insertTable: (name: string) => void
  /** Runs the last statement again with a condition on a value of its result. */
  readonly filter: (column: ResultColumn, value: Cell, negated: boolean) => void
}

export function useLogs(): Logs {
  const state = useTabs()
  const runs = useRuns()
  const { all, current } = useWorkspace()
  const editor = useRef<QueryEditorHandle>(null)
  const { tab } = state
  const last = runs.of(tab.id)
  const asked = () => (editor.current ? editor.current.statement() : statementAt(tab.query, 0))
  const problems = useProblems(tab, last, () => {
    const workspace = tab.workspace ?? current?.name
    const statement = asked()
    return workspace && statement ? requestOf(tab, statement, workspace) : undefined
  })
  const start = (shown: QueryTab, statement: Statement | undefined) => {
    const workspace = shown.workspace ?? current?.name
    if (statement && workspace) runs.start(shown.id, requestOf(shown, statement, workspace))
  }
  const linked = useRef('')
  useEffect(() => {
    const { hash } = window.location
    if (tab.workspace !== current?.name || linked.current === hash || !runsAtOnce(hash, tab)) return
    linked.current = hash
    start(tab, statementAt(tab.query, 0))
  })
  const openExample = ({ query, title, workspace }: ExampleQuery) => {
    const known = all.find(({ name }) => name === workspace)?.name ?? current?.name
    start(state.open({ query, title, workspace: known, resource: undefined }), statementAt(query, 0))
  }
  const filter = (column: ResultColumn, value: Cell, negated: boolean) => {
    const before = last?.request.query ?? ''
    const place = tab.query.indexOf(before)
    const narrowed = withOperator(before, `where ${kqlEquals(column.name, column.type, value, negated)}`)
    const query = place < 0 ? narrowed : tab.query.slice(0, place) + narrowed + tab.query.slice(place + before.length)
    state.edit({ query })
    start({ ...tab, query }, statementAt(query, Math.max(0, place)))
  }
  return {
    ...state,
    editor,
    last,
    problems,
    run: () => start(tab, asked()),
    cancel: () => runs.cancel(tab.id),
    openExample,
    insertTable: (name) => insert(kqlName(name), editor.current, state),
    filter,
  }
}

function insert(text: string, editor: QueryEditorHandle | null, { tab, edit }: TabsState): void {
  if (editor) editor.insert(text)
  else edit({ query: `${tab.query}${text}` })
}

function requestOf(tab: QueryTab, { text, start }: Statement, workspace: string): RunRequest {
  // A link that fixes the present fixes the range too.
  const own = filtersTime(text) && !/^set query_now\b/.test(text)
  const timespan = own ? undefined : toTimespan(tab.range)
  return {
    query: text,
    ...(timespan ? { timespan } : {}),
    target: { workspace, ...(tab.resource ? { resource: tab.resource } : {}) },
    origin: originOf(tab.query, start),
    document: tab.query,
    rangeLabel: own ? 'Set in query' : rangeLabel(tab.range),
  }
}
