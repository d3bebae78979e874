import { HayrickError } from '@hayrick/core/settings';
import { CommanderError } from 'commander';
import { ClosedPipeError } from './io.ts';

/** Exit statuses (contract, section 3). */
export const STATUS = { done: 0, negative: 1, usage: 2, failed: 3, interrupted: 130 } as const;

export interface Failure {
  readonly status: number;
  /** Null: there is nothing to say. */
  readonly text: string | null;
}

const OF_KIND = { usage: STATUS.usage, absent: STATUS.negative, failed: STATUS.failed } as const;

/** What a thrown value means to the one who typed the command. */
export function failureOf(error: unknown, program: string, interrupted: boolean): Failure {
  if (error instanceof ClosedPipeError) return { status: STATUS.done, text: null };
  if (error instanceof HayrickError) return { status: OF_KIND[error.kind], text: error.message };
  if (error instanceof CommanderError) return { status: STATUS.usage, text: usageText(error, program) };
  if (interrupted)
    return {
      status: STATUS.interrupted,
      text: 'Interrupted. What was committed stays valid; the next run goes on from there.',
    };
  if (isSystemError(error)) {
    return {
      status: STATUS.failed,
      text: `The system refused: ${error.message}. Check the path, its owner and the room on the disk.`,
    };
  }
  const what = error instanceof Error ? `${error.name}: ${error.message.split('\n', 1)[0]}` : String(error);
  return {
    status: STATUS.failed,
    text: `Something unexpected went wrong (${what}): run the command again with --traceback to see where, and report it.`,
  };
}

/** A file or a connection that the operating system would not give: no defect of the program. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** The stack of an error and of what caused it. */
export function stackOf(error: unknown): string {
  const stacks: string[] = [];
  let at = error;
  while (at !== undefined && at !== null && stacks.length < 8) {
    stacks.push(at instanceof Error ? (at.stack ?? String(at)) : String(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return stacks.join('\ncaused by: ');
}

function usageText(error: CommanderError, program: string): string {
  const text = error.message.replace(/^error: /u, '').replace(/\n\((.*)\)$/u, '. $1');
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return `${sentence}${/[.?!]$/u.test(sentence) ? '' : '.'} See ${program} help.`;
}
