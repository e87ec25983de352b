// Answer to an address that no page has.
import { Link, Text } from '@fluentui/react-components'
import { useHref } from 'react-router'

export function NotFound() {
  const logs = useHref('/logs')
  return (
    <main style={{ padding: 32, display: 'grid', gap: 8, alignContent: 'start' }}>
      <Text size={500} weight="semibold">
        There is no page here
      </Text>
      <Text>
        Go to <Link href={logs}>Logs</Link>.
      </Text>
    </main>
  )
}
