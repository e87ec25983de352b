// Which query of a text is meant: several may stand in one editor, with blank lines between them.
// https://learn.microsoft.com/azure/azure-monitor/logs/log-analytics-overview#kql-mode

export interface Statement {
  readonly text: string
  /** Offset of its first character in the whole text. */
  readonly start: number
  /** The line (from 1) on which it starts. */
  readonly line: number
}

/** The statement around an offset; on a blank line the one before it, else the one after. Undefined: nothing but space. */
export function statementAt(text: string, offset: number): Statement | undefined {
  const all = statements(text)
  return all.findLast((statement) => statement.start <= offset) ?? all[0]
}

/** Runs of lines that are not blank. Line ends may be \n or \r\n. */
export function statements(text: string): readonly Statement[] {
  const found: Statement[] = []
  let open: Statement | undefined
  let start = 0
  for (const [index, line] of text.split('\n').entries()) {
    const blank = line.trim() === ''
    if (blank && open) found.push(trimmed(open))
    open = blank ? undefined : extended(open, line, start, index + 1)
    start += line.length + 1
  }
  if (open) found.push(trimmed(open))
  return found
}

function extended(open: Statement | undefined, line: string, start: number, number: number): Statement {
  return open ? { ...open, text: `${open.text}\n${line}` } : { text: line, start, line: number }
}

function trimmed(statement: Statement): Statement {
  return { ...statement, text: statement.text.trimEnd() }
}
