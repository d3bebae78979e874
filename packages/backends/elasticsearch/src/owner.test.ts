import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readOwner, siteName, siteOfFingerprint, writeOwner } from './owner.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-owner-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('is read as it was written, and is nobody else to see', () => {
  const directory = join(folder, 'indexes', 'cluster');
  expect(readOwner(directory)).toBeNull();
  writeOwner(directory, { site: 'ab12cd34', last: 7 });
  expect(readOwner(directory)).toEqual({ site: 'ab12cd34', last: 7 });
  expect(statSync(join(directory, 'owner.json')).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  writeOwner(directory, { site: 'ab12cd34', last: 8 });
  expect(readOwner(directory)?.last).toBe(8);
});

it.each(['{}', '{"site":"a*","last":1}', '{"site":"a","last":"1"}', '{"site":', ''])(
  'a file that holds %j names nobody',
  (text) => {
    writeFileSync(join(folder, 'owner.json'), text);
    expect(readOwner(folder)).toBeNull();
  },
);

it('a site is told by the catalog that its fingerprint names, else by its folder', () => {
  expect(siteOfFingerprint('0123 topic:x-topic:text catalog=ab12cd34', '/a')).toBe('ab12cd34');
  expect(siteOfFingerprint('0123', '/a')).toMatch(/^[0-9a-f]{8}$/);
  expect(siteOfFingerprint('0123', '/a')).not.toBe(siteOfFingerprint('0123', '/b'));
  expect(siteName('Not A Name')).toMatch(/^[0-9a-f]{8}$/);
});
