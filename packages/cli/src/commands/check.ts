import { HayrickError, type LoadedSettings, type SettingsHint } from '@hayrick/core/settings';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { cleanLine } from '../output/clean.ts';
import { plural } from '../output/numbers.ts';

/** `check`: the settings, what they name, and the keys that engines declare. */
export async function check(context: Context, flags: { readonly format: 'text' | 'json' }): Promise<number> {
  const { checkSettings } = await import('@hayrick/core/settings');
  const loaded = await context.settings();
  const hints = [
    ...checkSettings(loaded, await context.environment()),
    ...(await connectionHints(context, loaded)),
  ];
  const stopped = hints.some(({ level }) => level === 'error');
  if (flags.format === 'json') {
    await context.printJson({ settings: loaded.files.settings, ok: !stopped, hints });
    return stopped ? STATUS.negative : STATUS.done;
  }
  const { paint } = context;
  const brush = { error: paint.bad, warning: paint.accent, hint: paint.faint } as const;
  for (const { level, path, message } of hints) {
    await context.print(`${brush[level](level)}: ${cleanLine(path)}: ${cleanLine(message)}\n`);
  }
  const { archives, connections } = loaded.settings;
  const size = `${plural(Object.keys(archives).length, 'archive')}, ${plural(Object.keys(connections).length, 'connection')}`;
  const verdict = stopped ? paint.bad('not ready') : paint.good('ready');
  await context.print(`${loaded.files.settings ?? 'settings'}: ${size}: ${verdict}\n`);
  return stopped ? STATUS.negative : STATUS.done;
}

/** Whether each engine is installed, takes its keys and can be opened. */
async function connectionHints(context: Context, { settings }: LoadedSettings): Promise<SettingsHint[]> {
  const site = await context.site();
  const hints: SettingsHint[] = [];
  for (const name of Object.keys(settings.connections)) {
    try {
      await site.schema({ using: name });
    } catch (error) {
      if (!(error instanceof HayrickError)) throw error;
      const inside = error.code === 'SETTINGS_INVALID' ? /^ {2}(\S+): (.*)$/gmu : /^()([\s\S]*)$/gu;
      for (const [, path, message = ''] of error.message.matchAll(inside)) {
        hints.push({
          level: 'error',
          path: path === '' || path === undefined ? `connections.${name}` : path,
          message,
        });
      }
    }
  }
  return hints;
}
