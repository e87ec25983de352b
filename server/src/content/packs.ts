// Finds the packs of a content folder and the files in them. Reads pack.yaml only: items are parsed when they are named.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseItem, problemError } from './document.ts'
import { type PackItem, packKind } from './kinds/pack.ts'

/** The content folder of this repository. */
export const bundledContent = fileURLToPath(new URL('../../../content', import.meta.url))

export interface Pack extends PackItem {
  readonly directory: string
}

/** Required packs come before those that require them; otherwise by name. */
export function findPacks(contentDirectory: string): readonly Pack[] {
  const directory = join(contentDirectory, 'packs')
  const names = readdirSync(directory, { withFileTypes: true }).filter((e) => e.isDirectory())
  const packs = names.map((entry) => readPack(join(directory, entry.name), entry.name))
  const byId = new Map(packs.map((pack) => [pack.id, pack]))
  const ordered = new Set<Pack>()
  const visit = (pack: Pack, dependents: readonly string[]): void => {
    if (ordered.has(pack)) return
    for (const [i, id] of pack.requires.entries()) {
      const required = byId.get(id)
      if (!required) throw packError(pack, i, `no pack '${id}' in ${directory}`)
      if (dependents.includes(id) || id === pack.id)
        throw packError(pack, i, `packs require each other: ${pack.id}, ${id}`)
      visit(required, [...dependents, pack.id])
    }
    ordered.add(pack)
  }
  for (const pack of packs.toSorted((a, b) => (a.id < b.id ? -1 : 1))) visit(pack, [])
  return [...ordered]
}

/** The files of one folder of a pack with this ending, as [name without ending, path]. */
export function itemFiles(pack: Pack, folder: string, ending: string): readonly (readonly [string, string])[] {
  const directory = join(pack.directory, folder)
  const files = existsSync(directory) ? readdirSync(directory) : []
  return files
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => [file.slice(0, -ending.length), join(directory, file)])
}

function readPack(directory: string, name: string): Pack {
  const file = join(directory, 'pack.yaml')
  const text = readFileSync(file, 'utf8')
  const item = parseItem(packKind, file, text)
  if (item.id !== name) throw problemError(file, text, { path: ['id'], reason: `the folder is named '${name}'` })
  return { ...item, directory }
}

function packError(pack: Pack, index: number, reason: string): Error {
  const file = join(pack.directory, 'pack.yaml')
  return problemError(file, readFileSync(file, 'utf8'), { path: ['requires', index], reason })
}
