// The frame around every page: top bar, navigation, and the gate for servers that want a token.
import { makeStyles, tokens } from '@fluentui/react-components'
import { Outlet } from 'react-router'
import type { Page } from '../routes.tsx'
import { useAbout } from './about.ts'
import { NavRail } from './nav-rail.tsx'
import { Notices } from './notices.tsx'
import { SignIn } from './sign-in.tsx'
import { TopBar } from './top-bar.tsx'
import { useWorkspaceState, WorkspaceContext } from './workspace.ts'

const useStyles = makeStyles({
  frame: {
    height: '100%',
    display: 'grid',
    gridTemplateRows: '44px 1fr',
    backgroundColor: tokens.colorNeutralBackground2,
  },
  below: { display: 'grid', gridTemplateColumns: '64px minmax(0, 1fr)', minHeight: 0 },
  page: { display: 'flex', flexDirection: 'column', minHeight: 0, minWidth: 0 },
})

export function Shell({ pages }: { readonly pages: readonly Page[] }) {
  const styles = useStyles()
  const { data: about, error } = useAbout()
  const locked = about?.authentication === 'token' && !about.authenticated
  return (
    <div className={styles.frame}>
      {locked ? (
        <SignIn />
      ) : (
        <Unlocked>
          <TopBar />
          <div className={styles.below}>
            <NavRail pages={pages} />
            <div className={styles.page}>
              <Notices about={about} error={error} />
              <Outlet />
            </div>
          </div>
        </Unlocked>
      )}
    </div>
  )
}

/** Asks for nothing that needs a token before the gate is open. */
function Unlocked({ children }: { readonly children: React.ReactNode }) {
  return <WorkspaceContext value={useWorkspaceState()}>{children}</WorkspaceContext>
}
