import type { Settings } from './settings.ts';

/** Archives whose threads are made by subject as well, sorted. */
export function archivesBySubject({ archives }: Settings): readonly string[] {
  return Object.values(archives)
    .filter(({ threads }) => threads === 'subject')
    .map(({ name }) => name)
    .sort();
}
