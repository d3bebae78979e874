import type { Progress } from '@hayrick/core';
import type { Context } from '../context.ts';
import { bytesText, countText } from './numbers.ts';

export interface ProgressDisplay {
  show(progress: Progress): void;
  end(): Promise<void>;
}

const PHASES = { scan: 'Reading', index: 'Indexing', finish: 'Finishing' } as const;
/** Between two lines where there is no terminal, in milliseconds. */
const PAUSE = 5_000;

/** A bar on a terminal, else a line every few seconds, on stderr; nothing at verbosity 0. */
export function showProgress(context: Context): ProgressDisplay {
  if (context.flags.verbosity === 0) return { show: () => {}, end: async () => {} };
  return context.io.stderr.isTerminal ? bar(context) : lines(context);
}

function bar(context: Context): ProgressDisplay {
  const opened = context.io.openBar();
  const shown = opened.then(
    (value) => value,
    () => null,
  );
  return {
    show: ({ phase, done, total, messages }) => {
      const part = total === null || total === 0 ? 0 : Math.min(1, done / total);
      shown.then((to) => to?.show(part, `${PHASES[phase]}: ${countText(messages)} messages`)).catch(() => {});
    },
    end: async () => (await shown)?.end(),
  };
}

function lines(context: Context): ProgressDisplay {
  let last = context.io.now();
  return {
    show: (progress) => {
      const now = context.io.now();
      if (now - last < PAUSE) return;
      last = now;
      const { done, total, phase } = progress;
      const unit = phase === 'scan' ? bytesText : countText;
      const of = total === null ? '' : ` (${unit(done)} of ${unit(total)})`;
      write(context, `${PHASES[phase]}: ${countText(progress.messages)} messages${of}\n`);
    },
    end: async () => {},
  };
}

/** Progress is a courtesy: that nobody sees it is no reason to stop. */
function write(context: Context, text: string): void {
  context.io.stderr.write(text).catch(() => {});
}
