import type { Site } from '@hayrick/core';
import type { Environment, LoadedSettings } from '@hayrick/core/settings';
import type { GlobalFlags } from './flags.ts';
import type { Io } from './io.ts';
import { writeJson } from './output/json.ts';
import { type Paint, paint } from './output/paint.ts';

/** What a command works with. Settings and site are opened when they are first asked for. */
export interface Context {
  readonly io: Io;
  readonly flags: GlobalFlags;
  /** Colours of the answer, if stdout takes any. */
  readonly paint: Paint;
  /** The answer. */
  print(text: string): Promise<void>;
  printJson(value: Readonly<Record<string, unknown>>): Promise<void>;
  /** Not the answer: to stderr, from this verbosity on. */
  say(text: string, verbosity?: number): Promise<void>;
  environment(): Promise<Environment>;
  settings(): Promise<LoadedSettings>;
  site(): Promise<Site>;
}

export interface OwnContext extends Context, AsyncDisposable {
  /** Hides the secrets of the settings, as far as they are known yet. */
  mask(text: string): string;
}

export function makeContext(io: Io, flags: GlobalFlags): OwnContext {
  let loaded: Promise<LoadedSettings> | undefined;
  let opened: Promise<Site> | undefined;
  let mask = (text: string): string => text;

  const context: OwnContext = {
    io,
    flags,
    paint: paint(wantsColor(io, flags)),
    print: (text) => io.stdout.write(text),
    printJson: (value) => writeJson(io.stdout, value),
    say: async (text, verbosity = 1) => {
      if (flags.verbosity >= verbosity) await io.stderr.write(`${mask(text)}\n`);
    },
    environment: async () => {
      const { systemEnvironment } = await import('@hayrick/core/settings');
      return systemEnvironment({ variables: io.env, cwd: io.cwd, uid: io.uid });
    },
    settings: () => {
      loaded ??= load();
      return loaded;
    },
    site: () => {
      opened ??= open();
      return opened;
    },
    mask: (text) => mask(text),
    [Symbol.asyncDispose]: async () => {
      const site = await opened?.catch(() => undefined);
      // What went wrong in the command is what people are told; that closing went wrong too says nothing more.
      await site?.close().catch((error: unknown) => context.say(`closing: ${String(error)}`, 3));
    },
  };

  async function load(): Promise<LoadedSettings> {
    const { loadSettings, maskUrls } = await import('@hayrick/core/settings');
    mask = maskUrls;
    const module = flags.settings ?? (named(io.env) ? undefined : io.settings);
    const found = await loadSettings({ module, modulePath: flags.modulepath }, await context.environment());
    mask = found.mask;
    for (const warning of found.warnings) await context.say(`warning: ${warning}`);
    await context.say(`settings: ${found.files.settings}`, 2);
    return found;
  }

  async function open(): Promise<Site> {
    const { settings } = await context.settings();
    const [{ openSite }, { openLog }] = await Promise.all([import('@hayrick/core'), import('./log.ts')]);
    return openSite(settings, {
      now: io.now,
      sleep: io.sleep,
      resolveFrom: [...(settings.file === null ? [] : [settings.file]), import.meta.url],
      log: await openLog(settings.logging, context),
    });
  }

  return context;
}

function named(env: Io['env']): boolean {
  return (env['HAYRICK_SETTINGS_MODULE'] ?? '') !== '' || (env['HAYRICK_CONFIG'] ?? '') !== '';
}

function wantsColor(io: Io, flags: GlobalFlags): boolean {
  return (
    flags.color && (io.env['NO_COLOR'] ?? '') === '' && io.stdout.isTerminal && io.env['TERM'] !== 'dumb'
  );
}
