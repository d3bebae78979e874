import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { corpus } from '../corpora.ts';
import { type Difference, differencesOf, REASONS } from './differences.ts';
import { mailparserReading, ourReading, postalMimeReading, type Reading } from './readings.ts';
import { mimeSamples, type Sample, spamAssassinSamples } from './samples.ts';

/** Reasons of single differences, by `SAMPLE ASPECT`. */
type Listed = Readonly<Record<string, string>>;

const listed = JSON.parse(readFileSync(new URL('./differences.json', import.meta.url), 'utf8')) as Listed;

/**
 * Every difference from both mailparser and postal-mime has a reason that holds for it (differences.ts) or is listed by itself (differences.json).
 * docs/mail-quirks.md tells them.
 */
// Where a date has no zone Date.parse takes that of the process; we take UTC.
process.env['TZ'] = 'UTC';

const usedReasons = new Set<string>();

describe('messages as mailparser and postal-mime read them', () => {
  const mime = corpus('mime/', 'the comparison with mailparser and postal-mime over the fixture sets');

  it.skipIf(mime === null)('agree over the fixture sets, or a reason is given', async () => {
    const samples = mimeSamples(mime ?? '');
    expect(samples.length).toBeGreaterThan(400);
    await compare('mime/', samples);
  });

  it('agree over the SpamAssassin messages, or a reason is given', async () => {
    const samples = spamAssassinSamples(1);
    expect(samples.length).toBeGreaterThan(6_000);
    await compare('spam-assassin/', samples);
  });

  it.skipIf(mime === null)('need every reason that is given', () => {
    expect(REASONS.map((reason) => reason.name).filter((name) => !usedReasons.has(name))).toEqual([]);
  });
});

async function compare(set: string, samples: readonly Sample[]): Promise<void> {
  const unlisted: string[] = [];
  const needed = new Set<string>();
  for (const { name, raw } of samples) {
    const { reading, message } = ourReading(raw);
    const theirs = await theirReadings(raw);
    if (theirs.length === 0) continue;
    for (const difference of differencesOf(raw, message, reading, theirs)) {
      const key = `${set}${name} ${difference.aspect}`;
      const reason = REASONS.find((one) => one.aspects.includes(difference.aspect) && one.holds(difference));
      if (reason !== undefined) {
        usedReasons.add(reason.name);
        continue;
      }
      if (listed[key] === undefined) unlisted.push(`${key}: ${shown(difference)}`);
      else needed.add(key);
    }
  }
  const stale = Object.keys(listed).filter((key) => key.startsWith(set) && !needed.has(key));
  expect({ unlisted, stale }).toEqual({ unlisted: [], stale: [] });
}

/** A parser that throws on a message says nothing about it. */
async function theirReadings(raw: Buffer): Promise<Reading[]> {
  const settled = await Promise.allSettled([mailparserReading(raw), postalMimeReading(raw)]);
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function shown(difference: Difference): string {
  const { aspect, ours, theirs, words } = difference;
  if (aspect === 'missing' || aspect === 'extra') return words.slice(0, 12).join(' ');
  return [ours, ...theirs].map((reading) => JSON.stringify(reading[aspect])).join(' | ');
}
