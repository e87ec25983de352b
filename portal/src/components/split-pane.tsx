// Two panes above each other with a divider that mouse and arrow keys move; the browser keeps its place.
import { makeStyles, tokens } from '@fluentui/react-components'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react'
import { useStored } from './use-stored.ts'

const useStyles = makeStyles({
  panes: { flex: 1, display: 'flex', flexDirection: 'column', minHeight: 0, minWidth: 0 },
  first: { flexShrink: 0, minHeight: 0, display: 'flex', flexDirection: 'column' },
  second: { flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' },
  divider: {
    flexShrink: 0,
    position: 'relative',
    height: '7px',
    margin: '-3px 0',
    zIndex: 5,
    cursor: 'row-resize',
    touchAction: 'none',
    border: 0,
    '::after': {
      content: '""',
      position: 'absolute',
      inset: '3px 0',
      backgroundColor: tokens.colorNeutralStroke2,
    },
    ':hover::after': { inset: '2px 0', backgroundColor: tokens.colorBrandStroke1 },
    ':focus-visible': { outlineStyle: 'none' },
    ':focus-visible::after': { inset: '2px 0', backgroundColor: tokens.colorBrandStroke1 },
  },
})

interface SplitPaneProps {
  readonly storageKey: string
  readonly label: string
  readonly first: ReactNode
  readonly second: ReactNode
}

const smallest = 12
const largest = 85
const clamp = (percent: number) => Math.min(largest, Math.max(smallest, percent))

export function SplitPane({ storageKey, label, first, second }: SplitPaneProps) {
  const styles = useStyles()
  const box = useRef<HTMLDivElement>(null)
  const [percent, setPercent] = useStored(storageKey, 36)
  const drag = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !box.current) return
    const { top, height } = box.current.getBoundingClientRect()
    setPercent(clamp((100 * (event.clientY - top)) / height))
  }
  const nudge = (event: KeyboardEvent) => {
    const step = { ArrowUp: -4, ArrowDown: 4 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    setPercent((before) => clamp(before + step))
  }
  return (
    <div className={styles.panes} ref={box}>
      <div className={styles.first} style={{ height: `${percent}%` }}>
        {first}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a separator that moves is a widget, which <hr> is not */}
      <div
        className={styles.divider}
        role="separator"
        tabIndex={0}
        aria-label={label}
        aria-orientation="horizontal"
        aria-valuenow={Math.round(percent)}
        aria-valuemin={smallest}
        aria-valuemax={largest}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={nudge}
      />
      <div className={styles.second}>{second}</div>
    </div>
  )
}
