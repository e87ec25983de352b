// The query tabs: arrow keys move between them, Delete closes the focused one.
import { Button, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { AddRegular, DismissRegular } from '@fluentui/react-icons'
import type { KeyboardEvent } from 'react'
import type { Tabs } from './tabs.ts'

const useStyles = makeStyles({
  strip: {
    flexShrink: 0,
    display: 'flex',
    alignItems: 'stretch',
    height: '36px',
    overflowX: 'auto',
    overflowY: 'hidden',
    scrollbarWidth: 'thin',
    backgroundColor: tokens.colorNeutralBackground3,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  list: { display: 'flex' },
  tab: {
    position: 'relative',
    display: 'flex',
    alignItems: 'center',
    maxWidth: '220px',
    padding: '0 2px 0 14px',
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    color: tokens.colorNeutralForeground2,
    ':hover': { backgroundColor: tokens.colorNeutralBackground3Hover },
  },
  active: {
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1 },
    '::before': {
      content: '""',
      position: 'absolute',
      inset: '0 0 auto',
      height: '2px',
      backgroundColor: tokens.colorBrandForeground1,
    },
  },
  title: {
    border: 0,
    padding: 0,
    height: '100%',
    background: 'none',
    color: 'inherit',
    font: 'inherit',
    fontSize: '13px',
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    cursor: 'pointer',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  close: { minWidth: '24px', marginLeft: '4px' },
  add: { alignSelf: 'center', marginLeft: '4px' },
})

interface TabStripProps {
  readonly tabs: Tabs
  readonly onActivate: (id: string) => void
  readonly onClose: (id: string) => void
  readonly onNew: () => void
}

export function TabStrip({ tabs, onActivate, onClose, onNew }: TabStripProps) {
  const styles = useStyles()
  const keyDown = (event: KeyboardEvent, index: number) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    const { length } = tabs.all
    const next = step ? tabs.all[(index + step + length) % length]?.id : undefined
    if (next) {
      onActivate(next)
      document.getElementById(`tab-${next}`)?.focus()
    } else if (event.key === 'Delete') onClose(tabs.all[index]?.id ?? '')
  }
  return (
    <div className={styles.strip}>
      <div className={styles.list} role="tablist" aria-label="Queries">
        {tabs.all.map(({ id, title }, index) => (
          <div key={id} className={mergeClasses(styles.tab, id === tabs.active && styles.active)} role="presentation">
            <button
              type="button"
              role="tab"
              id={`tab-${id}`}
              aria-selected={id === tabs.active}
              tabIndex={id === tabs.active ? 0 : -1}
              className={styles.title}
              title={title}
              onClick={() => onActivate(id)}
              onAuxClick={({ button }) => button === 1 && onClose(id)}
              onKeyDown={(event) => keyDown(event, index)}
            >
              {title}
            </button>
            <Button
              appearance="transparent"
              size="small"
              className={styles.close}
              tabIndex={-1}
              icon={<DismissRegular fontSize={14} />}
              aria-label={`Close ${title}`}
              onClick={() => onClose(id)}
            />
          </div>
        ))}
      </div>
      <Tooltip content="New query" relationship="label">
        <Button appearance="subtle" size="small" className={styles.add} icon={<AddRegular />} onClick={onNew} />
      </Tooltip>
    </div>
  )
}
