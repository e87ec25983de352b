// The Data sources page: what can send logs here, what each sent, how to set it up, and which records were refused.
import { makeStyles, Text, tokens } from '@fluentui/react-components'
import { useAbout } from '../../shell/about.ts'
import { useWorkspace } from '../../shell/workspace.ts'
import { Followed } from './followed.tsx'
import { RefusedRecords } from './refused-records.tsx'
import { SourceList } from './source-list.tsx'
import { useReceivers } from './use-receivers.ts'

const useStyles = makeStyles({
  page: { flex: 1, minHeight: 0, overflow: 'auto', backgroundColor: tokens.colorNeutralBackground1 },
  inner: { display: 'grid', gap: '20px', maxWidth: '1180px', padding: '20px 24px 40px' },
  title: { margin: 0, fontSize: '20px', fontWeight: tokens.fontWeightSemibold },
  faint: { color: tokens.colorNeutralForeground3 },
})

export function DataSourcesPage() {
  const styles = useStyles()
  const { current } = useWorkspace()
  const { data: about } = useAbout()
  const receivers = useReceivers(current?.name)
  return (
    <main className={styles.page}>
      <div className={styles.inner}>
        <div>
          <h1 className={styles.title}>Data sources</h1>
          <Text className={styles.faint}>
            What the workspace {current?.name ?? '…'} got since the server started, and configurations for it.
            {about?.authentication === 'token' &&
              ' Over HTTP the server wants its token too: the header Authorization: Bearer TOKEN.'}
          </Text>
        </div>
        {receivers.error && <Text role="alert">{receivers.error.message}</Text>}
        <SourceList receivers={receivers} workspace={current?.name ?? ''} />
        {receivers.answer && <Followed answer={receivers.answer} />}
        {current && <RefusedRecords workspace={current.name} />}
      </div>
    </main>
  )
}
