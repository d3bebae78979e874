import { readFileSync } from 'node:fs';
import { type SettingsKey, settingsReference } from '@hayrick/core/settings';
import { expect, it } from 'vitest';
import { hayrick, REPOSITORY } from '../e2e/command.ts';

const page = (name: string): string => readFileSync(`${REPOSITORY}docs/${name}`, 'utf8');

it('docs/settings.md has the table of every key (written anew by vitest -u)', async () => {
  const made = page('settings.md').replace(
    /<!-- keys -->[\s\S]*<!-- \/keys -->/u,
    () => `<!-- keys -->\n${table()}<!-- /keys -->`,
  );
  await expect(made).toMatchFileSnapshot('../../docs/settings.md');
});

it('docs/commands.md has every command and every flag', async () => {
  const { stdout } = await hayrick(['completion', 'bash'], { cwd: REPOSITORY });
  const text = page('commands.md');
  const commands = [...stdout.matchAll(/^ {4}(\w+)\) words='([^']*)'/gmu)];
  expect(commands.length).toBeGreaterThan(14);
  for (const [, command, flags = ''] of commands) {
    expect(text, 'commands').toContain(command);
    for (const flag of flags.split(' '))
      expect(text, `${command} ${flag}`).toMatch(new RegExp(`\`[^\`\\n]*${flag}\\b`, 'u'));
  }
});

function table(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = settingsReference().map(
    (key) => `| \`${key.path}\` | ${cell(key.type)} | ${cell(worth(key))} | ${cell(key.about)} |\n`,
  );
  return `| key | type | default | |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}

function worth(key: SettingsKey): string {
  if (key.required) return 'required';
  return key.default === null ? '' : `\`${key.default}\``;
}
