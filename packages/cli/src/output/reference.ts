import type { SettingsKey } from '@hayrick/core/settings';
import type { Paint } from './paint.ts';

/** Every key of the settings, for the terminal. */
export function referenceText(keys: readonly SettingsKey[], paint: Paint): string {
  const rows = keys.map(
    (key) =>
      `${paint.strong(key.path)}  ${paint.accent(key.type)}${paint.faint(worth(key))}\n    ${key.about}\n`,
  );
  return [
    'Settings are a module (settings.ts, .mts, .js, .mjs) that exports an object by default, or a .json file.\n',
    "Any string may be { env: 'NAME' } or { file: 'PATH' }. Paths are relative to the settings file.\n\n",
    ...rows,
    '\nA connection takes besides what its engine declares. settings.local.* beside the file is laid over it.\n',
  ].join('');
}

function worth(key: SettingsKey): string {
  if (key.required) return '  required';
  return key.default === null ? '' : `  default ${key.default}`;
}
