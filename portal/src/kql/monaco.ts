// Monaco with the parts of it that a query editor needs, and Kusto's language on top. Heavy: import it lazily.
import 'monaco-editor/esm/vs/editor/browser/coreCommands.js'
import 'monaco-editor/esm/vs/editor/contrib/bracketMatching/browser/bracketMatching.js'
import 'monaco-editor/esm/vs/editor/contrib/caretOperations/browser/caretOperations.js'
import 'monaco-editor/esm/vs/editor/contrib/clipboard/browser/clipboard.js'
import 'monaco-editor/esm/vs/editor/contrib/codeAction/browser/codeActionContributions.js'
import 'monaco-editor/esm/vs/editor/contrib/comment/browser/comment.js'
import 'monaco-editor/esm/vs/editor/contrib/contextmenu/browser/contextmenu.js'
import 'monaco-editor/esm/vs/editor/contrib/cursorUndo/browser/cursorUndo.js'
import 'monaco-editor/esm/vs/editor/contrib/find/browser/findController.js'
import 'monaco-editor/esm/vs/editor/contrib/folding/browser/folding.js'
import 'monaco-editor/esm/vs/editor/contrib/format/browser/formatActions.js'
import 'monaco-editor/esm/vs/editor/contrib/gotoError/browser/gotoError.js'
import 'monaco-editor/esm/vs/editor/contrib/gotoSymbol/browser/goToCommands.js'
import 'monaco-editor/esm/vs/editor/contrib/hover/browser/hoverContribution.js'
import 'monaco-editor/esm/vs/editor/contrib/indentation/browser/indentation.js'
import 'monaco-editor/esm/vs/editor/contrib/lineSelection/browser/lineSelection.js'
import 'monaco-editor/esm/vs/editor/contrib/linesOperations/browser/linesOperations.js'
import 'monaco-editor/esm/vs/editor/contrib/multicursor/browser/multicursor.js'
import 'monaco-editor/esm/vs/editor/contrib/parameterHints/browser/parameterHints.js'
import 'monaco-editor/esm/vs/editor/contrib/placeholderText/browser/placeholderText.contribution.js'
import 'monaco-editor/esm/vs/editor/contrib/rename/browser/rename.js'
import 'monaco-editor/esm/vs/editor/contrib/smartSelect/browser/smartSelect.js'
import 'monaco-editor/esm/vs/editor/contrib/snippet/browser/snippetController2.js'
import 'monaco-editor/esm/vs/editor/contrib/suggest/browser/suggestController.js'
import 'monaco-editor/esm/vs/editor/contrib/toggleTabFocusMode/browser/toggleTabFocusMode.js'
import 'monaco-editor/esm/vs/editor/contrib/wordHighlighter/browser/wordHighlighter.js'
import 'monaco-editor/esm/vs/editor/contrib/wordOperations/browser/wordOperations.js'
import 'monaco-editor/esm/vs/editor/standalone/browser/quickAccess/standaloneCommandsQuickAccess.js'
import 'monaco-editor/esm/vs/editor/standalone/browser/quickAccess/standaloneGotoLineQuickAccess.js'
import 'monaco-editor/esm/vs/editor/common/standaloneStrings.js'
import 'monaco-editor/esm/vs/base/browser/ui/codicons/codiconStyles.js'
import { getKustoWorker, kustoDefaults } from '@kusto/monaco-kusto'
import * as monaco from 'monaco-editor/esm/vs/editor/editor.api'
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker?worker'
import { takeKustoWorker } from './kusto-worker.ts'
import { editorSchema, type NamedSchema } from './schema.ts'

self.MonacoEnvironment = {
  getWorker: (_, label) => (label === 'kusto' ? takeKustoWorker() : new EditorWorker()),
}

kustoDefaults.setLanguageSettings({
  ...kustoDefaults.languageSettings,
  includeControlCommands: false,
  useTokenColorization: true,
  enableQueryWarnings: true,
  enableQuickFixes: true,
  formatter: { indentationSize: 4, pipeOperatorStyle: 'Smart' },
})

/** Colours until the language worker is up and colours by meaning; the same as it uses, so that nothing flashes. */
const lightTokens = {
  comment: '008000',
  function: '0000ff',
  'operator.sql': 'cc3700',
  'operator.scss': '0000ff',
  keyword: '0000ff',
  string: 'b22222',
  number: '191970',
  type: '0000ff',
}
const darkTokens = {
  comment: '6a9b34',
  function: 'dcdcaa',
  'operator.sql': '9cdcfe',
  'operator.scss': '569cd6',
  keyword: '569cd6',
  string: 'ce9178',
  number: 'd7ba7d',
  type: '569cd6',
}

function tokenRules(colors: Readonly<Record<string, string>>): monaco.editor.ITokenThemeRule[] {
  return Object.entries(colors).map(([token, foreground]) => ({ token, foreground }))
}

const quiet = { 'editor.lineHighlightBackground': '#00000000', 'editor.lineHighlightBorder': '#00000000' }
monaco.editor.defineTheme('conshelf-light', {
  base: 'vs',
  inherit: true,
  rules: tokenRules(lightTokens),
  colors: {
    ...quiet,
    'editor.background': '#ffffff',
    'editorLineNumber.foreground': '#9a9a9a',
    'editorLineNumber.activeForeground': '#424242',
    'editor.selectionHighlightBackground': '#0f75990d',
    'editor.wordHighlightBackground': '#0f759926',
    'editor.wordHighlightTextBackground': '#0f759926',
    'editorGutter.background': '#ffffff',
  },
})
monaco.editor.defineTheme('conshelf-dark', {
  base: 'vs-dark',
  inherit: true,
  rules: tokenRules(darkTokens),
  colors: {
    ...quiet,
    'editor.background': '#292929',
    'editorLineNumber.foreground': '#7a7a7a',
    'editorLineNumber.activeForeground': '#d6d6d6',
    'editor.selectionHighlightBackground': '#63acc814',
    'editor.wordHighlightBackground': '#63acc830',
    'editor.wordHighlightTextBackground': '#63acc830',
    'editorGutter.background': '#292929',
    'editorWidget.background': '#1f1f1f',
    'editorSuggestWidget.selectedBackground': '#0a3e52',
  },
})

let generation = 0

/** Tells the language worker what queries may name; the first workspace is the one they are addressed to. */
export async function setSchema(model: monaco.editor.ITextModel, workspaces: readonly NamedSchema[]): Promise<void> {
  generation += 1
  const wanted = generation
  const accessor = await getKustoWorker()
  const worker = await accessor(model.uri)
  if (wanted === generation) await worker.setSchema(editorSchema(workspaces, wanted))
}

export { monaco }
