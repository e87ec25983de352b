// The sources as a list; each opens to its numbers in full and a configuration to copy.
import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  Button,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { CopyRegular } from '@fluentui/react-icons'
import type { ListenerStatus, ReceiverCounters } from '../../api/receivers.ts'
import { copyText } from '../../components/copy.ts'
import { type Source, sources } from './sources.ts'
import { durationText } from './texts.ts'
import type { Receivers } from './use-receivers.ts'

const useStyles = makeStyles({
  head: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1.3fr) minmax(0, 1fr) 70px 100px 90px 100px 170px',
    gap: '12px',
    alignItems: 'center',
    width: '100%',
    textAlign: 'left',
    fontVariantNumeric: 'tabular-nums',
  },
  title: { fontWeight: tokens.fontWeightSemibold },
  faint: { color: tokens.colorNeutralForeground3, fontSize: '12px' },
  mono: { fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', overflowWrap: 'anywhere' },
  number: { textAlign: 'right' },
  bad: { color: tokens.colorPaletteRedForeground1 },
  body: { display: 'grid', gap: '8px', padding: '0 12px 12px 32px' },
  facts: { display: 'flex', flexWrap: 'wrap', gap: '4px 24px', margin: 0, fontSize: '12px' },
  fact: { display: 'flex', gap: '6px' },
  value: { margin: 0, fontVariantNumeric: 'tabular-nums' },
  configuration: {
    margin: 0,
    padding: '10px 12px',
    overflowX: 'auto',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12px',
    lineHeight: '18px',
  },
  copy: { justifySelf: 'start' },
})

interface SourceListProps {
  readonly receivers: Receivers
  readonly workspace: string
}

export function SourceList({ receivers, workspace }: SourceListProps) {
  return (
    <Accordion multiple collapsible>
      {sources.map((source) => (
        <SourceItem key={source.title} source={source} receivers={receivers} workspace={workspace} />
      ))}
    </Accordion>
  )
}

function SourceItem({
  source,
  receivers: { answer, rateOf },
  workspace,
}: SourceListProps & { readonly source: Source }) {
  const styles = useStyles()
  const mine = answer?.receivers.filter(({ name }) => source.receivers.includes(name)) ?? []
  const counters = sumOf(mine)
  const listeners = answer?.listeners.filter(({ name }) => source.receivers.includes(name)) ?? []
  const rate = rateOf(source.receivers)
  const { origin, hostname } = window.location
  const port = source.receivers.map((name) => listeners.find((one) => one.name === name)?.port).find(Boolean) ?? 0
  const text = source.configuration({ url: origin, host: hostname, workspace, port })
  return (
    <AccordionItem value={source.title}>
      <AccordionHeader>
        <span className={styles.head}>
          <span className={styles.title}>{source.title}</span>
          <span className={styles.mono}>{addressText(source, listeners)}</span>
          <span className={styles.faint}>{stateText(source, counters, listeners)}</span>
          <span className={styles.number}>
            {count(counters.accepted)} <span className={styles.faint}>stored</span>
          </span>
          <span className={styles.number}>
            <span className={counters.rejected > 0 ? styles.bad : ''}>{count(counters.rejected)}</span>{' '}
            <span className={styles.faint}>refused</span>
          </span>
          <span className={styles.number}>
            {rate === undefined ? '…' : count(Math.round(rate))} <span className={styles.faint}>a minute</span>
          </span>
          <span
            className={styles.number}
            title="From the time that half of the records, and 95 %, give to their arrival"
          >
            <DelayText receivers={mine} />
          </span>
        </span>
      </AccordionHeader>
      <AccordionPanel>
        <div className={styles.body}>
          <span>{source.what}</span>
          <dl className={styles.facts}>
            {factsOf(counters, mine, listeners).map(([name, value]) => (
              <div key={name} className={styles.fact}>
                <dt className={styles.faint}>{name}</dt>
                <dd className={styles.value}>{value}</dd>
              </div>
            ))}
          </dl>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll with the keyboard too */}
          <pre className={styles.configuration} tabIndex={0}>
            {text}
          </pre>
          <Button size="small" className={styles.copy} icon={<CopyRegular />} onClick={() => void copyText(text)}>
            Copy
          </Button>
        </div>
      </AccordionPanel>
    </AccordionItem>
  )
}

const count = (number: number): string => number.toLocaleString('en')

const nothing = { requests: 0, failedRequests: 0, accepted: 0, rejected: 0, unwanted: 0, bytes: 0, latencyMillis: 0 }
type Counters = typeof nothing

function sumOf(all: readonly ReceiverCounters[]): Counters {
  return all.reduce(
    (sum, one) => ({
      requests: sum.requests + one.requests,
      failedRequests: sum.failedRequests + one.failedRequests,
      accepted: sum.accepted + one.accepted,
      rejected: sum.rejected + one.rejected,
      unwanted: sum.unwanted + one.unwanted,
      bytes: sum.bytes + one.bytes,
      latencyMillis: sum.latencyMillis + one.latencyMillis,
    }),
    nothing,
  )
}

function addressText({ path, setting }: Source, listeners: readonly ListenerStatus[]): string {
  const sockets = [...new Set(listeners.map(({ host, port }) => `${host}:${port}`))]
  if (setting !== undefined && sockets.length === 0) return [`off (${setting})`, ...(path ? [path] : [])].join(', ')
  return [...sockets, ...(path ? [path] : [])].join(', ')
}

function stateText({ path }: Source, { requests }: Counters, listeners: readonly ListenerStatus[]): string {
  if (requests > 0) return 'has sent'
  return path !== undefined || listeners.length > 0 ? 'waits' : 'off'
}

function DelayText({ receivers }: { readonly receivers: readonly ReceiverCounters[] }) {
  const styles = useStyles()
  const delay = slowestOf(receivers)
  if (!delay) return null
  return (
    <>
      <span className={styles.faint}>p50</span> {durationText(delay.p50)} <span className={styles.faint}>p95</span>{' '}
      {durationText(delay.p95)}
    </>
  )
}

function slowestOf(receivers: readonly ReceiverCounters[]): ReceiverCounters['delay'] {
  const delays = receivers.flatMap(({ delay }) => delay ?? [])
  if (delays.length === 0) return undefined
  return { p50: Math.max(...delays.map(({ p50 }) => p50)), p95: Math.max(...delays.map(({ p95 }) => p95)) }
}

function factsOf(
  counters: Counters,
  receivers: readonly ReceiverCounters[],
  listeners: readonly ListenerStatus[],
): readonly (readonly [string, string])[] {
  const { requests, failedRequests, unwanted, bytes, latencyMillis } = counters
  const latency = requests === 0 ? '–' : `${Math.round(latencyMillis / requests)} ms`
  const delay = slowestOf(receivers)
  const connections = listeners.reduce((sum, one) => sum + one.connections, 0)
  const dropped = listeners.reduce((sum, one) => sum + one.dropped, 0)
  return [
    ['Requests', count(requests)],
    ['Failed requests', count(failedRequests)],
    ['Kept out by settings', count(unwanted)],
    ['Bytes', count(bytes)],
    ['Mean time of a request', latency],
    ['From their time to arrival', delay ? `${durationText(delay.p50)}, 95 % within ${durationText(delay.p95)}` : '–'],
    ...(listeners.length === 0
      ? []
      : ([
          ['Connections', count(connections)],
          ['Dropped', count(dropped)],
        ] as const)),
  ]
}
