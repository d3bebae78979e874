import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { REASONS } from './differences.ts';

const ROOT = new URL('../../', import.meta.url);
const MESSAGE = new URL('packages/core/src/message/', ROOT);
const page = readFileSync(new URL('docs/mail-quirks.md', ROOT), 'utf8');

/** `| what | made of it | code | file |` */
const rows = [...page.matchAll(/^\| .+ \| .+ \| (?:`([a-z-]+)`|-) \| ([\w./-]+) \|$/gm)];

it('docs/mail-quirks.md tells every problem code, and no other', () => {
  const noCodes = new Set(['message-id', 'content-type', 'content-transfer-encoding']);
  const code =
    /'((?:address|addresses|boundary|charset|content|date|header|html|message|multipart|parts|references|transfer)-[a-z-]+)'/g;
  const used = readdirSync(MESSAGE)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) =>
      [...readFileSync(new URL(name, MESSAGE), 'utf8').matchAll(code)].map((match) => match[1] ?? ''),
    )
    .filter((name) => !noCodes.has(name) && !name.startsWith('content-d'));
  const told = rows.flatMap((row) => (row[1] === undefined ? [] : [row[1]]));
  expect(told.length).toBeGreaterThan(20);
  expect([...new Set(told)].sort()).toEqual([...new Set(used)].sort());
});

it('docs/mail-quirks.md names tests that are there', () => {
  const missing = rows
    .map((row) => row[2] ?? '')
    .filter((name) => !existsSync(new URL(name, name.includes('/') ? ROOT : MESSAGE)));
  expect(missing).toEqual([]);
});

it('docs/mail-quirks.md gives every reason of a difference, in the same words', () => {
  const told = [...page.matchAll(/^\| ([a-z0-9-]+) \| ([a-z, ]+) \| (.+) \|$/gm)].map(
    ([, name, aspects, why]) => ({ name, aspects, why }),
  );
  expect(told.filter((row) => row.aspects !== 'of')).toEqual(
    REASONS.map(({ name, aspects, why }) => ({ name, aspects: aspects.join(', '), why })),
  );
});
