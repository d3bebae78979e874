import type { RunOptions } from '@hayrick/core';
import type { Context } from '../context.ts';
import type { ProgressDisplay } from '../output/progress.ts';

/** Flags of every command that writes indexes. */
export interface RunFlags {
  readonly using?: readonly string[] | undefined;
  readonly workers?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly maxRetries?: number | undefined;
  readonly nocommit?: true | undefined;
  readonly wait?: number | undefined;
  readonly strict?: true | undefined;
  readonly format: 'text' | 'json';
}

/** The connections that a writing command is about: those named, else those the settings route writes to, else every one. */
export async function written(
  context: Context,
  using: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  return using ?? (await context.settings()).settings.routers.write ?? undefined;
}

export async function runOptions(
  context: Context,
  flags: RunFlags,
  progress: ProgressDisplay,
): Promise<RunOptions> {
  return {
    using: await written(context, flags.using),
    workers: flags.workers,
    batchSize: flags.batchSize,
    maxRetries: flags.maxRetries,
    commit: flags.nocommit !== true,
    wait: flags.wait,
    signal: context.io.signal,
    onProgress: (at) => progress.show(at),
  };
}
