// What an answer says beside its series: warnings and infos, each once, in Prometheus' words.
import { type Place, placeText } from './errors.ts'
import type { Notes } from './functions/function.ts'

export interface Notices {
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
}

/** As many as Prometheus shows of each. */
const shown = 10

export function notesOf(text: string): { readonly notes: Notes; readonly notices: () => Notices } {
  const warnings = new Set<string>()
  const infos = new Set<string>()
  const placed = (kind: string, message: string, { start }: Place) =>
    `PromQL ${kind}: ${message} (${placeText(text, start)})`
  return {
    notes: {
      warn: (message, place) => void warnings.add(placed('warning', message, place)),
      inform: (message, place) => void infos.add(placed('info', message, place)),
    },
    notices: () => ({ warnings: limited(warnings, 'warning'), infos: limited(infos, 'info') }),
  }
}

function limited(all: ReadonlySet<string>, kind: string): readonly string[] {
  const texts = [...all]
  if (texts.length <= shown) return texts
  return [...texts.slice(0, shown), `${texts.length - shown} more ${kind} annotations omitted`]
}
