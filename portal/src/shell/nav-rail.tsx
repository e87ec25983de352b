// The list of pages at the left edge.
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { NavLink } from 'react-router'
import type { Page } from '../routes.tsx'

const useStyles = makeStyles({
  rail: {
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    padding: '6px 4px',
    backgroundColor: tokens.colorNeutralBackground3,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  link: {
    position: 'relative',
    display: 'grid',
    justifyItems: 'center',
    gap: '2px',
    padding: '8px 2px 6px',
    borderRadius: tokens.borderRadiusMedium,
    fontSize: '11px',
    lineHeight: '14px',
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    '& svg': { fontSize: '22px' },
    ':hover': { backgroundColor: tokens.colorNeutralBackground3Hover, color: tokens.colorNeutralForeground1 },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  active: {
    color: tokens.colorBrandForeground1,
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: tokens.colorNeutralBackground1,
    '::before': {
      content: '""',
      position: 'absolute',
      left: '-4px',
      top: '10px',
      bottom: '10px',
      width: '3px',
      borderRadius: '0 2px 2px 0',
      backgroundColor: tokens.colorBrandForeground1,
    },
  },
})

export function NavRail({ pages }: { readonly pages: readonly Page[] }) {
  const styles = useStyles()
  return (
    <nav className={styles.rail} aria-label="Pages">
      {pages.map(({ path, title, icon }) => (
        <NavLink
          key={path}
          to={path}
          className={({ isActive }) => mergeClasses(styles.link, isActive && styles.active)}
        >
          {icon}
          {title}
        </NavLink>
      ))}
    </nav>
  )
}
