// A place in the query, which the editor shows when it is chosen.
import { Button, makeStyles } from '@fluentui/react-components'

const useStyles = makeStyles({ place: { minWidth: 0, padding: 0, fontSize: '12px' } })

interface PlaceLinkProps {
  readonly line: number
  readonly column: number
  readonly onReveal: (line: number, column: number) => void
}

export function PlaceLink({ line, column, onReveal }: PlaceLinkProps) {
  const styles = useStyles()
  return (
    <Button appearance="transparent" size="small" className={styles.place} onClick={() => onReveal(line, column)}>
      line {line}, column {column}
    </Button>
  )
}
