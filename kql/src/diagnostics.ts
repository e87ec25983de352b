// Diagnostics: what is wrong with a query, where, and what to do about it.

export interface Diagnostic {
  /** Kusto's code (KS142, ...) where its binder found the problem, ours (CS001, ...) otherwise. */
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** Offset in the query text, in UTF-16 units. */
  readonly start: number
  readonly length: number
  readonly message: string
  readonly hint?: string
}

/** Codes of our own. Those of Kusto's binder are passed through. */
export const codes = {
  unsupportedOperator: 'CS001',
  unsupportedFunction: 'CS002',
  unsupportedSyntax: 'CS003',
  notConstant: 'CS004',
  tooComplex: 'CS005',
  unknownWorkspace: 'CS006',
  restricted: 'CS007',
  dependsOnData: 'CS008',
  noRowsToLearnFrom: 'CS009',
  refusedValue: 'CS010',
  noPlaces: 'CS011',
  neverTrue: 'CS012',
  alwaysTrue: 'CS013',
  outsideTimeRange: 'CS014',
  noTabularExpression: 'CS015',
  /** Kusto's own, where only lowering sees the name: `table(T)` in a function. */
  unknownTable: 'KS204',
} as const

/** Thrown inside the compiler, where compile() turns it into a diagnostic, and by local stages for values that they refuse. */
export class CompileError extends Error {
  readonly diagnostic: Diagnostic
  constructor(code: string, message: string, at: { readonly start: number; readonly length: number }, hint?: string) {
    super(message)
    this.diagnostic = {
      code,
      severity: 'error',
      message,
      start: at.start,
      length: at.length,
      ...(hint ? { hint } : {}),
    }
  }
}

/** Of values that a local stage refuses: it does not know where they come from. */
export const nowhere = { start: 0, length: 0 }

/** Everything that lowering or writing refuses in one query. */
export class RefusedQuery extends Error {
  readonly diagnostics: readonly Diagnostic[]
  constructor(found: readonly Diagnostic[]) {
    super('the query is refused')
    this.diagnostics = independent(found)
  }
}

/** These do not depend on what stands inside them. */
const ofNames: ReadonlySet<string> = new Set([codes.unsupportedOperator, codes.unsupportedFunction])

/** Each error once, in the order of the text; without those that come of an earlier one within them. */
function independent(found: readonly Diagnostic[]): Diagnostic[] {
  const kept: Diagnostic[] = []
  for (const d of found) {
    const isKnown = kept.some((k) => k.start === d.start && k.length === d.length)
    const follows = kept.some((k) => d.start <= k.start && k.start + k.length <= d.start + d.length)
    if (!isKnown && (!follows || ofNames.has(d.code))) kept.push(d)
  }
  return kept.sort((a, b) => a.start - b.start)
}

/** Line and column (both from 1) of an offset. */
export function lineColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}
