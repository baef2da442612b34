import { MAX_JSON_DEPTH } from './json-limits.js';

/** What a look at the bytes tells before anything is built from them. */
export interface SourceSurvey {
  /** Containers are nested deeper than MAX_JSON_DEPTH; the survey stopped there and the other fields mean nothing. */
  readonly tooDeep: boolean;
  /** How many members the text writes, duplicates included: its colons outside strings. */
  readonly members: number;
  /** A member name is written with an escape, `\"` or `\u0061`. */
  readonly escapesNames: boolean;
  /** An escape like `\ud83d` occurs: the only way for a lone surrogate to get past valid UTF-8. */
  readonly escapesSurrogates: boolean;
}

/**
 * Surveys a JSON text in one pass over its UTF-8 bytes, without allocating.
 *
 * It trusts the text to be JSON. Up to the first error it agrees with a parser about what is a string, so that a parser
 * never gets deeper than the survey allowed; what it sees behind an error has no meaning.
 */
export function surveySource(bytes: Uint8Array): SourceSurvey {
  let depth = 0;
  let members = 0;
  let escapesNames = false;
  let escapesSurrogates = false;
  let lastStringHasEscape = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      // The string is skipped here, not in a function of its own: this loop is most of what a small body costs.
      lastStringHasEscape = false;
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) {
        if (bytes[at] === BACKSLASH) {
          lastStringHasEscape = true;
          at++;
          if (startsSurrogateEscape(bytes, at)) escapesSurrogates = true;
        }
      }
    } else if (byte === COLON) {
      members++;
      if (lastStringHasEscape) escapesNames = true;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
      if (depth > MAX_JSON_DEPTH) return { tooDeep: true, members, escapesNames, escapesSurrogates };
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
    }
  }
  return { tooDeep: false, members, escapesNames, escapesSurrogates };
}

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_D = 0x64;
const LOWER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** ASCII letters differ from their lower case in this bit alone. */
const LOWER_CASE_BIT = 0x20;

/** Surrogates are U+D800 to U+DFFF, so each is written `ud…` or `uD…` behind its backslash. */
function startsSurrogateEscape(bytes: Uint8Array, at: number): boolean {
  const digit = bytes[at + 1];
  return bytes[at] === LOWER_U && digit !== undefined && (digit | LOWER_CASE_BIT) === LOWER_D;
}
