// Run and cancel, time range, scope, and what can be done with the query text.
import { Button, makeStyles, Tooltip, tokens } from '@fluentui/react-components'
import {
  CheckmarkRegular,
  LinkRegular,
  PlayFilled,
  StopFilled,
  TextIndentIncreaseLtrRegular,
} from '@fluentui/react-icons'
import { useState } from 'react'
import { now } from '../../clock.ts'
import { copyText } from '../../components/copy.ts'
import { TimeRangePicker } from '../../components/time-range/time-range-picker.tsx'
import { filtersTime } from '../../kql/time-filter.ts'
import { toHash } from './link.ts'
import { ScopePicker } from './scope-picker.tsx'
import type { QueryTab, TabContent } from './tabs.ts'

const useStyles = makeStyles({
  bar: {
    flexShrink: 0,
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    minHeight: '42px',
    padding: '0 12px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  run: { minWidth: '84px' },
  space: { flex: 1 },
})

interface CommandBarProps {
  readonly tab: QueryTab
  readonly running: boolean
  readonly onRun: () => void
  readonly onCancel: () => void
  readonly onEdit: (content: TabContent) => void
  readonly onFormat: () => void
}

export function CommandBar({ tab, running, onRun, onCancel, onEdit, onFormat }: CommandBarProps) {
  const styles = useStyles()
  const empty = tab.query.trim() === ''
  return (
    <div className={styles.bar} role="toolbar" aria-label="Query">
      {running ? (
        <Button size="small" className={styles.run} icon={<StopFilled />} onClick={onCancel}>
          Cancel
        </Button>
      ) : (
        <Tooltip content="Run the selection, or the query under the cursor (Shift+Enter)" relationship="description">
          <Button
            size="small"
            appearance="primary"
            className={styles.run}
            icon={<PlayFilled />}
            disabled={empty}
            onClick={onRun}
          >
            Run
          </Button>
        </Tooltip>
      )}
      <TimeRangePicker
        value={tab.range}
        overridden={filtersTime(tab.query)}
        now={now}
        onChange={(range) => onEdit({ range })}
      />
      <ScopePicker value={tab.resource} onChange={(resource) => onEdit({ resource })} />
      <span className={styles.space} />
      <Tooltip content="Format the query (Shift+Alt+F)" relationship="label">
        <Button
          size="small"
          appearance="subtle"
          icon={<TextIndentIncreaseLtrRegular />}
          disabled={empty}
          onClick={onFormat}
        />
      </Tooltip>
      <CopyLink tab={tab} disabled={empty} />
    </div>
  )
}

function CopyLink({ tab, disabled }: { readonly tab: QueryTab; readonly disabled: boolean }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await copyText(`${location.origin}${location.pathname}${toHash(tab)}`)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <Tooltip content={copied ? 'Link copied' : 'Copy a link to this query'} relationship="label">
      <Button
        size="small"
        appearance="subtle"
        icon={copied ? <CheckmarkRegular /> : <LinkRegular />}
        disabled={disabled}
        onClick={() => void copy()}
      />
    </Tooltip>
  )
}
