// Times in UTC, as they are stored, or in the browser's zone.
import {
  Button,
  Menu,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { GlobeClockRegular } from '@fluentui/react-icons'
import type { TimeZone } from '../../components/grid/cell-text.ts'

const useStyles = makeStyles({ button: { fontWeight: tokens.fontWeightRegular, whiteSpace: 'nowrap', minWidth: 0 } })

interface ZoneMenuProps {
  readonly zone: TimeZone
  readonly onZone: (zone: TimeZone) => void
}

export function ZoneMenu({ zone, onZone }: ZoneMenuProps) {
  const styles = useStyles()
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <Menu
      checkedValues={{ zone: [zone] }}
      onCheckedValueChange={(_, { checkedItems }) => onZone(checkedItems[0] === 'local' ? 'local' : 'utc')}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" className={styles.button} icon={<GlobeClockRegular />}>
          {zone === 'utc' ? 'UTC' : 'Local time'}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItemRadio name="zone" value="utc">
            UTC
          </MenuItemRadio>
          <MenuItemRadio name="zone" value="local">
            Local time ({local})
          </MenuItemRadio>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
