// The editor's place: until Monaco has loaded, the same text stands there in a plain field and can be edited.
import { makeStyles, tokens } from '@fluentui/react-components'
import { type KeyboardEvent, lazy, type Ref, Suspense, useMemo } from 'react'
import type { Problem } from '../../api/errors.ts'
import '../../kql/kusto-worker.ts'
import type { QueryEditorHandle } from '../../kql/query-editor.tsx'
import { useTheme } from '../../shell/theme-choice.ts'
import type { QueryTab, Tabs } from './tabs.ts'
import { useEditorSchemas } from './use-editor-schemas.ts'

const QueryEditor = lazy(async () => ({ default: (await import('../../kql/query-editor.tsx')).QueryEditor }))

const useStyles = makeStyles({
  plain: {
    flex: 1,
    minHeight: 0,
    margin: 0,
    border: 0,
    outlineStyle: 'none',
    resize: 'none',
    padding: '8px 0 0 52px',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '13px',
    lineHeight: '20px',
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
  },
})

interface EditorPaneProps {
  readonly ref: Ref<QueryEditorHandle>
  readonly tabs: Tabs
  readonly tab: QueryTab
  readonly problems: readonly Problem[]
  readonly onChange: (query: string) => void
  readonly onRun: () => void
}

export function EditorPane({ ref, tabs, tab, problems, onChange, onRun }: EditorPaneProps) {
  const { dark } = useTheme()
  const schemas = useEditorSchemas(tab.query)
  const ids = tabs.all.map(({ id }) => id).join(' ')
  const documents = useMemo(() => ids.split(' '), [ids])
  return (
    <Suspense fallback={<PlainEditor value={tab.query} onChange={onChange} onRun={onRun} />}>
      <QueryEditor
        ref={ref}
        document={tab.id}
        documents={documents}
        value={tab.query}
        onChange={onChange}
        onRun={onRun}
        dark={dark}
        schemas={schemas}
        problems={problems}
      />
    </Suspense>
  )
}

type PlainEditorProps = Pick<EditorPaneProps, 'onChange' | 'onRun'> & { readonly value: string }

function PlainEditor({ value, onChange, onRun }: PlainEditorProps) {
  const styles = useStyles()
  const keyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.shiftKey || event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    onRun()
  }
  return (
    <textarea
      className={styles.plain}
      aria-label="KQL query"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={keyDown}
    />
  )
}
