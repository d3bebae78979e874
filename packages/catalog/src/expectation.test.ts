import { afterEach, beforeEach, expect, it } from 'vitest';
import { addFile, idOf, log, openRig, type Rig, record, scanned } from '../testing/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.remove());

const connection = 'default';

it('an index must hold what can be read, and may hold what is set aside, lost or changed since', async () => {
  const { catalog } = rig;
  const a = await addFile(catalog, 'a', '/a.mbox');
  const b = await addFile(catalog, 'b', '/b.mbox');
  await record(catalog, a, [scanned('m1', 0), scanned('m2', 100), scanned('m3', 200)]);
  await record(catalog, b, [scanned('m3', 0), scanned('m4', 100)]);
  const upTo = await catalog.head();
  const of = (archives: readonly string[] | null, seq = upTo) =>
    catalog.expectation({ archives, connection, upTo: seq });
  expect(await of(null)).toEqual({ must: 4, may: 4 });
  expect(await of(['a'])).toEqual({ must: 3, may: 3 });
  expect(await of(['b'])).toEqual({ must: 2, may: 2 });
  expect(await of([])).toEqual({ must: 0, may: 0 });

  // Set aside for all, and refused by this connection and by another one.
  await catalog.quarantinePlace(a, { offset: 0, length: 10, reason: 'no' });
  const [second, fourth] = await catalog.keysOf(['m2', 'm4'].map(idOf));
  await catalog.quarantineMessage(second ?? 0, connection, 'no');
  await catalog.quarantineMessage(fourth ?? 0, 'other', 'no');
  expect(await of(null)).toEqual({ must: 2, may: 4 });

  // Lost, and not dropped yet; then changed since; then gone.
  await catalog.loseFiles([b]);
  expect(await of(null)).toEqual({ must: 1, may: 4 });
  await catalog.logAgain([idOf('m3')]);
  expect(await of(null)).toEqual({ must: 0, may: 4 });
  expect(await of(null, await catalog.head())).toEqual({ must: 1, may: 4 });
  await catalog.dropLost(['b']);
  expect(await of(null, await catalog.head())).toEqual({ must: 1, may: 3 });
});

it('a sample is of what must be there, from all over, with its archives', async () => {
  const { catalog } = rig;
  const a = await addFile(catalog, 'a', '/a.mbox');
  const b = await addFile(catalog, 'b', '/b.mbox');
  const names = Array.from({ length: 40 }, (_, i) => `m${i}`);
  await record(
    catalog,
    a,
    names.map((name, i) => scanned(name, i * 100)),
  );
  await record(catalog, b, [scanned('m0', 0)]);
  const scope = { archives: null, connection, upTo: await catalog.head() };
  expect(await catalog.expectedSample(scope, 100)).toHaveLength(40);
  const some = await catalog.expectedSample(scope, 4);
  expect(some.length).toBeGreaterThanOrEqual(4);
  expect(some.length).toBeLessThanOrEqual(5);
  expect(some[0]).toMatchObject({ id: idOf('m0'), archives: ['a', 'b'] });
  expect(await catalog.expectedSample({ ...scope, archives: ['b'] }, 100)).toMatchObject([
    { id: idOf('m0'), archives: ['b'] },
  ]);
});

it('what was passed by goes into the log anew; what was read, cannot be read or came later does not', async () => {
  const { catalog } = rig;
  const a = await addFile(catalog, 'a', '/a.mbox');
  const b = await addFile(catalog, 'b', '/b.mbox');
  await record(catalog, a, [scanned('m1', 0), scanned('m2', 100)]);
  await record(catalog, b, [scanned('m3', 0)]);
  const upTo = await catalog.head();
  await record(catalog, a, [scanned('m4', 200)]);
  await catalog.loseFiles([b]);
  const head = await catalog.head();
  const [first, none] = await catalog.keysOf([idOf('m1'), idOf('m9')]);
  expect(none).toBeNull();
  const marked = new Uint8Array(10);
  marked[first ?? 0] = 1;
  expect(await catalog.logUnread(marked, upTo)).toBe(1);
  expect(await log(catalog, head)).toEqual(['+m2 a']);
});
