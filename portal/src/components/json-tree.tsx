// A JSON value as a tree that opens and closes: native <details>, so keyboard and screen readers need nothing more.
import { makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

const useStyles = makeStyles({
  tree: { fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', lineHeight: '18px', overflowWrap: 'anywhere' },
  children: { paddingLeft: '14px', borderLeft: `1px solid ${tokens.colorNeutralStroke2}`, marginLeft: '5px' },
  summary: {
    cursor: 'pointer',
    borderRadius: '2px',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  leaf: { paddingLeft: '13px' },
  name: { color: tokens.colorBrandForeground1 },
  faint: { color: tokens.colorNeutralForeground3 },
  text: { color: tokens.colorPaletteMarigoldForeground2, whiteSpace: 'pre-wrap' },
  other: { color: tokens.colorPaletteBerryForeground2 },
})

export function JsonTree({ value, open = 1 }: { readonly value: Json; readonly open?: number }) {
  const styles = useStyles()
  return (
    <div className={styles.tree}>
      <Node value={value} open={open} />
    </div>
  )
}

interface NodeProps {
  readonly name?: string
  readonly value: Json
  /** How many levels start open. */
  readonly open: number
}

function Node({ name, value, open }: NodeProps) {
  const styles = useStyles()
  const [isOpen, setOpen] = useState(open > 0)
  const label = name === undefined ? null : <span className={styles.name}>{name}: </span>
  if (typeof value !== 'object' || value === null || size(value) === 0) {
    return (
      <div className={styles.leaf}>
        {label}
        <Leaf value={value} />
      </div>
    )
  }
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>
        {label}
        <span className={styles.faint}>{isOpen ? brackets(value) : preview(value)}</span>
      </summary>
      {isOpen && (
        <div className={styles.children}>
          {Object.entries(value).map(([key, child]: [string, Json]) => (
            <Node key={key} name={key} value={child} open={open - 1} />
          ))}
        </div>
      )}
    </details>
  )
}

function Leaf({ value }: { readonly value: Json }) {
  const styles = useStyles()
  if (typeof value === 'string') return <span className={styles.text}>{value === '' ? '""' : value}</span>
  if (typeof value === 'object' && value !== null) return <span className={styles.faint}>{brackets(value)}</span>
  return <span className={styles.other}>{String(value)}</span>
}

function size(value: object): number {
  return Object.keys(value).length
}

function brackets(value: object): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.length}]`
  return size(value) === 0 ? '{}' : `{${size(value)}}`
}

function preview(value: object): string {
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

/** Undefined: the text is not a JSON object or array. Numbers and bare words are no trees. */
export function parseTree(text: string): Json | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
