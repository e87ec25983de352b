// What the server reads from elsewhere: folders, buckets and topics that it follows, and targets that it scrapes.
import {
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from '@fluentui/react-components'
import type { ReactNode } from 'react'
import type { ReceiversAnswer, SourceStatus, TargetStatus } from '../../api/receivers.ts'
import { now } from '../../clock.ts'
import { bytesText, timePassed } from './texts.ts'

const useStyles = makeStyles({
  part: { display: 'grid', gap: '8px' },
  title: { margin: 0, fontSize: '16px', fontWeight: tokens.fontWeightSemibold },
  faint: { color: tokens.colorNeutralForeground3 },
  name: { display: 'grid', padding: '6px 0' },
  place: {
    color: tokens.colorNeutralForeground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12px',
    overflowWrap: 'anywhere',
  },
  bad: { color: tokens.colorPaletteRedForeground1, overflowWrap: 'anywhere', padding: '6px 8px' },
  good: { color: tokens.colorPaletteGreenForeground1 },
  narrow: { width: '120px' },
  wide: { width: '34%' },
})

export function Followed({ answer }: { readonly answer: ReceiversAnswer }) {
  return (
    <>
      <Part title="Followed folders, buckets and topics" label="Followed" isEmpty={answer.sources.length === 0}>
        <States names={['Source', 'Kind', 'Last read', 'Left to read', 'State']}>
          {answer.sources.map((source) => (
            <SourceRow key={source.name} source={source} />
          ))}
        </States>
      </Part>
      <Part title="Scrape targets" label="Scraped" isEmpty={answer.targets.length === 0}>
        <States names={['Target', 'Job', 'Last scrape', 'Samples', 'State']}>
          {answer.targets.map((target) => (
            <TargetRow key={`${target.job} ${target.instance} ${target.url}`} target={target} />
          ))}
        </States>
      </Part>
    </>
  )
}

interface PartProps {
  readonly title: string
  readonly label: string
  readonly isEmpty: boolean
  readonly children: ReactNode
}

function Part({ title, label, isEmpty, children }: PartProps) {
  const styles = useStyles()
  const setting = label === 'Followed' ? 'sources' : 'scrape'
  return (
    <section className={styles.part} aria-label={label}>
      <h2 className={styles.title}>{title}</h2>
      {isEmpty ? (
        <Text className={styles.faint}>
          None for this workspace. The setting <code>{setting}</code> of the server lists them.
        </Text>
      ) : (
        children
      )}
    </section>
  )
}

function States({ names, children }: { readonly names: readonly string[]; readonly children: ReactNode }) {
  const styles = useStyles()
  const widths = [styles.wide, styles.narrow, styles.narrow, styles.narrow, '']
  return (
    <Table size="small" aria-label={names[0] ?? ''}>
      <TableHeader>
        <TableRow>
          {names.map((name, index) => (
            <TableHeaderCell key={name} className={widths[index] ?? ''}>
              {name}
            </TableHeaderCell>
          ))}
        </TableRow>
      </TableHeader>
      <TableBody>{children}</TableBody>
    </Table>
  )
}

function SourceRow({
  source: { name, kind, reads, receiver, readAt, behind, fault },
}: {
  readonly source: SourceStatus
}) {
  const left = behind.unit === 'bytes' ? bytesText(behind.count) : `${behind.count.toLocaleString('en')} ${behind.unit}`
  return (
    <StateRow
      name={name}
      place={reads === name ? receiver : `${reads} → ${receiver}`}
      kind={kind}
      last={readAt}
      amount={behind.count > 0 ? left : readAt === undefined ? '–' : 'nothing'}
      fault={fault?.message}
      well={readAt === undefined ? 'starts' : behind.count > 0 ? 'catches up' : 'up to date'}
    />
  )
}

function TargetRow({ target: { url, job, instance, last } }: { readonly target: TargetStatus }) {
  return (
    <StateRow
      name={instance}
      place={url}
      kind={job}
      last={last?.at}
      amount={last ? last.samples.toLocaleString('en') : '–'}
      fault={last?.fault}
      well={last ? `up, ${last.millis.toLocaleString('en')} ms` : 'not asked yet'}
    />
  )
}

interface StateRowProps {
  readonly name: string
  readonly place: string
  readonly kind: string
  readonly last: number | undefined
  readonly amount: string
  readonly fault: string | undefined
  readonly well: string
}

function StateRow({ name, place, kind, last, amount, fault, well }: StateRowProps) {
  const styles = useStyles()
  return (
    <TableRow>
      <TableCell>
        <span className={styles.name}>
          <span>{name}</span>
          <span className={styles.place}>{place}</span>
        </span>
      </TableCell>
      <TableCell>{kind}</TableCell>
      <TableCell>{last === undefined ? '–' : timePassed(now() - last)}</TableCell>
      <TableCell>{amount}</TableCell>
      {fault === undefined ? (
        <TableCell className={styles.good}>{well}</TableCell>
      ) : (
        <TableCell className={styles.bad}>{fault}</TableCell>
      )}
    </TableRow>
  )
}
