// The menu of workspaces in the top bar.
import {
  Menu,
  MenuButton,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
} from '@fluentui/react-components'
import { topBar } from '../theme.ts'
import { useWorkspace } from './workspace.ts'

const useStyles = makeStyles({
  button: {
    color: topBar.text,
    fontWeight: 400,
    padding: '3px 8px',
    minWidth: 0,
    '& .fui-MenuButton__menuIcon': { color: topBar.faint },
    ':hover': { backgroundColor: topBar.hover, color: topBar.text },
    ':hover:active': { backgroundColor: topBar.line, color: topBar.text },
  },
  label: { color: topBar.faint, marginRight: '6px' },
})

export function WorkspacePicker() {
  const styles = useStyles()
  const { all, current, select, loading } = useWorkspace()
  const checked = { workspace: current ? [current.name] : [] }
  return (
    <Menu checkedValues={checked} onCheckedValueChange={(_, { checkedItems }) => select(checkedItems[0] ?? '')}>
      <MenuTrigger disableButtonEnhancement>
        <MenuButton appearance="transparent" className={styles.button}>
          <span className={styles.label}>Workspace</span>
          {current?.name ?? (loading ? '…' : 'none')}
        </MenuButton>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {all.map(({ id, name }) => (
            <MenuItemRadio key={id} name="workspace" value={name} secondaryContent={id.slice(0, 8)}>
              {name}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
