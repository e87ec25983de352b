// Parses and binds a query, and turns what Microsoft's binder has to say into our diagnostics.
import { codes, type Diagnostic } from '../diagnostics.ts'
import type { Catalog } from '../model.ts'
import { language } from './load.ts'
import { nearest } from './nearest.ts'
import { asKusto, globalsFor } from './symbols.ts'
import { columnsOf, is, items, type SyntaxElement, type SyntaxNode } from './syntax.ts'

export interface Bound {
  readonly root: SyntaxNode
  readonly diagnostics: readonly Diagnostic[]
}

/** `'X' does not refer to any known …`: the binder's codes for names that it cannot resolve. */
const unknownName: ReadonlySet<string> = new Set(['KS142', 'KS204', 'KS206', 'KS208', 'KS211'])

function hintFor(code: Kusto.Language.KustoCode, message: string, start: number, catalog: Catalog): string | undefined {
  const name = /'([^']+)'/.exec(message)?.[1]
  if (!name) return undefined
  const scope = columnsOf(code.GetColumnsInScope(start)).map((c) => c.name)
  const globals = code.Globals
  const functions = [globals?.Functions, globals?.Aggregates].flatMap((list) =>
    items<Kusto.Language.Symbols.FunctionSymbol>(list).map((f) => f.Name ?? ''),
  )
  const found = nearest(name, scope) ?? nearest(name, catalog.allNames()) ?? nearest(name, functions)
  return found ? `did you mean '${found}'?` : undefined
}

/** Where the documentation gives a function what the binder refuses: by function, the binder's code and its words. */
const tolerated: Readonly<Record<string, readonly [code: string, words: string]>> = {
  // A plain number is a long.
  series_fit_poly: ['KS107', 'type int '],
  // Seconds have fractions. https://learn.microsoft.com/kusto/query/make-timespan-function
  make_timespan: ['KS134', 'an integer'],
  // Counts rows. https://learn.microsoft.com/kusto/query/summarize-operator#examples
  count: ['KS107', 'type bool '],
}

function isTolerated(code: Kusto.Language.KustoCode, d: Kusto.Language.Diagnostic): boolean {
  if (!Object.values(tolerated).some(([kustoCode]) => kustoCode === d.Code)) return false
  let node: SyntaxElement | null | undefined = code.Syntax?.GetTokenAt(d.Start)
  while (node && !is(node, 'FunctionCallExpression')) node = node.Parent
  const [kustoCode, words] = (is(node, 'FunctionCallExpression') && tolerated[node.Name?.SimpleName ?? '']) || []
  return kustoCode === d.Code && words !== undefined && (d.Message ?? '').includes(words)
}

function diagnosticsOf(code: Kusto.Language.KustoCode, catalog: Catalog): Diagnostic[] {
  const found: Diagnostic[] = []
  for (const d of items<Kusto.Language.Diagnostic>(code.GetDiagnostics())) {
    const severity = d.Severity === 'Error' ? 'error' : d.Severity === 'Warning' ? 'warning' : undefined
    if (!severity || isTolerated(code, d)) continue
    const message = d.Message ?? ''
    const kustoCode = d.Code ?? ''
    const hint = unknownName.has(kustoCode) ? hintFor(code, message, d.Start, catalog) : undefined
    found.push({ code: kustoCode, severity, start: d.Start, length: d.Length, message, ...(hint ? { hint } : {}) })
  }
  return found
}

/** Binds a query against the catalog. Positions are those of the given text. */
export function bind(text: string, catalog: Catalog): Bound {
  const kusto = asKusto(text)
  const globals = globalsFor(text, catalog)
  const analyzed = analyze(kusto, globals)
  const code = analyzed ?? language.KustoCode.Parse(kusto, globals)
  const root = code?.Syntax
  if (!code || !root) throw new Error('the language service returned no syntax')
  const found = diagnosticsOf(code, catalog)
  if (analyzed || found.some((d) => d.severity === 'error')) return { root, diagnostics: found }
  return { root, diagnostics: [...found, notAnalyzed(text)] }
}

/** Undefined: the binder itself fails, as it does over some half-written graph patterns. */
function analyze(kusto: string, globals: Kusto.Language.GlobalState): Kusto.Language.KustoCode | undefined {
  try {
    return language.KustoCode.ParseAndAnalyze(kusto, globals) ?? undefined
  } catch {
    return undefined
  }
}

const notAnalyzed = (text: string): Diagnostic => ({
  code: codes.unsupportedSyntax,
  severity: 'error',
  start: 0,
  length: text.length,
  message: 'the query cannot be analyzed: one of its operators is incomplete',
})
