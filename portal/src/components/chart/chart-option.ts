// A chart model in ECharts' words, with the colours of a theme.
import type { PieChart, Series, XyChart } from './chart-model.ts'
import type { EChartsCoreOption } from './echarts.ts'

export interface ChartLook {
  readonly dark: boolean
  readonly font: string
  readonly utc: boolean
}

/** ECharts' own types know less than ECharts does. */
type Parts = Readonly<Record<string, unknown>>

const palettes = {
  light: ['#0f7599', '#e09a1a', '#c8503c', '#4f9447', '#7a5ea8', '#3f6fc4', '#c2588f', '#8a6d3b', '#2aa198', '#75828c'],
  dark: ['#4db1d1', '#f0b44a', '#ee7d69', '#86c67c', '#b39ae0', '#86abf0', '#ec8fbf', '#c9a96e', '#5fd0c5', '#a4b0b9'],
}
const inks = {
  light: { text: '#424242', faint: '#707070', line: '#e0e0e0', ground: '#ffffff', border: '#d1d1d1' },
  dark: { text: '#e0e0e0', faint: '#a8a8a8', line: '#3d3d3d', ground: '#292929', border: '#525252' },
}

export function chartOption(model: XyChart | PieChart, look: ChartLook): EChartsCoreOption {
  const { ground, border, text } = ink(look)
  return {
    color: palettes[look.dark ? 'dark' : 'light'],
    textStyle: { fontFamily: look.font },
    useUTC: look.utc,
    animationDuration: 200,
    tooltip: {
      trigger: model.kind === 'pie' || model.shape === 'scatter' ? 'item' : 'axis',
      appendTo: 'body',
      confine: true,
      axisPointer: { type: model.kind === 'xy' && isBars(model) ? 'shadow' : 'line' },
      backgroundColor: ground,
      borderColor: border,
      textStyle: { color: text, fontSize: 12 },
      order: 'valueDesc',
      extraCssText: 'max-height: 320px; overflow: hidden',
    },
    ...title(model, look),
    ...(model.kind === 'pie' ? pieParts(model, look) : xyParts(model, look)),
  }
}

function ink(look: ChartLook): (typeof inks)['light'] {
  return inks[look.dark ? 'dark' : 'light']
}

function isBars({ shape }: XyChart): boolean {
  return shape === 'column' || shape === 'bar'
}

function title(model: XyChart | PieChart, look: ChartLook): Parts {
  if (!model.title) return {}
  return {
    title: { text: model.title, left: 16, top: 8, textStyle: { color: ink(look).text, fontSize: 14, fontWeight: 600 } },
  }
}

function legend(look: ChartLook): Parts {
  const { text, faint, line } = ink(look)
  return {
    type: 'scroll',
    bottom: 6,
    left: 16,
    right: 16,
    icon: 'roundRect',
    itemWidth: 12,
    itemHeight: 8,
    textStyle: { color: text, width: 220, overflow: 'truncate' },
    pageTextStyle: { color: faint },
    pageIconColor: text,
    pageIconInactiveColor: line,
  }
}

function pieParts({ slices, legend: withLegend }: PieChart, look: ChartLook): Parts {
  const { text, ground } = ink(look)
  return {
    ...(withLegend
      ? {
          legend: {
            ...legend(look),
            type: 'plain',
            orient: 'vertical',
            left: '64%',
            right: 16,
            top: 'middle',
            bottom: 'auto',
          },
        }
      : {}),
    series: [
      {
        type: 'pie',
        radius: ['42%', '72%'],
        center: [withLegend ? '36%' : '50%', '52%'],
        itemStyle: { borderColor: ground, borderWidth: 2 },
        minShowLabelAngle: 4,
        label: { color: text, formatter: withLegend ? '{d} %' : '{b}  {d} %' },
        data: slices.map(({ name, value }) => ({ name, value })),
      },
    ],
  }
}

function xyParts(model: XyChart, look: ChartLook): Parts {
  const place = placeAxis(model, look)
  const value = valueAxis(model, look)
  const horizontal = model.shape === 'bar'
  const withLegend = model.legend && (model.series.length > 1 || model.series[0]?.name !== model.y.title)
  return {
    ...(withLegend ? { legend: legend(look) } : {}),
    grid: {
      left: 20,
      right: 28,
      top: model.title ? 48 : model.y.title && !horizontal ? 38 : 20,
      bottom: (withLegend ? 38 : 14) + (model.x.title || horizontal ? 18 : 0),
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: horizontal ? value : place,
    yAxis: horizontal ? { ...place, inverse: true } : value,
    ...(horizontal
      ? {}
      : { dataZoom: [{ type: 'inside', filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false }] }),
    series: model.series.map((series) => seriesParts(series, model)),
  }
}

function placeAxis({ x, shape }: XyChart, look: ChartLook): Parts {
  const { faint, line } = ink(look)
  const type = x.scale === 'number' ? (x.log ? 'log' : 'value') : x.scale
  return {
    type,
    name: x.title,
    nameLocation: 'middle',
    nameGap: shape === 'bar' ? 8 : 28,
    nameTextStyle: { color: faint },
    axisLabel: {
      color: faint,
      hideOverlap: true,
      ...(type === 'category' ? { width: 220, overflow: 'truncate' } : {}),
    },
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    splitLine: { show: false },
    ...(shape === 'bar' ? { name: '' } : {}),
    ...(type === 'value' ? { scale: true } : {}),
  }
}

function valueAxis({ y, shape, stack }: XyChart, look: ChartLook): Parts {
  const { faint, line } = ink(look)
  const horizontal = shape === 'bar'
  return {
    type: y.log ? 'log' : 'value',
    name: y.title,
    ...(horizontal ? { nameLocation: 'middle', nameGap: 28 } : { nameLocation: 'end', nameGap: 14 }),
    nameTextStyle: { color: faint, align: horizontal ? 'center' : 'left' },
    axisLabel: { color: faint, ...(stack === 'stacked100' ? { formatter: '{value} %' } : {}) },
    splitLine: { lineStyle: { color: line } },
    ...(y.min === undefined ? {} : { min: y.min }),
    ...(y.max === undefined ? (stack === 'stacked100' ? { max: 100 } : {}) : { max: y.max }),
  }
}

function seriesParts({ name, points }: Series, { shape, stack }: XyChart): Parts {
  const data = points.map(([x, y]) => (shape === 'bar' ? [y, x] : [x, y]))
  const shared = { name, data, ...(stack === 'none' ? {} : { stack: 'all' }), emphasis: { focus: 'series' } }
  if (shape === 'scatter')
    return { ...shared, type: 'scatter', symbolSize: 7, large: points.length > 2000, itemStyle: { opacity: 0.75 } }
  if (shape === 'column' || shape === 'bar') return { ...shared, type: 'bar', barMaxWidth: 48, barMinHeight: 1 }
  return {
    ...shared,
    type: 'line',
    showSymbol: points.length === 1,
    symbolSize: 6,
    lineStyle: { width: shape === 'area' ? 1.25 : 1.75 },
    ...(stack === 'none' ? { sampling: 'lttb' } : {}),
    ...(shape === 'area' ? { areaStyle: { opacity: stack === 'none' ? 0.18 : 0.75 } } : {}),
  }
}
