import { createHash } from 'node:crypto';
import type { BackendModule } from '@hayrick/core/backend';
import { backend as sqlite } from '@hayrick/sqlite';

/** An engine of ours, with settings of its own for each folder. */
export interface TestEngine {
  readonly name: string;
  readonly module: BackendModule;
  readonly settings: (directory: string) => Readonly<Record<string, unknown>>;
}

/**
 * Every engine that can be had here. One that needs a server which is not there is left out loudly.
 * @param skipped what does not run without it
 */
export async function everyEngine(_skipped: string): Promise<readonly TestEngine[]> {
  return [{ name: 'sqlite', module: sqlite, settings: () => ({}) }];
}

/** A name for an index on a shared server that no other folder has. */
export function indexOf(directory: string): string {
  return `test-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
}
