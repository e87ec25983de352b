// What a right click (or the menu key) offers for a cell.
import { Menu, MenuDivider, MenuItem, MenuList, MenuPopover } from '@fluentui/react-components'
import {
  BracesRegular,
  CopyRegular,
  FilterAddRegular,
  FilterDismissRegular,
  TableSimpleRegular,
} from '@fluentui/react-icons'

export interface MenuPlace {
  readonly x: number
  readonly y: number
}

interface CellMenuProps {
  readonly at: MenuPlace
  readonly onClose: () => void
  readonly onCopyCell: () => void
  readonly onCopyRow: () => void
  readonly onCopyJson: () => void
  readonly onFilter: ((negated: boolean) => void) | undefined
}

export function CellMenu({ at, onClose, onCopyCell, onCopyRow, onCopyJson, onFilter }: CellMenuProps) {
  const target = { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) }
  return (
    <Menu
      open
      onOpenChange={(_, { open }) => !open && onClose()}
      positioning={{ target, position: 'below', align: 'start' }}
    >
      <MenuPopover>
        <MenuList>
          <MenuItem icon={<CopyRegular />} secondaryContent="Ctrl+C" onClick={onCopyCell}>
            Copy value
          </MenuItem>
          <MenuItem icon={<TableSimpleRegular />} secondaryContent="Ctrl+Shift+C" onClick={onCopyRow}>
            Copy row
          </MenuItem>
          <MenuItem icon={<BracesRegular />} onClick={onCopyJson}>
            Copy row as JSON
          </MenuItem>
          {onFilter && <MenuDivider />}
          {onFilter && (
            <MenuItem icon={<FilterAddRegular />} onClick={() => onFilter(false)}>
              Only rows with this value
            </MenuItem>
          )}
          {onFilter && (
            <MenuItem icon={<FilterDismissRegular />} onClick={() => onFilter(true)}>
              Only rows without this value
            </MenuItem>
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
