// Lines above a page about the server as a whole: unreachable, or still creating its demo data.
import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import type { About } from '../api/types.ts'

export function Notices({ about, error }: { readonly about: About | undefined; readonly error: Error | null }) {
  const notice = noticeOf(about, error)
  if (!notice) return null
  return (
    <MessageBar intent={notice.intent} layout="singleline" shape="square">
      <MessageBarBody>
        <MessageBarTitle>{notice.title}</MessageBarTitle>
        {notice.text}
      </MessageBarBody>
    </MessageBar>
  )
}

interface Notice {
  readonly intent: 'error' | 'info' | 'warning'
  readonly title: string
  readonly text: string
}

function noticeOf(about: About | undefined, error: Error | null): Notice | undefined {
  if (error) return { intent: 'error', title: 'No connection', text: error.message }
  if (about?.demo.state === 'loading')
    return {
      intent: 'info',
      title: 'Demo data is being created',
      text: about.demo.message?.replace(/^demo: /, '') ?? 'Queries work meanwhile and find more rows each time.',
    }
  if (about?.demo.state === 'failed')
    return { intent: 'warning', title: 'The demo data is incomplete', text: about.demo.message ?? '' }
  return undefined
}
