// `conshelf completion`: a shell script made of the table of commands.
import { type Command, exit, UsageError } from './command.ts'

export const completion: Command = {
  name: 'completion',
  summary: 'print a completion script for bash, zsh or fish',
  usage: 'bash|zsh|fish',
  help: '  source <(conshelf completion bash)\n  conshelf completion fish > ~/.config/fish/completions/conshelf.fish',
  options: {},
  run: async ({ words, terminal }) => {
    // The table of commands imports this file.
    const { commands } = await import('./main.ts')
    const script = scripts[words[0] ?? '']
    if (!script) throw new UsageError('name the shell: bash, zsh or fish')
    terminal.out(script(commands))
    return exit.success
  },
}

const scripts: Readonly<Record<string, (commands: readonly Command[]) => string>> = {
  bash: (commands) => bashScript(commands),
  zsh: (commands) => `autoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`,
  fish: (commands) => commands.map(fishLines).join(''),
}

function bashScript(commands: readonly Command[]): string {
  const cases = commands.map((command) => `    ${command.name}) words="${flagsOf(command).join(' ')}" ;;`)
  return `_conshelf() {
  local words
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="${commands.map(({ name }) => name).join(' ')} help" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${commands.map(({ name }) => name).join(' ')} help"
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _conshelf conshelf
`
}

function fishLines(command: Command): string {
  const head = `complete -c conshelf -n __fish_use_subcommand -a ${command.name} -d '${command.summary.replaceAll("'", "\\'")}'\n`
  const flags = Object.entries(command.options).map(
    ([name, { short }]) =>
      `complete -c conshelf -n '__fish_seen_subcommand_from ${command.name}' -l ${name}${short ? ` -s ${short}` : ''}\n`,
  )
  return head + flags.join('')
}

function flagsOf({ options }: Command): readonly string[] {
  return Object.entries(options).flatMap(([name, { short }]) => [`--${name}`, ...(short ? [`-${short}`] : [])])
}
