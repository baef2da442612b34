import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/idempotency/domain/fingerprint.js';
import { parseStrictJson } from '../../../src/json/parse-strict-json.js';
import { doubleFromBits, es6TestFileBits } from './doubles.js';
import { vectorFile, vectorLines } from './vector-files.js';

/** SHA-256 of each file as published: an editor that reformats one has changed the vector, not the code. */
const PUBLISHED: [name: string, input: string, output: string][] = [
  [
    'arrays',
    'e503b6d71d1afa595b1c74b1016445c944cd89f90418066b23de1aeda7d17563',
    '099601b171cafed97c333f8878d68e7f8c8f795412adb34b2fdcf0e7c7beac42',
  ],
  [
    'french',
    '03676a951cd8753ac62589f72eb2105cc782c33425418cfe1d517c111f6e5d5a',
    'd99d0ebdcb0033cb858cfa830ae46bc0fb3309413b271f1da828c89901a27ed5',
  ],
  [
    'structures',
    'd66893805be1784116af50af3110d08766c70a6b4aad93374723f72346e7aaa6',
    '605f65004ec2db7692522a0852c22f1c989e036d547e88963d1a3143cf3195d5',
  ],
  [
    'unicode',
    '4621864e014d4a805a563f55b9ea20aba4a2d2dc09c7394f625496998c00702c',
    '0d99aad92a125196ff887876643fd3206786a84ddce2cee52ba4ad256d2381d3',
  ],
  [
    'values',
    'c4a041b503d6bc236036ef44db4dac499272f60fc22c40dc3b7a54870ba6f1c3',
    '2d5e01a318d0f0879ab568c4be289c8b1f64ef8921a53c6277d5e069978baacb',
  ],
  [
    'weird',
    'a3a905266bd4a49a969274ea69baa14ee0c4af0ead926d6fa2b7612b4af75387',
    '6af595a9aa80110b964b4de3f82a05fa6ae7423005019bacfa2620dddc4e94d1',
  ],
];

describe('the published vectors of RFC 8785', () => {
  it.each(PUBLISHED)('%s: the files are the published ones', (name, input, output) => {
    expect(sha256(vectorFile(`input/${name}.json`)).toString('hex')).toBe(input);
    expect(sha256(vectorFile(`output/${name}.json`)).toString('hex')).toBe(output);
  });

  it.each(PUBLISHED)('%s: the fingerprint hashes the published canonical bytes', (name) => {
    const request = parseStrictJson(vectorFile(`input/${name}.json`));

    expect(fingerprintOf(request)).toBe(fingerprintOfBytes(vectorFile(`output/${name}.json`)));
  });

  it('orders the member names of RFC 8785 §3.2.3 by UTF-16 code units', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];

    const canonical = `{${sorted.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`;
    expect(fingerprintOf(Object.fromEntries(names.map((name) => [name, 0])))).toBe(
      fingerprintOfBytes(Buffer.from(canonical)),
    );
  });
});

describe('the numbers of RFC 8785', () => {
  it.each(vectorLines('numbers/rfc8785-appendix-b.csv').map((line) => line.split(',') as [string, string]))(
    'Appendix B: %s is written %s',
    (bits, text) => {
      expect(fingerprintOf(doubleFromBits(BigInt(`0x${bits}`)))).toBe(fingerprintOfBytes(Buffer.from(text)));
    },
  );

  it.each([
    ['7fffffffffffffff', 'NaN'],
    ['7ff0000000000000', 'an infinity'],
    ['fff0000000000000', 'an infinity'],
  ])('Appendix B: %s is %s and has no fingerprint', (bits) => {
    expect(() => fingerprintOf(doubleFromBits(BigInt(`0x${bits}`)))).toThrow();
  });

  // Digests and sizes as published beside the test file; each covers all lines before it.
  it.each([
    [1_000, 37_967, 'be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687'],
    [10_000, 399_022, 'b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892'],
    [100_000, 4_031_728, '22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7'],
  ])('the first %i lines of the 100-million-number file come out as published', (lines, size, digest) => {
    const bits = es6TestFileBits();
    let text = '';
    for (let line = 0; line < lines; line++) {
      const value = bits.next().value;
      text += `${value.toString(16)},${canonicalize(doubleFromBits(value))}\n`;
    }

    expect(text).toHaveLength(size);
    expect(sha256(Buffer.from(text)).toString('hex')).toBe(digest);
  });
});

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function fingerprintOfBytes(canonical: Buffer): string {
  return `jcs-sha256:${sha256(canonical).toString('base64url')}`;
}
