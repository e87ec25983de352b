// Saves the shown rows and columns, in their order, or copies them.
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons'
import type { Cell, ResultColumn, ResultTable, Row } from '../../api/types.ts'
import { now } from '../../clock.ts'
import { copyText } from '../../components/copy.ts'
import { toCsv, toJson, toTabbed } from '../../components/table-text/table-text.ts'
import type { ResultView } from './result-view.ts'

const useStyles = makeStyles({ button: { fontWeight: tokens.fontWeightRegular, minWidth: 0 } })

interface ExportMenuProps {
  readonly table: ResultTable
  readonly view: ResultView
}

export function ExportMenu({ table, view }: ExportMenuProps) {
  const styles = useStyles()
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button
          size="small"
          appearance="subtle"
          className={styles.button}
          icon={<ArrowDownloadRegular />}
          disabled={table.rows.length === 0}
        >
          Export
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => save('csv', 'text/csv', toCsv(...shown(table, view)))}>CSV, shown columns</MenuItem>
          <MenuItem
            onClick={() =>
              save(
                'csv',
                'text/csv',
                toCsv(
                  table.columns,
                  view.order.map((row) => table.rows[row] ?? []),
                ),
              )
            }
          >
            CSV, all columns
          </MenuItem>
          <MenuItem onClick={() => save('json', 'application/json', toJson(...shown(table, view)))}>JSON</MenuItem>
          <MenuItem onClick={() => void copyText(tabbed(...shown(table, view)))}>Copy as a table</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

function shown(table: ResultTable, { columns, order }: ResultView): [readonly ResultColumn[], readonly Row[]] {
  const schema = columns.flatMap((index) => table.columns[index] ?? [])
  const rows = order.map((row) => columns.map((index): Cell => table.rows[row]?.[index] ?? null))
  return [schema, rows]
}

function tabbed(columns: readonly ResultColumn[], rows: readonly Row[]): string {
  return toTabbed([columns.map(({ name }) => name), ...rows])
}

function save(extension: string, type: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  link.download = `query-${new Date(now()).toISOString().slice(0, 19).replace(/[:T]/g, '-')}.${extension}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}
