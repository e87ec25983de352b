// How many warnings a query that ran has; opened, what they are, each with its place in the text.
import { Button, makeStyles, Popover, PopoverSurface, PopoverTrigger, tokens } from '@fluentui/react-components'
import { WarningRegular } from '@fluentui/react-icons'
import type { Problem } from '../../api/errors.ts'
import { countText } from './measures.ts'
import { PlaceLink } from './place-link.tsx'

const useStyles = makeStyles({
  button: {
    minWidth: 0,
    padding: '0 4px',
    fontSize: '12px',
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorPaletteDarkOrangeForeground1,
    '& svg': { color: tokens.colorPaletteDarkOrangeForeground1 },
  },
  list: { display: 'grid', gap: '12px', maxWidth: '480px', margin: 0, padding: 0, listStyleType: 'none' },
  hint: { color: tokens.colorNeutralForeground2 },
  foot: { display: 'flex', alignItems: 'baseline', gap: '8px', color: tokens.colorNeutralForeground3 },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: '12px' },
})

interface WarningsProps {
  readonly warnings: readonly Problem[]
  readonly onReveal: (line: number, column: number) => void
}

export function Warnings({ warnings, onReveal }: WarningsProps) {
  const styles = useStyles()
  return (
    <Popover positioning="above-start" trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button size="small" appearance="transparent" className={styles.button} icon={<WarningRegular />}>
          {countText(warnings.length, 'warning')}
        </Button>
      </PopoverTrigger>
      <PopoverSurface aria-label="Warnings">
        <ul className={styles.list}>
          {warnings.map(({ code, message, hint, line = 1, column = 1 }) => (
            <li key={`${code} ${line} ${column}`}>
              <div>{message}</div>
              {hint && <div className={styles.hint}>{hint}</div>}
              <div className={styles.foot}>
                <span className={styles.code}>{code}</span>
                <PlaceLink line={line} column={column} onReveal={onReveal} />
              </div>
            </li>
          ))}
        </ul>
      </PopoverSurface>
    </Popover>
  )
}
