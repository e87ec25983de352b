// Shows how the server answers a query: step by step, and as the plan and the SQL that run on the engine.
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  makeStyles,
  Spinner,
  Tab,
  TabList,
  Text,
  tokens,
} from '@fluentui/react-components'
import { BranchRegular, CopyRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { explainQuery, type QueryRequest } from '../../api/query.ts'
import type { Explanation } from '../../api/types.ts'
import { copyText } from '../../components/copy.ts'
import { ExplainedSteps } from './explained-steps.tsx'

const useStyles = makeStyles({
  surface: { maxWidth: 'min(1120px, 94vw)' },
  content: { display: 'flex', flexDirection: 'column', gap: '8px', height: '70vh' },
  shown: { flex: 1, minHeight: 0, overflow: 'auto' },
  text: {
    margin: 0,
    padding: '12px',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12px',
    lineHeight: '18px',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
})

interface ExplainButtonProps {
  readonly request: QueryRequest
  readonly className: string
}

export function ExplainButton({ request, className }: ExplainButtonProps) {
  const styles = useStyles()
  const [open, setOpen] = useState(false)
  return (
    <Dialog open={open} onOpenChange={(_, data) => setOpen(data.open)}>
      <DialogTrigger disableButtonEnhancement>
        <Button size="small" appearance="transparent" className={className} icon={<BranchRegular />}>
          Explain
        </Button>
      </DialogTrigger>
      <DialogSurface className={styles.surface}>{open && <ExplainBody request={request} />}</DialogSurface>
    </Dialog>
  )
}

type View = 'steps' | 'plan' | 'rewritten' | 'sql'

function ExplainBody({ request }: { readonly request: QueryRequest }) {
  const styles = useStyles()
  const [view, setView] = useState<View>('steps')
  const { query, timespan, target } = request
  const { data, error } = useQuery({
    queryKey: ['explain', query, timespan, target],
    queryFn: ({ signal }) => explainQuery({ query, target, ...(timespan ? { timespan } : {}) }, signal),
  })
  const shown = useRef<HTMLElement>(null)
  return (
    <DialogBody>
      <DialogTitle>How this query is answered</DialogTitle>
      <DialogContent className={styles.content}>
        <TabList size="small" selectedValue={view} onTabSelect={(_, { value }) => setView(viewOf(value))}>
          {views.map((name) => (
            <Tab key={name} value={name}>
              {viewNames[name]}
            </Tab>
          ))}
        </TabList>
        {error && <Text>{error.message}</Text>}
        {!data && !error && <Spinner size="small" />}
        {data && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: long texts scroll with the keyboard too
          <section ref={shown} className={styles.shown} tabIndex={0} aria-label={viewNames[view]}>
            {view === 'steps' ? (
              <ExplainedSteps explanation={data} />
            ) : (
              <pre className={styles.text}>{textOf(data, view)}</pre>
            )}
          </section>
        )}
      </DialogContent>
      <DialogActions>
        <Button icon={<CopyRegular />} disabled={!data} onClick={() => void copyText(shownText(shown.current))}>
          Copy
        </Button>
        <DialogTrigger disableButtonEnhancement>
          <Button appearance="primary">Close</Button>
        </DialogTrigger>
      </DialogActions>
    </DialogBody>
  )
}

function shownText(element: HTMLElement | null): string {
  // biome-ignore lint/performance/useDomNodeTextContent: with the line ends that are seen
  return element?.innerText ?? ''
}

const viewNames: Readonly<Record<View, string>> = {
  steps: 'Steps',
  rewritten: 'Plan',
  plan: 'Plan before the rewrites',
  sql: 'SQL',
}
const views = Object.keys(viewNames) as readonly View[]

function viewOf(value: unknown): View {
  return views.find((view) => view === value) ?? 'steps'
}

function textOf({ plan, rewritten, stages, results }: Explanation, view: Exclude<View, 'steps'>): string {
  if (view !== 'sql') return view === 'plan' ? plan : rewritten
  const before = stages.map(({ table, operator, sql }) => `-- ${operator ?? 'step'} into ${table}\n${sql}`)
  return [...before, ...results.map(({ name, sql }) => `-- ${name}\n${sql}`)].join('\n\n')
}
