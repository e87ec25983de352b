// The KQL editor: one Monaco, a model for each query tab. What the page may ask of it is the QueryEditorHandle.
import { makeStyles } from '@fluentui/react-components'
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import type { Problem } from '../api/errors.ts'
import { monaco, setSchema } from './monaco.ts'
import type { NamedSchema } from './schema.ts'
import { type Statement, statementAt } from './statement-at.ts'

export interface QueryEditorHandle {
  /** The selection, or the statement under the cursor. */
  readonly statement: () => Statement | undefined
  /** Line and column from 1. */
  readonly reveal: (line: number, column: number) => void
  readonly insert: (text: string) => void
  readonly format: () => void
  readonly focus: () => void
}

interface QueryEditorProps {
  readonly ref?: Ref<QueryEditorHandle>
  /** Names the text being edited; another id is another text with its own undo history. */
  readonly document: string
  /** Every document that must keep its history. */
  readonly documents: readonly string[]
  readonly value: string
  readonly onChange: (text: string) => void
  readonly onRun: () => void
  readonly dark: boolean
  /** What queries may name; the first workspace is the one they are addressed to. Empty: not known yet. */
  readonly schemas: readonly NamedSchema[]
  /** The server's findings, at places of the whole text. */
  readonly problems: readonly Problem[]
}

const useStyles = makeStyles({ box: { flex: 1, minHeight: 0, minWidth: 0, overflow: 'hidden' } })
type Editor = monaco.editor.IStandaloneCodeEditor

export function QueryEditor(props: QueryEditorProps) {
  const styles = useStyles()
  const box = useRef<HTMLDivElement>(null)
  const editor = useRef<Editor>(undefined)
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    if (!box.current) return
    const created = createEditor(box.current, latest)
    editor.current = created
    return () => {
      created.dispose()
      for (const model of monaco.editor.getModels()) model.dispose()
    }
  }, [])
  useDocument(editor, props)
  useLanguage(editor, props)
  useProblems(editor, props)
  useImperativeHandle(props.ref, () => handleOf(editor))
  return <div ref={box} className={styles.box} />
}

const runKeys = [monaco.KeyMod.Shift | monaco.KeyCode.Enter, monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter]

function createEditor(box: HTMLElement, latest: { readonly current: QueryEditorProps }): Editor {
  const editor = monaco.editor.create(box, {
    model: modelOf(latest.current.document, latest.current.value),
    automaticLayout: true,
    ariaLabel: 'KQL query',
    fixedOverflowWidgets: true,
    fontFamily: "'Cascadia Mono', 'Cascadia Code', Consolas, 'SF Mono', Menlo, 'Liberation Mono', monospace",
    fontSize: 13,
    lineHeight: 20,
    lineNumbersMinChars: 3,
    lineDecorationsWidth: 12,
    minimap: { enabled: false },
    overviewRulerLanes: 2,
    hideCursorInOverviewRuler: true,
    overviewRulerBorder: false,
    padding: { top: 8, bottom: 8 },
    placeholder: 'Type a query here, or choose one at the left',
    renderLineHighlight: 'none',
    scrollBeyondLastLine: false,
    scrollbar: { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 12, horizontalScrollbarSize: 10 },
    tabSize: 4,
    wordBasedSuggestions: 'off',
    wordWrap: 'on',
  })
  editor.addAction({ id: 'conshelf.run', label: 'Run query', keybindings: runKeys, run: () => latest.current.onRun() })
  editor.onDidChangeModelContent(() => {
    latest.current.onChange(editor.getValue())
    const model = editor.getModel()
    if (model) monaco.editor.setModelMarkers(model, owner, [])
  })
  return editor
}

function uriOf(document: string): monaco.Uri {
  return monaco.Uri.from({ scheme: 'query', path: `/${document}.kql` })
}

function modelOf(document: string, value: string): monaco.editor.ITextModel {
  const uri = uriOf(document)
  const known = monaco.editor.getModel(uri)
  if (known) return known
  const model = monaco.editor.createModel(value, 'kusto', uri)
  // Offsets are counted in the text that is sent, on every system.
  model.setEOL(monaco.editor.EndOfLineSequence.LF)
  return model
}

/** Follows the shown document, and texts that change from outside: examples, filters. Those can be undone. */
function useDocument(
  editor: { readonly current: Editor | undefined },
  { document, documents, value }: QueryEditorProps,
): void {
  useEffect(() => {
    const model = modelOf(document, value)
    if (editor.current?.getModel() !== model) editor.current?.setModel(model)
    if (model.getValue() === value) return
    model.pushStackElement()
    model.pushEditOperations(null, [{ range: model.getFullModelRange(), text: value }], () => null)
    model.pushStackElement()
  }, [editor, document, value])
  useEffect(() => {
    const kept = new Set(documents.map((one) => uriOf(one).toString()))
    for (const model of monaco.editor.getModels()) {
      if (model.uri.scheme === 'query' && !kept.has(model.uri.toString())) model.dispose()
    }
  }, [documents])
}

function useLanguage(editor: { readonly current: Editor | undefined }, { dark, schemas }: QueryEditorProps): void {
  useEffect(() => monaco.editor.setTheme(dark ? 'conshelf-dark' : 'conshelf-light'), [dark])
  useEffect(() => {
    const model = editor.current?.getModel()
    if (model && schemas.length > 0) void setSchema(model, schemas)
  }, [editor, schemas])
}

const owner = 'conshelf'

function useProblems(editor: { readonly current: Editor | undefined }, { document, problems }: QueryEditorProps): void {
  useEffect(() => {
    const model = editor.current?.getModel()
    if (!model || model.uri.toString() !== uriOf(document).toString()) return
    const live = new Set(monaco.editor.getModelMarkers({ resource: model.uri, owner: 'kusto' }).map(placeKey))
    const markers = problems.flatMap((problem) => markerOf(problem)).filter((marker) => !live.has(placeKey(marker)))
    monaco.editor.setModelMarkers(model, owner, markers)
  }, [editor, document, problems])
}

function placeKey({ startLineNumber, startColumn }: monaco.editor.IMarkerData): string {
  return `${startLineNumber}:${startColumn}`
}

function markerOf({
  code,
  severity,
  message,
  hint,
  line,
  column,
  length,
}: Problem): readonly monaco.editor.IMarkerData[] {
  if (line === undefined || column === undefined) return []
  return [
    {
      severity: severity === 'warning' ? monaco.MarkerSeverity.Warning : monaco.MarkerSeverity.Error,
      code,
      message: hint ? `${message}\n${hint}` : message,
      source: 'server',
      startLineNumber: line,
      startColumn: column,
      endLineNumber: line,
      endColumn: column + Math.max(1, length ?? 1),
    },
  ]
}

function handleOf(editor: { readonly current: Editor | undefined }): QueryEditorHandle {
  return {
    statement: () => editor.current && statementOf(editor.current),
    reveal: (line, column) => {
      editor.current?.setPosition({ lineNumber: line, column })
      editor.current?.revealPositionInCenterIfOutsideViewport({ lineNumber: line, column })
      editor.current?.focus()
    },
    insert: (text) => {
      editor.current?.trigger('conshelf', 'type', { text })
      editor.current?.focus()
    },
    format: () => editor.current?.trigger('conshelf', 'editor.action.formatDocument', null),
    focus: () => editor.current?.focus(),
  }
}

function statementOf(editor: Editor): Statement | undefined {
  const model = editor.getModel()
  const selection = editor.getSelection()
  if (!model || !selection) return undefined
  const start = model.getOffsetAt(selection.getStartPosition())
  const selected = model.getValueInRange(selection)
  if (selected.trim() === '') return statementAt(model.getValue(), start)
  return { text: selected, start, line: selection.startLineNumber }
}
