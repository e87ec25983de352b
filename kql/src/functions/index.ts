// All functions, by Microsoft's name. What is not here is refused, with its place.
import { aggregates as aggregateTable } from './aggregates.ts'
import { arithmetic } from './arithmetic.ts'
import { arrays } from './arrays.ts'
import { bags } from './bags.ts'
import { comparison } from './comparison.ts'
import { conditional } from './conditional.ts'
import { conversion } from './conversion.ts'
import type { FunctionTable } from './define.ts'
import { dynamics } from './dynamic.ts'
import { ip } from './ip.ts'
import { setFunctions } from './sets.ts'
import { strings } from './strings.ts'
import { textSearch } from './text-search.ts'
import { time } from './time.ts'
import { window } from './window.ts'

export const functions: FunctionTable = {
  ...comparison,
  ...textSearch,
  ...arithmetic,
  ...conversion,
  ...conditional,
  ...strings,
  ...dynamics,
  ...arrays,
  ...bags,
  ...setFunctions,
  ...ip,
  ...time,
  ...window,
}

export const aggregates: FunctionTable = aggregateTable
