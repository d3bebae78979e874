import type { Report } from '@hayrick/core';
import { expect } from 'vitest';

/** Every message that was read is accounted for, in all and in each archive. */
export function checkSums({ totals, archives }: Pick<Report, 'totals' | 'archives'>): void {
  for (const counts of [totals, ...Object.values(archives)]) {
    const { read, indexed, unchanged, duplicates, skipped, quarantined } = counts;
    expect(read).toBe(indexed + unchanged + duplicates + skipped + quarantined);
    expect(Math.min(indexed, unchanged, duplicates, skipped, quarantined)).toBeGreaterThanOrEqual(0);
  }
}
