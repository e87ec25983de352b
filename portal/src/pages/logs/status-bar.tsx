// The line below a result: how many rows, how long it took, and the statistics behind.
import { Button, makeStyles, Popover, PopoverSurface, PopoverTrigger, tokens } from '@fluentui/react-components'
import { InfoRegular } from '@fluentui/react-icons'
import type { QueryAnswer } from '../../api/types.ts'
import { ExplainButton } from './explain.tsx'
import { countText, durationText, sizeText } from './measures.ts'
import { resourceName } from './resource-name.ts'
import type { Finished } from './use-runs.ts'
import { Warnings } from './warnings.tsx'

const useStyles = makeStyles({
  bar: {
    flexShrink: 0,
    display: 'flex',
    alignItems: 'center',
    gap: '14px',
    height: '28px',
    padding: '0 6px 0 12px',
    fontSize: '12px',
    fontVariantNumeric: 'tabular-nums',
    color: tokens.colorNeutralForeground2,
    backgroundColor: tokens.colorNeutralBackground2,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    whiteSpace: 'nowrap',
    overflow: 'hidden',
  },
  space: { flex: 1 },
  faint: { color: tokens.colorNeutralForeground3 },
  button: { fontWeight: tokens.fontWeightRegular, fontSize: '12px', minWidth: 0 },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    gap: '4px 16px',
    margin: 0,
    fontSize: '13px',
    maxWidth: '420px',
  },
  fact: { margin: 0, fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' },
})

type Done = Extract<Finished, { phase: 'done' }>

interface StatusBarProps {
  readonly run: Done
  readonly onReveal: (line: number, column: number) => void
}

export function StatusBar({ run, onReveal }: StatusBarProps) {
  const styles = useStyles()
  const { answer, elapsed, request, finishedAt } = run
  const rows = answer.tables.reduce((sum, table) => sum + table.rows.length, 0)
  const { resource, workspace } = request.target
  const scope = resource ? resourceName(resource) : workspace
  return (
    <footer className={styles.bar}>
      <span role="status">{countText(rows, 'row')}</span>
      <span>{durationText(elapsed)}</span>
      <span className={styles.faint}>
        {scope} · {request.rangeLabel}
      </span>
      {run.warnings.length > 0 && <Warnings warnings={run.warnings} onReveal={onReveal} />}
      <span className={styles.space} />
      <span className={styles.faint}>{new Date(finishedAt).toLocaleTimeString('en-GB')}</span>
      <ExplainButton request={request} className={styles.button} />
      <Popover positioning="above-end">
        <PopoverTrigger disableButtonEnhancement>
          <Button size="small" appearance="transparent" className={styles.button} icon={<InfoRegular />}>
            Statistics
          </Button>
        </PopoverTrigger>
        <PopoverSurface aria-label="Statistics">
          <dl className={styles.facts}>
            {facts(answer, elapsed).map(([name, value]) => [
              <dt key={name} className={styles.faint}>
                {name}
              </dt>,
              <dd key={`${name} value`} className={styles.fact}>
                {value}
              </dd>,
            ])}
          </dl>
        </PopoverSurface>
      </Popover>
    </footer>
  )
}

function facts({ statistics, tables }: QueryAnswer, elapsed: number): readonly (readonly [string, string])[] {
  const query = statistics?.query
  const usage = query?.resourceUsage
  const scanned = query?.inputDatasetStatistics?.rows?.scanned
  const size = query?.datasetStatistics?.reduce((sum, table) => sum + (table.tableSize ?? 0), 0)
  const known: readonly (readonly [string, string | undefined])[] = [
    ['Round trip', durationText(elapsed)],
    ['On the server', query?.executionTime === undefined ? undefined : durationText(query.executionTime * 1000)],
    ['Processor time', usage?.cpu?.totalCpu],
    ['Peak memory', usage?.memory?.peakPerNode ? sizeText(usage.memory.peakPerNode) : undefined],
    ['Rows read', scanned === undefined ? undefined : scanned.toLocaleString('en')],
    [
      'Result',
      `${countText(tables[0]?.rows.length ?? 0, 'row')}, ${countText(tables[0]?.columns.length ?? 0, 'column')}`,
    ],
    ['Result size', size === undefined ? undefined : sizeText(size)],
  ]
  return known.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}
