import { isUtf8 } from 'node:buffer';
import type { JsonValue } from '@infra-services/idempotency-contract';
import { countMembers } from './count-members.js';
import { MAX_OBJECT_MEMBERS } from './json-limits.js';
import { JsonRefused } from './json-refused.js';
import { readStrictSource } from './read-strict-source.js';
import { surveySource } from './survey-source.js';

/**
 * Reads a request body as I-JSON (RFC 7493): JSON that every correct reader understands in the same way.
 *
 * A fingerprint is worth only as much as the reading before it. Where `{"amount":1,"amount":100}` or
 * `9007199254740993` got in, two different requests could be one to us and two to the service behind us.
 *
 * The platform's parser builds the value. One pass over the bytes before it and one walk over the value after it tell
 * whether anything is doubtful; if so, our own reader goes through the source token by token, and decides.
 *
 * Time and memory are proportional to the body, and the call stack is bounded, whatever the body holds.
 *
 * @throws JsonRefused for everything but a value: see `JsonRefusalKind`.
 */
export function parseStrictJson(body: Buffer): JsonValue {
  if (body.length === 0) throw new JsonRefused('malformed', '', 'The body is empty.');
  if (!isUtf8(body)) throw new JsonRefused('malformed', '', 'The body is not valid UTF-8.');

  const survey = surveySource(body);
  const text = body.toString('utf8');
  // Megabytes of brackets would cost the platform's parser many times their size in memory.
  if (survey.tooDeep) return readStrictSource(text);
  // V8 may take an escaped name for another one: once it has read `{"a":1,"\\":2}` anywhere in the process, it reads
  // `{"a":1,"\"":2}` as that (nodejs/node#63785). One caller could so change what another one's request says.
  if (survey.escapesNames) return readStrictSource(text);

  // An object may have too many. And where no two objects have a name in common, the platform's parser makes a hidden
  // class for each member: seconds for a body of the largest size, five times as long as ours takes.
  if (survey.members > MAX_OBJECT_MEMBERS) return readStrictSource(text);

  const value = parse(text);
  // The parser keeps the last of several members of one name: then the text writes more than the value has.
  return countMembers(value, survey.escapesSurrogates) === survey.members ? value : readStrictSource(text);
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    readStrictSource(text);
    // Unreachable as long as our reader knows the grammar. The platform's message is not for the caller: it quotes.
    throw new JsonRefused('malformed', '', 'The body is not valid JSON.', { cause });
  }
}
