// Names in Microsoft's symbol tables: what the language has.
import { language } from './load.ts'
import { items } from './syntax.ts'

const globals = language.GlobalState.Default

const names = (list: object | null | undefined): ReadonlySet<string> =>
  new Set(items<Kusto.Language.Symbols.Symbol>(list).map((s) => s.Name ?? ''))

export const functionNames: ReadonlySet<string> = names(globals?.Functions)
export const aggregateNames: ReadonlySet<string> = names(globals?.Aggregates)
export const operatorNames: ReadonlySet<string> = names(globals?.Operators)
export const pluginNames: ReadonlySet<string> = names(globals?.PlugIns)
