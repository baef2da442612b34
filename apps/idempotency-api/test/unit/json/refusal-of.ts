import { JsonRefused } from '../../../src/json/json-refused.js';
import { parseStrictJson } from '../../../src/json/parse-strict-json.js';

/** Why the strict reader refuses a body, or null if it lets it in; any other error is thrown on. */
export function refusalOf(body: Buffer | string): JsonRefused | null {
  try {
    parseStrictJson(Buffer.from(body));
    return null;
  } catch (error) {
    if (error instanceof JsonRefused) return error;
    throw error;
  }
}
