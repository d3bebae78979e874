import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { completionScript } from './completion.ts';
import { buildProgram } from './program.ts';

const program = buildProgram('hayrick', '1.0.0', async () => {});

it.each(['bash', 'zsh', 'fish'] as const)('the script for %s has every command and its flags', (shell) => {
  const script = completionScript(shell, program);
  for (const command of program.commands) expect(script).toContain(command.name());
  expect(script).toContain('haystack_info');
  expect(script).toContain('highlight');
  expect(script).toContain('traceback');
});

it('bash takes it and completes by it', () => {
  const ask = 'COMP_WORDS=(hayrick search --so); COMP_CWORD=2; _hayrick; declare -p COMPREPLY';
  const answer = execFileSync('bash', ['-c', `${completionScript('bash', program)}\n${ask}`], {
    encoding: 'utf8',
  });
  expect(answer).toContain('([0]="--sort")');
});
