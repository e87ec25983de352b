// Draws a chart model: cards as text, everything else with ECharts in a canvas that follows its box.
import { makeStyles, tokens } from '@fluentui/react-components'
import { useEffect, useRef } from 'react'
import { shownText, type TimeZone } from '../grid/cell-text.ts'
import type { CardChart, ChartModel, PieChart, XyChart } from './chart-model.ts'
import { chartOption } from './chart-option.ts'
import { type EChartsType, init } from './echarts.ts'

const useStyles = makeStyles({
  canvas: { flex: 1, minHeight: 0, minWidth: 0 },
  none: { flex: 1, display: 'grid', placeItems: 'center', padding: '24px', color: tokens.colorNeutralForeground3 },
  cards: {
    flex: 1,
    display: 'flex',
    flexWrap: 'wrap',
    alignContent: 'center',
    justifyContent: 'center',
    gap: '16px',
    padding: '24px',
    overflow: 'auto',
  },
  card: {
    minWidth: '180px',
    padding: '20px 28px',
    textAlign: 'center',
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  value: {
    fontSize: '40px',
    lineHeight: '52px',
    fontWeight: 600,
    fontVariantNumeric: 'tabular-nums',
    color: tokens.colorBrandForeground1,
  },
  name: { color: tokens.colorNeutralForeground3 },
  title: { flexBasis: '100%', textAlign: 'center', fontWeight: 600 },
})

interface ChartProps {
  readonly model: ChartModel
  readonly dark: boolean
  readonly zone: TimeZone
}

export function Chart({ model, dark, zone }: ChartProps) {
  const styles = useStyles()
  if (model.kind === 'none') return <div className={styles.none}>{model.reason}</div>
  if (model.kind === 'card') return <Cards model={model} zone={zone} />
  return <Canvas model={model} dark={dark} zone={zone} />
}

function Canvas({ model, dark, zone }: ChartProps & { readonly model: XyChart | PieChart }) {
  const styles = useStyles()
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(undefined)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const created = init(element)
    chart.current = created
    const observer = new ResizeObserver(() => created.resize())
    observer.observe(element)
    return () => {
      observer.disconnect()
      created.dispose()
    }
  }, [])
  useEffect(() => {
    if (!box.current) return
    const font = getComputedStyle(box.current).fontFamily
    chart.current?.setOption(chartOption(model, { dark, font, utc: zone === 'utc' }), true)
  }, [model, dark, zone])
  return <div ref={box} className={styles.canvas} role="img" aria-label={summary(model)} />
}

function summary(model: XyChart | PieChart): string {
  if (model.kind === 'pie') return `Pie chart of ${model.slices.length} values`
  const points = model.series.reduce((sum, one) => sum + one.points.length, 0)
  return `${model.shape} chart, ${model.series.length} series, ${points} points`
}

function Cards({ model, zone }: { readonly model: CardChart; readonly zone: TimeZone }) {
  const styles = useStyles()
  return (
    <div className={styles.cards}>
      {model.title && <div className={styles.title}>{model.title}</div>}
      {model.values.map(({ name, value, type }) => (
        <div key={name} className={styles.card}>
          <div className={styles.value}>
            {typeof value === 'number' ? value.toLocaleString('en') : shownText(value, type, zone, 200) || '–'}
          </div>
          <div className={styles.name}>{name}</div>
        </div>
      ))}
    </div>
  )
}
