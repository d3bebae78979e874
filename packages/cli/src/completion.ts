import type { Root } from './program.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

interface Entry {
  readonly name: string;
  readonly about: string;
  readonly flags: readonly { readonly long: string; readonly about: string }[];
}

/** A script that completes the command table in a shell. It is fixed text: nothing is asked while one types. */
export function completionScript(shell: Shell, program: Root): string {
  const table = entries(program);
  const name = program.name().split(' ')[0] ?? 'hayrick';
  switch (shell) {
    case 'bash':
      return bash(name, table);
    case 'zsh':
      return zsh(name, table);
    case 'fish':
      return fish(name, table);
  }
}

function entries(program: Root): Entry[] {
  const common = program.options.map(({ long, description }) => ({ long: long ?? '', about: description }));
  return program.commands.flatMap((command) => {
    const own = command.options.map(({ long, description }) => ({ long: long ?? '', about: description }));
    const flags = [...own, ...common, { long: '--help', about: 'print help' }].filter(
      ({ long }) => long !== '',
    );
    return [command.name(), ...command.aliases()].map((name) => ({ name, about: command.summary(), flags }));
  });
}

function bash(name: string, table: readonly Entry[]): string {
  const cases = table.map(
    (entry) => `    ${entry.name}) words='${entry.flags.map((f) => f.long).join(' ')}' ;;`,
  );
  return `# ${name} completion for bash: put it into ~/.bashrc, or eval "$(${name} completion bash)"
_${ident(name)}() {
  local word=\${COMP_WORDS[COMP_CWORD]} command='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == -* ]] || { command=\${COMP_WORDS[i]}; break; }
  done
  case $command in
    '') words='${table.map((entry) => entry.name).join(' ')}' ;;
${cases.join('\n')}
  esac
  if [[ -n $command && $word != -* ]]; then
    COMPREPLY=($(compgen -f -- "$word"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  fi
}
complete -F _${ident(name)} ${name}
`;
}

function zsh(name: string, table: readonly Entry[]): string {
  const commands = table.map((entry) => `    '${quote(entry.name)}:${quote(entry.about)}'`);
  const cases = table.map((entry) => {
    const flags = entry.flags.map(({ long, about }) => `'${long}[${quote(about).replace(/[[\]:]/gu, ' ')}]'`);
    return `    ${entry.name}) _arguments ${flags.join(' ')} '*:file:_files' ;;`;
  });
  return `#compdef ${name}
# ${name} completion for zsh: eval "$(${name} completion zsh)", or save it as _${name} in $fpath
_${ident(name)}() {
  local -a commands
  commands=(
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _${ident(name)} ]]; then _${ident(name)} "$@"; else compdef _${ident(name)} ${name}; fi
`;
}

function fish(name: string, table: readonly Entry[]): string {
  const names = table.map((entry) => entry.name).join(' ');
  const lines = table.flatMap((entry) => [
    `complete -c ${name} -n 'not __fish_seen_subcommand_from ${names}' -f -a ${entry.name} -d '${quote(entry.about)}'`,
    ...entry.flags.map(
      ({ long, about }) =>
        `complete -c ${name} -n '__fish_seen_subcommand_from ${entry.name}' -l ${long.replace(/^--/u, '')} -d '${quote(about)}'`,
    ),
  ]);
  return `# ${name} completion for fish: ${name} completion fish | source\n${lines.join('\n')}\n`;
}

/** For use between single quotes: there is no way to write one there that all three shells share. */
function quote(text: string): string {
  return text.replaceAll("'", '’');
}

function ident(name: string): string {
  return name.replace(/\W/gu, '_');
}
