import { describe, expect, it } from 'vitest';
import { readNumber, readNumberRange, readSize } from './sizes.ts';

describe('readSize', () => {
  it.each([
    ['0', 0],
    ['300', 300],
    ['10k', 10_240],
    ['10K', 10_240],
    ['10kb', 10_240],
    ['10KiB', 10_240],
    ['1.5M', 1_572_864],
    ['2m', 2_097_152],
    ['1G', 1_073_741_824],
    ['7b', 7],
  ])('%s is %d bytes', (text, bytes) => expect(readSize(text)).toBe(bytes));

  it.each(['', 'k', '-1', '1T', '1 k k', 'ten', '1e3', '0x10', '9'.repeat(30), '1.5.2'])(
    '%j is none',
    (text) => expect(readSize(text)).toBeNull(),
  );
});

describe('readNumberRange', () => {
  it.each([
    ['10k..2M', 10_240, 2_097_152],
    ['10k..', 10_240, null],
    ['..2M', null, 2_097_152],
    ['>1M', 1_048_576, null],
    ['>=1M', 1_048_576, null],
    ['<1M', null, 1_048_576],
    ['<=1M', null, 1_048_576],
    ['> 1M', 1_048_576, null],
    ['1M', 1_048_576, 1_048_576],
    ['1.5k..2.5k', 1536, 2560],
  ])('%s is from %s to %s', (text, from, to) =>
    expect(readNumberRange(text, readSize)).toEqual({ from, to }),
  );

  it.each(['', '..', '>', '<=', 'x..1', '1..x', '>1..2', '=1', '1..2..3'])('%j is none', (text) =>
    expect(readNumberRange(text, readSize)).toBeNull(),
  );

  it.each([
    ['-5..+5', -5, 5],
    ['>-0.5', -0.5, null],
    ['7', 7, 7],
  ])('%s is from %s to %s in plain numbers', (text, from, to) =>
    expect(readNumberRange(text, readNumber)).toEqual({ from, to }),
  );

  it.each(['1k', 'NaN', 'Infinity', '1e9', '9'.repeat(400)])('%j is no plain number', (text) =>
    expect(readNumber(text)).toBeNull(),
  );
});
