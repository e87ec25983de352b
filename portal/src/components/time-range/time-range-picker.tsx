// The button and popover that choose a time range.
import {
  Button,
  Divider,
  Field,
  Input,
  makeStyles,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Radio,
  RadioGroup,
  Text,
  tokens,
} from '@fluentui/react-components'
import { ChevronDownRegular, ClockRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { boundsProblem, fieldToInstant, instantToField, presets, rangeLabel, type TimeRange } from './time-range.ts'

const useStyles = makeStyles({
  button: { fontWeight: tokens.fontWeightRegular, whiteSpace: 'nowrap' },
  surface: { display: 'grid', gap: '8px', width: '300px' },
  custom: { display: 'grid', gap: '8px' },
  presets: { display: 'grid', gridTemplateColumns: '1fr 1fr' },
  note: { color: tokens.colorNeutralForeground3 },
})

interface TimeRangePickerProps {
  readonly value: TimeRange
  readonly onChange: (range: TimeRange) => void
  /** The query bounds its time itself, so the choice here has no effect. */
  readonly overridden: boolean
  /** Milliseconds since 1970, for the first proposal of custom bounds. */
  readonly now: () => number
}

export function TimeRangePicker({ value, onChange, overridden, now }: TimeRangePickerProps) {
  const styles = useStyles()
  const [open, setOpen] = useState(false)
  const choose = (range: TimeRange) => {
    onChange(range)
    setOpen(false)
  }
  return (
    <Popover open={open} onOpenChange={(_, data) => setOpen(data.open)} positioning="below-start" trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button
          size="small"
          className={styles.button}
          icon={<ClockRegular />}
          aria-label={`Time range: ${label(value, overridden)}`}
        >
          {label(value, overridden)}
          <ChevronDownRegular style={{ marginLeft: 6 }} />
        </Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label="Time range">
        {overridden && <Text size={200}>The query itself filters TimeGenerated, so this choice does not apply.</Text>}
        <Presets value={value} onChoose={choose} />
        <Divider />
        <Custom value={value} onChoose={choose} now={now} />
      </PopoverSurface>
    </Popover>
  )
}

function label(value: TimeRange, overridden: boolean): string {
  return overridden ? 'Set in query' : rangeLabel(value)
}

function Presets({ value, onChoose }: { readonly value: TimeRange; readonly onChoose: (range: TimeRange) => void }) {
  const styles = useStyles()
  const selected = value.kind === 'last' ? value.duration : value.kind
  return (
    <RadioGroup
      value={selected}
      aria-label="Presets"
      onChange={(_, data) =>
        onChoose(data.value === 'query' ? { kind: 'query' } : { kind: 'last', duration: data.value })
      }
    >
      <div className={styles.presets}>
        {presets.map((preset) => (
          <Radio key={preset.duration} value={preset.duration} label={preset.label} />
        ))}
        <Radio value="query" label="Set in query" />
      </div>
    </RadioGroup>
  )
}

interface CustomProps {
  readonly value: TimeRange
  readonly onChoose: (range: TimeRange) => void
  readonly now: () => number
}

function Custom({ value, onChoose, now }: CustomProps) {
  const styles = useStyles()
  const [bounds, setBounds] = useState(() => initialBounds(value, now()))
  const [start, end] = [fieldToInstant(bounds.start), fieldToInstant(bounds.end)]
  const problem = boundsProblem(start, end)
  const field = (name: 'start' | 'end', text: string) => (
    <Field label={text} size="small">
      <Input
        type="datetime-local"
        size="small"
        value={bounds[name]}
        onChange={(_, data) => setBounds((before) => ({ ...before, [name]: data.value }))}
      />
    </Field>
  )
  return (
    <div className={styles.custom}>
      {field('start', 'From (UTC)')}
      {field('end', 'To (UTC)')}
      {problem && (
        <Text size={200} className={styles.note} role="alert">
          {problem}
        </Text>
      )}
      <Button size="small" disabled={problem !== undefined} onClick={() => onChoose({ kind: 'between', start, end })}>
        Apply
      </Button>
    </div>
  )
}

function initialBounds(value: TimeRange, now: number): { readonly start: string; readonly end: string } {
  if (value.kind === 'between') return { start: instantToField(value.start), end: instantToField(value.end) }
  const day = 24 * 60 * 60 * 1000
  const field = (time: number) => instantToField(new Date(time).toISOString())
  return { start: field(now - day), end: field(now) }
}
