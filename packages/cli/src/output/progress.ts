import type { Progress } from '@hayrick/core';
import type { Context } from '../context.ts';
import { bytesText, countText, secondsText } from './numbers.ts';

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
  const paceOf = measurePace(context);
  return {
    show: (progress) => {
      const { phase, done, total, messages } = progress;
      const part = total === null || total === 0 ? 0 : Math.min(1, done / total);
      const { rate, memory } = paceOf(progress);
      const text = [`${PHASES[phase]}: ${countText(messages)} messages`, rate, memory];
      shown.then((to) => to?.show(part, joined(text))).catch(() => {});
    },
    end: async () => (await shown)?.end(),
  };
}

function lines(context: Context): ProgressDisplay {
  let last = context.io.now();
  const paceOf = measurePace(context);
  return {
    show: (progress) => {
      const { rate, left, memory } = paceOf(progress);
      const now = context.io.now();
      if (now - last < PAUSE) return;
      last = now;
      const { done, total, phase } = progress;
      const unit = phase === 'scan' ? bytesText : countText;
      const of = total === null ? '' : ` (${unit(done)} of ${unit(total)})`;
      const text = [`${PHASES[phase]}: ${countText(progress.messages)} messages${of}`, rate, left, memory];
      write(context, `${joined(text)}\n`);
    },
    end: async () => {},
  };
}

/** For people; null where nothing can be said. */
interface Pace {
  readonly rate: string | null;
  readonly left: string | null;
  readonly memory: string;
}

/** Of each phase by itself: reading and indexing have different paces. The bar tells by itself how long it will take. */
function measurePace({ io }: Context): (progress: Progress) => Pace {
  let began: (Progress & { readonly at: number }) | null = null;
  return (progress) => {
    const at = io.now();
    if (began === null || began.phase !== progress.phase) began = { ...progress, at };
    const seconds = (at - began.at) / 1000;
    const messages = progress.messages - began.messages;
    const done = progress.done - began.done;
    const isEarly = seconds < 1;
    return {
      rate: isEarly || messages <= 0 ? null : `${countText(Math.round(messages / seconds))}/s`,
      left:
        isEarly || done <= 0 || progress.total === null
          ? null
          : `${secondsText(Math.max(0, ((progress.total - progress.done) / done) * seconds))} left`,
      memory: `at most ${bytesText(io.peakMemory())}`,
    };
  };
}

function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(', ');
}

/** Progress is a courtesy: that nobody sees it is no reason to stop. */
function write(context: Context, text: string): void {
  context.io.stderr.write(text).catch(() => {});
}
