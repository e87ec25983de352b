// All columns of one row as a list, JSON as trees; what opens below a row.
import { Button, makeStyles, mergeClasses, Switch, Tooltip, tokens } from '@fluentui/react-components'
import { CopyRegular, FilterAddRegular, FilterDismissRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import type { Cell, ResultColumn, Row } from '../../api/types.ts'
import { copyText } from '../copy.ts'
import { JsonTree, parseTree } from '../json-tree.tsx'
import { rowToJson } from '../table-text/table-text.ts'
import { plainText, shownTime, type TimeZone } from './cell-text.ts'

const useStyles = makeStyles({
  bar: { display: 'flex', alignItems: 'center', gap: '8px', height: '32px', marginBottom: '4px' },
  list: { display: 'grid', gridTemplateColumns: 'minmax(140px, max-content) minmax(0, 1fr)', margin: 0 },
  pair: {
    display: 'grid',
    gridTemplateColumns: 'subgrid',
    gridColumn: '1 / -1',
    alignItems: 'start',
    position: 'relative',
    padding: '3px 100px 3px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    '& .detail-actions': { opacity: 0 },
    ':hover .detail-actions': { opacity: 1 },
    ':focus-within .detail-actions': { opacity: 1 },
  },
  name: { paddingRight: '24px', color: tokens.colorNeutralForeground3, lineHeight: '20px' },
  value: { margin: 0, lineHeight: '20px', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  missing: { color: tokens.colorNeutralForeground4, fontStyle: 'italic' },
  actions: { position: 'absolute', right: '4px', top: '1px', display: 'flex' },
})

export interface RowDetailProps {
  readonly schema: readonly ResultColumn[]
  readonly row: Row
  /** Column numbers in the order shown; the others follow them. */
  readonly columns: readonly number[]
  readonly zone: TimeZone
  readonly onFilter: ((column: ResultColumn, value: Cell, negated: boolean) => void) | undefined
}

export function RowDetail({ schema, row, columns, zone, onFilter }: RowDetailProps) {
  const styles = useStyles()
  const [empty, showEmpty] = useState(false)
  const all = [...new Set([...columns, ...schema.keys()])]
  const filled = all.filter((index) => !isEmpty(row[index]))
  const shown = empty ? all : filled
  const missing = schema.length - filled.length
  return (
    <>
      <div className={styles.bar}>
        <Button
          size="small"
          appearance="subtle"
          icon={<CopyRegular />}
          onClick={() => void copyText(rowToJson(schema, row))}
        >
          Copy as JSON
        </Button>
        {missing > 0 && (
          <Switch
            size="small"
            label={`Show ${missing} empty ${missing === 1 ? 'column' : 'columns'}`}
            checked={empty}
            onChange={(_, { checked }) => showEmpty(checked)}
          />
        )}
      </div>
      <dl className={styles.list}>
        {shown.map((index) => {
          const column = schema[index]
          return (
            column && (
              <Property key={index} column={column} value={row[index] ?? null} zone={zone} onFilter={onFilter} />
            )
          )
        })}
      </dl>
    </>
  )
}

interface PropertyProps {
  readonly column: ResultColumn
  readonly value: Cell
  readonly zone: TimeZone
  readonly onFilter: RowDetailProps['onFilter']
}

function Property({ column, value, zone, onFilter }: PropertyProps) {
  const styles = useStyles()
  const action = (label: string, icon: React.ReactElement, run: () => void) => (
    <Tooltip content={label} relationship="label">
      <Button size="small" appearance="subtle" icon={icon} onClick={run} />
    </Tooltip>
  )
  return (
    <div className={styles.pair}>
      <dt className={styles.name}>{column.name}</dt>
      <dd className={styles.value}>
        <Value column={column} value={value} zone={zone} />
      </dd>
      <span className={mergeClasses(styles.actions, 'detail-actions')}>
        {action('Copy value', <CopyRegular />, () => void copyText(plainText(value)))}
        {onFilter && action('Only rows with this value', <FilterAddRegular />, () => onFilter(column, value, false))}
        {onFilter &&
          action('Only rows without this value', <FilterDismissRegular />, () => onFilter(column, value, true))}
      </span>
    </div>
  )
}

function Value({ column, value, zone }: Omit<PropertyProps, 'onFilter'>) {
  const styles = useStyles()
  if (value === null) return <span className={styles.missing}>null</span>
  if (value === '') return <span className={styles.missing}>empty</span>
  const text = String(value)
  if (column.type === 'datetime') return shownTime(text, zone, 7)
  const tree = column.type === 'dynamic' || column.type === 'string' ? parseTree(text) : undefined
  return tree === undefined ? text : <JsonTree value={tree} />
}

function isEmpty(value: Cell | undefined): boolean {
  return value === null || value === undefined || value === ''
}
