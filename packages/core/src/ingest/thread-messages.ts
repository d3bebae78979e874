import { setImmediate } from 'node:timers/promises';
import type { Catalog } from '../catalog/catalog.ts';
import { archivesBySubject } from '../settings/archives-by-subject.ts';
import type { Settings } from '../settings/settings.ts';

/** Brings threads in line with what is recorded, step by step: so that what engines are given next is in its thread already. */
export async function threadMessages(
  catalog: Catalog,
  settings: Settings,
  signal?: AbortSignal,
): Promise<void> {
  const bySubject = archivesBySubject(settings);
  while ((await catalog.thread({ bySubject })) > 0) {
    signal?.throwIfAborted();
    await setImmediate();
  }
}
