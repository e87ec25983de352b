// Shows how the server answers a query: its plan, and the SQL that runs on the engine.
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
import { useState } from 'react'
import { explainQuery, type QueryRequest } from '../../api/query.ts'
import type { Explanation } from '../../api/types.ts'
import { copyText } from '../../components/copy.ts'

const useStyles = makeStyles({
  surface: { maxWidth: 'min(1080px, 92vw)' },
  content: { display: 'flex', flexDirection: 'column', gap: '8px', height: '60vh' },
  text: {
    flex: 1,
    minHeight: 0,
    margin: 0,
    padding: '12px',
    overflow: 'auto',
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

type View = 'plan' | 'rewritten' | 'sql'

function ExplainBody({ request }: { readonly request: QueryRequest }) {
  const styles = useStyles()
  const [view, setView] = useState<View>('rewritten')
  const { query, timespan, target } = request
  const { data, error } = useQuery({
    queryKey: ['explain', query, timespan, target],
    queryFn: ({ signal }) => explainQuery({ query, target, ...(timespan ? { timespan } : {}) }, signal),
  })
  const text = data ? textOf(data, view) : ''
  return (
    <DialogBody>
      <DialogTitle>How this query is answered</DialogTitle>
      <DialogContent className={styles.content}>
        <TabList size="small" selectedValue={view} onTabSelect={(_, { value }) => setView(viewOf(value))}>
          <Tab value="rewritten">Plan</Tab>
          <Tab value="sql">SQL</Tab>
          <Tab value="plan">Plan before the rewrites</Tab>
        </TabList>
        {error && <Text>{error.message}</Text>}
        {!data && !error && <Spinner size="small" />}
        {data && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: long texts scroll with the keyboard too
          <pre className={styles.text} tabIndex={0}>
            {text}
          </pre>
        )}
      </DialogContent>
      <DialogActions>
        <Button icon={<CopyRegular />} disabled={!data} onClick={() => void copyText(text)}>
          Copy
        </Button>
        <DialogTrigger disableButtonEnhancement>
          <Button appearance="primary">Close</Button>
        </DialogTrigger>
      </DialogActions>
    </DialogBody>
  )
}

function viewOf(value: unknown): View {
  return value === 'plan' || value === 'sql' ? value : 'rewritten'
}

function textOf({ plan, rewritten, stages, results }: Explanation, view: View): string {
  if (view !== 'sql') return view === 'plan' ? plan : rewritten
  const before = stages.map(({ table, operator, sql }) => `-- ${operator ?? 'step'} into ${table}\n${sql}`)
  return [...before, ...results.map(({ name, sql }) => `-- ${name}\n${sql}`)].join('\n\n')
}
