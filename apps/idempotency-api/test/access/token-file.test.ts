import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TokenAuthenticator } from '../../src/access/authenticator.js';
import { parseTokens } from '../../src/access/token-file.js';
import { entryOf, newToken } from '../support/guard-files.js';

const SECRET = 'hunter2-do-not-print';
const sound = { sha256: 'a'.repeat(64), tenant: 'acme', scopes: ['execute'] };

function refusalOf(content: unknown): string {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  try {
    parseTokens(Buffer.from(text));
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was not refused');
}

describe('a tokens file', () => {
  it('is refused with all that is wrong with it, by index and field, and without a value', () => {
    const said = refusalOf({
      tokens: [
        sound,
        { ...sound, sha256: SECRET, scopes: ['execute', SECRET] },
        { sha256: 'b'.repeat(64), scopes: [], namespaces: [SECRET, `*${SECRET}`, 'a*', '*.a'] },
        { ...sound, sha256: 'c'.repeat(64), [SECRET]: 1, expiresAt: SECRET, tenant: `${SECRET}\n`, name: 7 },
      ],
    });
    for (const fault of [
      /tokens\/1\/sha256 must match/,
      /tokens\/1\/scopes\/1 must be one of execute, operate/,
      /tokens\/2\/tenant is required/,
      /tokens\/2\/scopes must NOT have fewer than 1 items/,
      /tokens\/2\/namespaces\/1 must match/,
      /tokens\/2\/namespaces\/2 must match/,
      /tokens\/2\/namespaces\/3 must match/,
      /tokens\/3 has a field that is not known \(known: sha256, tenant,/,
      /tokens\/3\/expiresAt must be a time \(RFC 3339\)/,
      /tokens\/3\/tenant must match/,
      /tokens\/3\/name must be string/,
    ]) {
      expect(said).toMatch(fault);
    }
    expect(said).not.toContain('tokens/0');
    expect(said).not.toContain('tokens/2/namespaces/0');
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain('\n');
  });

  it.each([
    ['no JSON', `{"tokens":[${SECRET}`],
    ['a member named twice', `{"tokens":[{"tenant":"a","tenant":"${SECRET}"}]}`],
    ['another form', { [SECRET]: 'acme' }],
    ['a list', [SECRET]],
    ['no token, which would lock everybody out', { tokens: [] }],
    ['nothing', ''],
  ])('that is %s is refused without showing it', (_, content) => {
    const said = refusalOf(content);
    expect(said).not.toBe('');
    expect(said).not.toContain(SECRET);
  });

  // Whether two of them are the same is asked only of texts: objects would be asked by their own `valueOf`.
  it.each([
    ['one that is no text', `{"valueOf":1}`],
    ['one with a name of escapes', String.raw`{"\u0061":1}`],
  ])('with objects for scopes is refused, be it %s', (_, scope) => {
    const entry = JSON.stringify({ ...sound, scopes: ['?', '?'] }).replaceAll('"?"', scope);
    expect(refusalOf(`{"tokens":[${entry}]}`)).toMatch(/^tokens\/0\/scopes\/0 must be string; /);
  });

  it('with one token for two tenants is refused, in whatever case its digest is written', () => {
    const said = refusalOf({ tokens: [sound, { ...sound, tenant: 'b', sha256: 'A'.repeat(64) }] });
    expect(said).toBe('tokens/1/sha256 is that of an earlier entry');
  });

  it('does not fill an answer with a thousand faults', () => {
    const said = refusalOf({ tokens: Array.from({ length: 1_000 }, () => ({ ...sound, tenant: 1 })) });
    expect(said.length).toBeLessThan(2_000);
    expect(said).toMatch(/and \d+ more$/);
  });
});

describe('a token', () => {
  const authenticator = (...entries: object[]) => {
    const table = parseTokens(Buffer.from(JSON.stringify({ tokens: entries })));
    return new TokenAuthenticator(() => table);
  };

  it('is not its digest: a stolen tokens file lets nobody in', () => {
    const token = newToken();
    const digest = createHash('sha256').update(token).digest('hex');
    const door = authenticator(entryOf(token));
    expect(door.authenticate(`Bearer ${token}`)).toMatchObject({ payer: 'default' });
    expect(door.authenticate(`Bearer ${digest}`)).toBe('invalid');
  });

  it('ends at the moment that its entry says', () => {
    const token = newToken();
    const at = (offsetMs: number) => new Date(Date.now() + offsetMs).toISOString();
    expect(authenticator(entryOf(token, { expiresAt: at(-1) })).authenticate(`Bearer ${token}`)).toBe(
      'invalid',
    );
    expect(
      authenticator(entryOf(token, { expiresAt: at(3_600_000) })).authenticate(`Bearer ${token}`),
    ).toMatchObject({ payer: 'default' });
  });
});
