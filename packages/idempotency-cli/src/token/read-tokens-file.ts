import { tokensFileSchema, type TokensFile } from '@infra-services/idempotency-contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { Failure } from '../failure.js';

// The service's tests see to it that the contract's schema is one; asking again here takes every start of `idem` 45 ms.
const ajv = new Ajv2020({ strictRequired: false, meta: false, validateSchema: false });
formats.default(ajv, ['date-time']);
const isTokensFile = ajv.compile<TokensFile>(tokensFileSchema);

/**
 * Reads the text of a tokens file as the service does. Throws a `USAGE` failure for what the service would refuse, by the
 * place of what is wrong and without its value, which may be a token where its digest belongs.
 */
export function readTokensFile(bytes: Uint8Array): TokensFile {
  const [value, members] = parse(bytes);
  if (!isTokensFile(value)) {
    const [error] = isTokensFile.errors ?? [];
    throw refusal(`${error?.instancePath ?? ''} ${error?.message ?? 'is invalid'}`.trimStart());
  }
  if (members !== membersOf(value)) throw refusal('a member is named twice');
  const digests = value.tokens.map(({ sha256 }) => sha256.toLowerCase());
  if (new Set(digests).size < digests.length) throw refusal('two entries have one sha256');
  return value;
}

/** The value, and how many members its text writes. */
function parse(bytes: Uint8Array): [value: unknown, members: number] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // Every string of the text from left to right; one that a colon follows names a member.
    const members = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/gu)].filter(([, colon]) => colon);
    return [JSON.parse(text), members.length];
  } catch {
    throw refusal('it is not JSON in UTF-8');
  }
}

/** `JSON.parse` keeps the last of several members of one name: then the text writes more than the value has. */
function membersOf(file: TokensFile): number {
  return file.tokens.reduce((sum, entry) => sum + Object.keys(entry).length, Object.keys(file).length);
}

function refusal(fault: string): Failure {
  return new Failure('USAGE', `This is no tokens file: ${fault}`, { action: 'Nothing was changed' });
}
