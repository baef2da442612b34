import { JsonRefused } from './json-refused.js';

/**
 * Reads the tokens of a JSON text (RFC 8259) one after the other; knows the grammar and none of the strict rules.
 * Every reading method throws `JsonRefused`, kind `malformed`, where the text does not continue as it must.
 */
export class JsonCursor {
  private at = 0;

  constructor(private readonly text: string) {}

  /** Skips whitespace; the next character, or `''` at the end of the text. */
  peek(): string {
    while (isWhitespace(this.code())) this.at++;
    return this.text.charAt(this.at);
  }

  /** Skips whitespace; consumes the next character if it is this one, and says whether it was. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  /** Skips whitespace and consumes this character. */
  expect(character: string): void {
    if (!this.take(character)) throw this.malformed();
  }

  /** Consumes `true`, `false` or `null`. */
  word(): boolean | null {
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    throw this.malformed();
  }

  /** Consumes a number and returns its literal as written. */
  number(): string {
    const start = this.at;
    this.skip('-');
    if (!this.skip('0')) this.digits();
    if (this.skip('.')) this.digits();
    if (this.skip('e') || this.skip('E')) {
      if (!this.skip('+')) this.skip('-');
      this.digits();
    }
    return this.text.slice(start, this.at);
  }

  /** Skips whitespace, consumes a string and returns what it says, escapes resolved. */
  string(): string {
    this.expect('"');
    const start = this.at;
    let escaped = false;
    for (let code = this.code(); code !== QUOTE; code = this.code()) {
      // NaN at the end of the text compares false, hence the negation.
      if (!(code >= FIRST_PRINTABLE)) throw this.malformed();
      this.at++;
      if (code === BACKSLASH) {
        escaped = true;
        this.escape();
      }
    }
    this.at++;
    const end = this.at - 1;
    if (!escaped && end - start <= LONGEST_COPY) return this.text.slice(start, end);
    // A token that passed the grammar is JSON of its own, so the platform may resolve its escapes; it errs about names
    // alone. And it copies: a longer slice would keep the whole body in memory for as long as somebody keeps the string.
    return JSON.parse(this.text.slice(start - 1, this.at)) as string;
  }

  /** Throws unless nothing but whitespace is left. */
  end(): void {
    if (this.peek() !== '') throw this.malformed();
  }

  /** The refusal of a text that does not go on as JSON here. */
  malformed(): JsonRefused {
    if (this.text.startsWith(BYTE_ORDER_MARK)) {
      return new JsonRefused(
        'malformed',
        '',
        'The body starts with a byte order mark, which JSON does not have.',
      );
    }
    const problem = this.at < this.text.length ? 'unexpected character' : 'unexpected end';
    // The caller sees bytes on the wire, not UTF-16 code units.
    const offset = Buffer.byteLength(this.text.slice(0, this.at));
    return new JsonRefused('malformed', '', `The body is not valid JSON: ${problem} at byte ${offset}.`);
  }

  private code(): number {
    return this.text.charCodeAt(this.at);
  }

  private skip(character: string): boolean {
    if (this.text.charAt(this.at) !== character) return false;
    this.at++;
    return true;
  }

  private digits(): void {
    if (!isDigit(this.code())) throw this.malformed();
    while (isDigit(this.code())) this.at++;
  }

  private escape(): void {
    if (this.skip('u')) {
      for (let digits = 0; digits < 4; digits++) {
        if (!isHexDigit(this.text.charAt(this.at))) throw this.malformed();
        this.at++;
      }
    } else {
      if (!isEscapable(this.text.charAt(this.at))) throw this.malformed();
      this.at++;
    }
  }
}

const WORDS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BYTE_ORDER_MARK = '\uFEFF';

/** A slice of so many characters is a copy to V8; of more it is a reference to the whole text. */
const LONGEST_COPY = 12;

/** Control characters below U+0020 must be escaped (RFC 8259 §7). */
const FIRST_PRINTABLE = 0x20;

function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isHexDigit(character: string): boolean {
  return character !== '' && '0123456789abcdefABCDEF'.includes(character);
}

function isEscapable(character: string): boolean {
  return character !== '' && '"\\/bfnrt'.includes(character);
}
