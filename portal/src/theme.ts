// The two Fluent themes in Conshelf's colours: deep-sea teal, and a lamp's amber for the mark alone.
import { type BrandVariants, createDarkTheme, createLightTheme, type Theme } from '@fluentui/react-components'

const sea: BrandVariants = {
  10: '#02070a',
  20: '#0a1d26',
  30: '#0b2f3e',
  40: '#0a3e52',
  50: '#094d66',
  60: '#085d7b',
  70: '#0a6c8e',
  80: '#0f7599',
  90: '#2d89ab',
  100: '#4a9bba',
  110: '#63acc8',
  120: '#7bbcd5',
  130: '#95cbe0',
  140: '#b0d9ea',
  150: '#cbe7f2',
  160: '#e6f4f9',
}

const fonts = {
  fontFamilyBase:
    "'Segoe UI Variable Text', 'Segoe UI', system-ui, -apple-system, Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "'Cascadia Mono', 'Cascadia Code', Consolas, 'SF Mono', Menlo, 'Liberation Mono', monospace",
}

export const lightTheme: Theme = { ...createLightTheme(sea), ...fonts }

export const darkTheme: Theme = {
  ...createDarkTheme(sea),
  ...fonts,
  colorBrandForeground1: sea[110],
  colorBrandForeground2: sea[120],
  colorCompoundBrandForeground1: sea[110],
  colorBrandForegroundLink: sea[120],
  colorNeutralStroke2: '#404040',
  colorNeutralStroke3: '#353535',
}

/** Ground of the top bar in both themes. */
export const topBar = { background: '#0a2634', text: '#eef6f9', faint: '#9fc0cf', line: '#17404f', hover: '#143747' }

export type ThemeChoice = 'light' | 'dark' | 'system'
