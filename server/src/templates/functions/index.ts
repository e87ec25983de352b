// All functions of templates that are plain functions of their arguments, by name in lower case. evaluate.ts has the rest.
import type { TemplateFunction } from './function.ts'
import { resourceFunctions } from './resources.ts'
import { textFunctions } from './texts.ts'
import { valueFunctions } from './values.ts'

export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({ ...valueFunctions, ...textFunctions, ...resourceFunctions }).map(([name, run]) => [
    name.toLowerCase(),
    run,
  ]),
)
