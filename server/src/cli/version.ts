// `conshelf version`, and the version for everyone else.
import { readFileSync } from 'node:fs'
import { type Command, exit } from './command.ts'

export function productVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { readonly version: string }
  return version
}

export const version: Command = {
  name: 'version',
  summary: 'print the version',
  usage: '',
  help: '  Versions of Conshelf and of the Node that runs it.',
  options: {},
  run: async ({ terminal }) => {
    terminal.out(`conshelf ${productVersion()} (node ${process.versions.node})\n`)
    return exit.success
  },
}
