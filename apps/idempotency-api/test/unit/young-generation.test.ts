import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const source = new URL('../../src/young-generation.ts', import.meta.url).href;
const shortened = `(await import(${JSON.stringify(source)})).shortenCollections()`;

/** Milliseconds that V8's helpers worked in each collection of the young generation, as it says itself. */
function helpersMs(first: string): number[] {
  const program = `${first}; const kept = []; for (let i = 0; i < 2e6; i++) kept[i % 1e4] = { i };`;
  const trace = traceOf(program, '--trace-gc-nvp');
  return [...trace.matchAll(/background\.scavenge\.parallel=([\d.]+)/gu)].map(([, ms]) => Number(ms));
}

/**
 * Places in a program's code whose objects V8 has made old at once, as it says itself. Here all of them live on. V8 notes down the place
 * of an object only in code that it has not optimised: once the loop is, which may come before the first collection, it would know none.
 */
function bornOld(first: string): number {
  const program = `${first}; const kept = []; for (let i = 0; i < 1e6; i++) kept.push({ i, inner: [i] });`;
  return traceOf(program, '--no-opt', '--trace-pretenuring-statistics').match(/ => tenure/gu)?.length ?? 0;
}

function traceOf(program: string, ...flags: readonly string[]): string {
  return execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', program], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

describe('the young generation', () => {
  it('is collected without helpers', () => {
    const helped = helpersMs('');
    expect(helped.some((ms) => ms > 0)).toBe(true);
    const alone = helpersMs(shortened);
    expect(alone).not.toEqual([]);
    expect(alone.filter((ms) => ms > 0)).toEqual([]);
  });

  it('is where all objects are born', () => {
    expect(bornOld('')).toBeGreaterThan(0);
    expect(bornOld(shortened)).toBe(0);
  });
});
