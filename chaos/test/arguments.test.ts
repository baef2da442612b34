import { expect, test } from 'vitest';
import { readArguments } from '../src/arguments.js';

test('without arguments it is the round of every fault that CI runs', () => {
  expect(readArguments([])).toEqual({ seed: 1, operations: 5_000, keep: false, service: undefined });
});

test('a seed, a number of operations, another build and what is kept, also behind a --', () => {
  const words = ['--', '--seed', '7', '--operations', '1000000', '--keep', '--service', 'other/main.js'];
  expect(readArguments(words)).toEqual({
    seed: 7,
    operations: 1_000_000,
    keep: true,
    service: 'other/main.js',
  });
});

test.each([
  { words: ['--sed', '7'], says: '--sed' },
  { words: ['7'], says: '7' },
  { words: ['--seed', '-1'], says: '--seed' },
  { words: ['--seed=-1'], says: '--seed takes a whole number from 0 on, not "-1"' },
  { words: ['--seed', 'x'], says: '--seed takes a whole number from 0 on, not "x"' },
  { words: ['--seed', '9007199254740993'], says: '--seed takes a whole number' },
  { words: ['--operations', '0'], says: '--operations takes a whole number from 1 on, not "0"' },
  { words: ['--operations', '1e3'], says: '--operations takes a whole number from 1 on, not "1e3"' },
])('$words is refused by its name', ({ words, says }) => {
  expect(() => readArguments(words)).toThrow(says);
});
