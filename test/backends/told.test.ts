import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Site } from '@hayrick/core';
import { TEXT_FIELDS } from '@hayrick/core/backend';
import { beforeEach, describe, expect, it } from 'vitest';
import { mailText, mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';
import { everyEngine } from './engines.ts';

// index_info and build_schema are one for all engines: what each must tell.

const ENGINES = await everyEngine('what index_info and build_schema tell of an engine');
const FIELDS = {
  changeId: { header: 'Change-Id', kind: 'keyword' },
  topic: { header: 'X-Topic', kind: 'text' },
} as const;

describe.each(ENGINES)('of $name', ({ name, module, settings }) => {
  let directory: string;
  let site: Site;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hayrick-told-'));
    writeFileSync(join(directory, 'list.mbox'), mbox([{ id: 'a@example.org' }, { id: 'b@example.org' }]));
    const input = {
      dataDir: join(directory, 'data'),
      archives: { list: { paths: ['list.mbox'] } },
      connections: {
        default: { engine: module, ...settings(directory) },
        behind: { engine: module, ...settings(`${directory}/behind`) },
      },
      fields: FIELDS,
    };
    site = await openSiteAt(input, directory);
    return async () => {
      await site.close();
      rmSync(directory, { recursive: true });
    };
  });

  it('index_info tells engine, version, generations, documents, bytes, fields, capabilities and lag', async () => {
    const using = ['default'];
    expect(await site.info({ using })).toMatchObject([
      { engine: name, live: null, documents: 0, generations: [] },
    ]);
    await site.update({ using });
    await site.rebuild({ using });
    const [info] = await site.info({ using });
    expect(info).toMatchObject({
      connection: 'default',
      engine: name,
      version: expect.stringMatching(/^\S+ \d+\.\d+/),
      documents: 2,
      lag: 0,
      rebuildNeeded: null,
      fields: expect.arrayContaining([...TEXT_FIELDS, 'topic']),
      capabilities: { phrases: true, relevance: true },
      generations: [
        { state: 'kept', documents: 2 },
        { state: 'live', documents: 2, name: expect.any(String) },
      ],
    });
    expect(info?.live).toBe(info?.generations[1]?.name);
    expect(info?.bytes).toBeGreaterThan(0);
    expect(info?.target).not.toBe('');
  });

  it('index_info tells how far it lags behind the mail', async () => {
    await site.update();
    const late = `From ann@example.org Sun Feb  2 12:00:00 2020\n${mailText({ id: 'c@example.org' })}\n`;
    writeFileSync(join(directory, 'list.mbox'), late, { flag: 'a' });
    await site.update({ using: ['default'] });
    expect(await site.info()).toMatchObject([
      { connection: 'default', documents: 3, lag: 0 },
      { connection: 'behind', documents: 2, lag: 1 },
    ]);
  });

  it('build_schema names every field that holds words, those of the settings too', async () => {
    const schema = await site.schema();
    for (const field of [...TEXT_FIELDS, 'topic']) expect(schema).toMatch(new RegExp(`\\b${field}\\b`));
    expect(schema.endsWith('\n')).toBe(true);
  });
});
