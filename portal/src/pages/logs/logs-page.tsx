// The Logs page: query tabs, editor, results, and the side panel of tables and example queries.
import { makeStyles, tokens } from '@fluentui/react-components'
import { SplitPane } from '../../components/split-pane.tsx'
import { CommandBar } from './command-bar.tsx'
import { EditorPane } from './editor-pane.tsx'
import { ResultPane } from './result-pane.tsx'
import { SidePanel } from './side-panel.tsx'
import { TabStrip } from './tab-strip.tsx'
import { useLogs } from './use-logs.ts'

const useStyles = makeStyles({
  page: { flex: 1, minHeight: 0, display: 'flex', backgroundColor: tokens.colorNeutralBackground1 },
  work: { flex: 1, minWidth: 0, minHeight: 0, display: 'flex', flexDirection: 'column' },
})

export function LogsPage() {
  const styles = useStyles()
  const logs = useLogs()
  const { tab, tabs, last, editor } = logs
  return (
    <main className={styles.page}>
      <SidePanel onExample={logs.openExample} onTable={logs.insertTable} />
      <div className={styles.work}>
        <TabStrip
          tabs={tabs}
          onActivate={logs.activate}
          onClose={logs.close}
          onNew={() => logs.open({ workspace: tab.workspace })}
        />
        <CommandBar
          tab={tab}
          running={last?.phase === 'running'}
          onRun={logs.run}
          onCancel={logs.cancel}
          onEdit={logs.edit}
          onFormat={() => editor.current?.format()}
        />
        <SplitPane
          storageKey="conshelf.logs.split"
          label="Height of the editor"
          first={
            <EditorPane
              ref={editor}
              tabs={tabs}
              tab={tab}
              problems={logs.problems}
              onChange={(query) => logs.edit({ query })}
              onRun={logs.run}
            />
          }
          second={
            <ResultPane
              key={tab.id}
              run={last}
              onReveal={(line, column) => editor.current?.reveal(line, column)}
              onFilter={logs.filter}
              onExample={logs.openExample}
            />
          }
        />
      </div>
    </main>
  )
}
