// The text of `conshelf explain`: each step of a query beside what became of it, then what is read, then the SQL that runs.
import type { ExplainAnswer } from '../api/surfaces/portal/explanation.ts'

type Statement = ExplainAnswer['statements'][number]
type Step = Statement['steps'][number]
type Columns = Step['columns']
type Read = ExplainAnswer['reads'][number]

export interface Look {
  readonly width: number
  readonly colour: boolean
}

export function explainedText(answer: ExplainAnswer, look: Look): string {
  const { statements, reads, stages, results, plan, rewritten } = answer
  return [
    ...statements.map((statement) => statementText(statement, look)),
    readsText(reads, look),
    ...(plan === rewritten ? [] : [section('plan after the rewrites', rewritten, look)]),
    ...stages.map(({ table, operator, sql }, i) =>
      section(`stage ${i + 1}, ${operator ? `${operator} in this process, ` : ''}into ${table}`, sql, look),
    ),
    ...results.map((result) => section(resultTitle(result), result.sql, look)),
  ]
    .filter((text) => text !== '')
    .join('\n')
}

const bold = (text: string, { colour }: Look): string => (colour ? `\u001b[1m${text}\u001b[22m` : text)
const dim = (text: string, { colour }: Look): string => (colour ? `\u001b[2m${text}\u001b[22m` : text)

const placeWidth = 8
const labelWidth = 9

function statementText({ name, line, pos, text, steps }: Statement, look: Look): string {
  const first = steps[0]
  if (!first) return `${headText(line, pos, '', oneLine(text), look)}\n`
  const head = name === undefined ? [] : [headText(line, pos, '', `let ${name} =`, look)]
  const before: Columns[] = []
  const lines = steps.map((step, i) => {
    // What a step adds is said against the one before it in its own pipe.
    const begins = (steps[i - 1]?.depth ?? -1) < step.depth
    const known = begins ? undefined : before[step.depth]
    before[step.depth] = step.columns
    return stepText(step, known, begins, look)
  })
  return `${[...head, ...lines].join('\n')}\n`
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

function headText(line: number, pos: number, indent: string, text: string, look: Look): string {
  const place = `${line}:${pos}`.padEnd(placeWidth)
  const lines = wrapped(text, look.width - placeWidth - indent.length)
  return lines
    .map((part, i) => `${i === 0 ? dim(place, look) : ' '.repeat(placeWidth)}${indent}${bold(part, look)}`)
    .join('\n')
}

function stepText(step: Step, before: Columns | undefined, begins: boolean, look: Look): string {
  const indent = '    '.repeat(step.depth)
  const details = [
    ...detail('plan', step.plan, indent, look),
    ...detail('sql', step.sql, indent, look),
    ...detail('columns', [columnsText(before, step.columns)], indent, look),
  ]
  return [headText(step.line, step.pos, indent, `${begins ? '' : '| '}${oneLine(step.text)}`, look), ...details].join(
    '\n',
  )
}

function detail(label: string, texts: readonly string[], indent: string, look: Look): string[] {
  const margin = `${' '.repeat(placeWidth)}${indent}  `
  const room = Math.max(30, look.width - margin.length - labelWidth)
  return texts
    .flatMap((text) => wrapped(text, room))
    .map((text, i) => `${margin}${dim((i === 0 ? label : '').padEnd(labelWidth), look)}${text}`)
}

/** Breaks at blanks; what follows is indented. */
function wrapped(text: string, width: number): string[] {
  const indent = /^\s*/.exec(text)?.[0] ?? ''
  const lines: string[] = []
  let rest = text
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width)
    const at = blank > indent.length + 8 ? blank : width
    lines.push(rest.slice(0, at).trimEnd())
    rest = `${indent}  ${rest.slice(at).trimStart()}`
  }
  return [...lines, rest]
}

const shownColumns = 12

function listed(columns: Columns): string {
  const shown = columns.slice(0, shownColumns).map(({ name, type }) => `${name}:${type}`)
  const more = columns.length - shown.length
  return [...shown, ...(more > 0 ? [`… ${more} more`] : [])].join(', ')
}

/** All columns, or what became of those before where most of them stay. */
function columnsText(before: Columns | undefined, columns: Columns): string {
  if (!before) return `${columns.length}: ${listed(columns)}`
  const keyOf = ({ name, type }: Columns[number]) => `${name}:${type}`
  const [old, now] = [new Set(before.map(keyOf)), new Set(columns.map(keyOf))]
  const added = columns.filter((column) => !old.has(keyOf(column)))
  const gone = before.filter((column) => !now.has(keyOf(column)))
  if (added.length === 0 && gone.length === 0) return `the same ${columns.length}`
  if (gone.length === 0) return `${columns.length}: and ${listed(added)}`
  return `${columns.length}: ${listed(columns)}`
}

function readsText(reads: readonly Read[], look: Look): string {
  if (reads.length === 0) return ''
  const lines = reads.flatMap((read) => [
    `  ${bold(read.table, look)}${estimateText(read)}`,
    ...wrapped(`    ${read.columns.length === 0 ? 'no column, rows alone' : read.columns.join(', ')}`, look.width),
  ])
  return `${dim('-- reads', look)}\n${lines.join('\n')}\n`
}

function estimateText({ estimate }: Read): string {
  if (!estimate) return ''
  const { rows, parts, marks, all } = estimate
  const of = (count: number, total: number, what: string) =>
    `${count.toLocaleString('en-US')}${count > total ? '' : ` of ${total.toLocaleString('en-US')}`} ${what}`
  return `: about ${[of(rows, all.rows, 'rows'), of(parts, all.parts, 'parts'), of(marks, all.marks, 'marks')].join(', ')}`
}

function resultTitle({ name, columns, render }: ExplainAnswer['results'][number]): string {
  const drawn = typeof render === 'object' && render !== null && 'visualization' in render
  return `result ${name} (${listed(columns)})${drawn ? `, render ${String(render.visualization)}` : ''}`
}

function section(title: string, text: string, look: Look): string {
  return `${dim(`-- ${title}`, look)}\n${text.trimEnd()}\n`
}
