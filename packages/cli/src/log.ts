import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Ambient } from '@hayrick/core';
import type { Settings } from '@hayrick/core/settings';
import type { OwnContext } from './context.ts';

/** From which verbosity on a line of the log is shown on stderr. */
const VERBOSITY = { error: 0, warn: 1, info: 2, debug: 3 } as const;
const PREFIX = { error: 'error: ', warn: 'warning: ', info: '', debug: '' } as const;

type Line = (level: keyof typeof VERBOSITY, message: string) => void;

/** What core says while it works: to stderr by verbosity, and to the log file if the settings name one. Secrets are masked in both. */
export async function openLog(logging: Settings['logging'], context: OwnContext): Promise<Ambient['log']> {
  const toFile = logging.file === null ? null : await openFile(logging.file, logging.level);
  return (level, message) => {
    toFile?.(level, context.mask(message));
    // Nobody waits for a line of the log; a closed stderr is no reason to stop.
    context.say(`${PREFIX[level]}${message}`, VERBOSITY[level]).catch(() => {});
  };
}

async function openFile(path: string, level: string): Promise<Line> {
  const { pino, destination } = await import('pino');
  mkdirSync(dirname(path), { recursive: true });
  const logger = pino({ level }, destination({ dest: path, sync: true, mode: 0o600 }));
  return (of, message) => logger[of](message);
}
