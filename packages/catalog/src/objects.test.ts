import { afterEach, beforeEach, expect, it } from 'vitest';
import { addFile, countsOf, idOf, log, openRig, type Rig, record, scanned } from '../testing/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.remove());

const blob = (digit: string) => digit.repeat(40);

it('remembers the blob of every place, and null where there is none', async () => {
  const epoch = await addFile(rig.catalog, 'a', '/0.git');
  await record(rig.catalog, epoch, [{ ...scanned('m1', 0), object: blob('1') }, scanned('m2', 1)]);
  const [first, second] = await rig.catalog.changes(0, 2);
  expect(first?.place).toEqual({ file: epoch, offset: 0, length: 100, object: blob('1') });
  expect(second?.place?.object).toBeNull();
  expect(await rig.catalog.messages([idOf('m1')])).toMatchObject([{ places: [{ object: blob('1') }] }]);
});

it('loses the copies that stand before a deletion, of that blob in that repository only', async () => {
  const [epoch, other] = [
    await addFile(rig.catalog, 'a', '/0.git'),
    await addFile(rig.catalog, 'a', '/1.git'),
  ];
  const place = (name: string, offset: number, digit: string) => ({
    ...scanned(name, offset),
    object: blob(digit),
  });
  await record(rig.catalog, epoch, [place('m1', 0, '1'), place('m2', 1, '2'), place('m1', 5, '1')]);
  await record(rig.catalog, other, [place('m2', 0, '2'), place('m3', 1, '3')]);
  const head = await rig.catalog.head();
  await rig.catalog.loseDeleted(epoch, [
    { object: blob('1'), before: 5 },
    { object: blob('2'), before: Number.POSITIVE_INFINITY },
    { object: blob('3'), before: Number.POSITIVE_INFINITY },
  ]);
  expect(await log(rig.catalog, head)).toEqual([]);
  expect(await rig.catalog.dropLost(['a'])).toBe(0);
  expect(await rig.catalog.messages([idOf('m1'), idOf('m2'), idOf('m3')])).toMatchObject([
    { places: [{ path: '/0.git', offset: 5 }] },
    { places: [{ path: '/1.git', offset: 0 }] },
    { places: [{ path: '/1.git', offset: 1 }] },
  ]);
  await rig.catalog.loseDeleted(epoch, [{ object: blob('1'), before: 6 }]);
  expect(await rig.catalog.dropLost(['a'])).toBe(1);
  expect(await log(rig.catalog, head)).toEqual(['-m1']);
});

it('forgets what of it is in quarantine; another copy may do', async () => {
  const epoch = await addFile(rig.catalog, 'a', '/0.git');
  const garbage = { offset: 1, length: 0, reason: 'missing', object: blob('2') };
  const messages = [
    { ...scanned('m1', 0), object: blob('1') },
    { ...scanned('m1', 2), object: blob('3') },
  ];
  await rig.catalog.record([{ file: epoch, messages, quarantine: [garbage], readTo: 2 }]);
  await rig.catalog.quarantinePlace(epoch, { offset: 0, length: 100, reason: 'parsing failed' });
  expect(await countsOf(rig.catalog, 1)).toEqual({ first: 0, further: 1, quarantined: 2 });
  const head = await rig.catalog.head();
  await rig.catalog.loseDeleted(epoch, [
    { object: blob('1'), before: 9 },
    { object: blob('2'), before: 9 },
  ]);
  expect(await countsOf(rig.catalog, 1)).toEqual({ first: 1, further: 0, quarantined: 0 });
  expect(await log(rig.catalog, head)).toEqual(['+m1 a']);
});
