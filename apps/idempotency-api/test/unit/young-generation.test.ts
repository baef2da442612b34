import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const source = new URL('../../src/young-generation.ts', import.meta.url).href;

/** Milliseconds that V8's helpers worked in each collection of the young generation, as it says itself. */
function helpersMs(first: string): number[] {
  const program = `${first}; const kept = []; for (let i = 0; i < 2e6; i++) kept[i % 1e4] = { i };`;
  const args = ['--trace-gc-nvp', '--input-type=module', '--eval', program];
  const trace = execFileSync(process.execPath, args, { encoding: 'utf8' });
  return [...trace.matchAll(/background\.scavenge\.parallel=([\d.]+)/gu)].map(([, ms]) => Number(ms));
}

describe('the young generation', () => {
  it('is collected without helpers', () => {
    const helped = helpersMs('');
    expect(helped.some((ms) => ms > 0)).toBe(true);
    const alone = helpersMs(`(await import(${JSON.stringify(source)})).collectWithoutHelpers()`);
    expect(alone).not.toEqual([]);
    expect(alone.filter((ms) => ms > 0)).toEqual([]);
  });
});
