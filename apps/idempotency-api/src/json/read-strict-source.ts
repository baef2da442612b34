import type { JsonValue } from '@infra-services/idempotency-contract';
import { JsonCursor } from './json-cursor.js';
import { MAX_JSON_DEPTH } from './json-limits.js';
import { jsonPointer } from './json-pointer.js';
import { JsonRefused } from './json-refused.js';

/**
 * Reads a JSON text token by token, and throws `JsonRefused` for its first problem in document order.
 *
 * Some five times slower than the platform's parser, so it is asked only about texts in doubt. Takes time and memory
 * proportional to the text, and no call stack: nesting is a list.
 *
 * `integers` says what an integer beyond ±(2^53 − 1) is: refused in what others wrote, where a digit could get lost;
 * read in what we wrote, as the platform writes the double 1e20 as 100000000000000000000.
 */
export function readStrictSource(text: string, integers: 'safe' | 'any' = 'safe'): JsonValue {
  return new StrictReader(text, integers).read();
}

/** A container whose end is still to come, and which of its entries is being read; null before the first. */
type OpenContainer = OpenArray | OpenObject;

interface OpenArray {
  readonly kind: 'array';
  readonly elements: JsonValue[];
  current: number | null;
}

interface OpenObject {
  readonly kind: 'object';
  readonly members: { [name: string]: JsonValue };
  current: string | null;
}

class StrictReader {
  private readonly cursor: JsonCursor;
  private readonly open: OpenContainer[] = [];

  constructor(
    text: string,
    private readonly integers: 'safe' | 'any',
  ) {
    this.cursor = new JsonCursor(text);
  }

  read(): JsonValue {
    const root = this.value();
    for (let container = this.open.at(-1); container !== undefined; container = this.open.at(-1)) {
      if (container.kind === 'array') this.nextElement(container);
      else this.nextMember(container);
    }
    this.cursor.end();
    return root;
  }

  /** Reads a scalar, or the opening of a container: it comes back empty, and `read` fills it afterwards. */
  private value(): JsonValue {
    switch (this.cursor.peek()) {
      case '{':
        return this.openObject();
      case '[':
        return this.openArray();
      case '"':
        return this.string();
      case 't':
      case 'f':
      case 'n':
        return this.cursor.word();
      default:
        return this.number();
    }
  }

  private openArray(): JsonValue {
    this.refuseTooDeep();
    this.cursor.expect('[');
    const elements: JsonValue[] = [];
    this.open.push({ kind: 'array', elements, current: null });
    return elements;
  }

  private openObject(): JsonValue {
    this.refuseTooDeep();
    this.cursor.expect('{');
    const members: { [name: string]: JsonValue } = {};
    this.open.push({ kind: 'object', members, current: null });
    return members;
  }

  private refuseTooDeep(): void {
    if (this.open.length === MAX_JSON_DEPTH) {
      throw this.refused(`The body is nested deeper than ${MAX_JSON_DEPTH} levels.`);
    }
  }

  private nextElement(array: OpenArray): void {
    if (this.closes(array, ']')) return;
    array.current = array.current === null ? 0 : array.current + 1;
    array.elements.push(this.value());
  }

  private nextMember(object: OpenObject): void {
    if (this.closes(object, '}')) return;
    const name = this.cursor.string();
    if (!name.isWellFormed()) {
      // A pointer with that name would hold the lone surrogate itself, so it names the object.
      object.current = null;
      throw this.refused('A member name holds a lone surrogate, which is no character (RFC 7493 §2.1).');
    }
    object.current = name;
    // Checked before the assignment below, which would set the prototype.
    if (name === '__proto__') {
      throw this.refused('A member may not be named __proto__: whoever copies it sets a prototype.');
    }
    if (Object.hasOwn(object.members, name)) {
      throw this.refused(
        'The object has two members of this name; readers differ in which counts (RFC 7493 §2.3).',
      );
    }
    this.cursor.expect(':');
    object.members[name] = this.value();
  }

  /** Consumes what stands between two entries: true if it was the container's end, false if another entry follows. */
  private closes(container: OpenContainer, closing: '}' | ']'): boolean {
    if (this.cursor.take(closing)) {
      this.open.pop();
      return true;
    }
    if (container.current !== null) this.cursor.expect(',');
    return false;
  }

  private string(): string {
    const value = this.cursor.string();
    if (!value.isWellFormed()) {
      throw this.refused('The string holds a lone surrogate, which is no character (RFC 7493 §2.1).');
    }
    return value;
  }

  private number(): number {
    const literal = this.cursor.number();
    const value = Number(literal);
    if (!Number.isFinite(value)) {
      throw this.refused(
        'The number is too large for an IEEE 754 double (RFC 7493 §2.2): send it as a string.',
      );
    }
    if (this.integers === 'safe' && !Number.isSafeInteger(value) && INTEGER_LITERAL.test(literal)) {
      throw this.refused(
        'The integer is beyond ±(2^53 − 1), where readers round (RFC 7493 §2.2): send it as a string.',
      );
    }
    return value;
  }

  private refused(detail: string): JsonRefused {
    const path = this.open.map((container) => container.current).filter((segment) => segment !== null);
    return new JsonRefused('refused', jsonPointer(path), detail);
  }
}

/** A fraction or an exponent announces an approximation; without them a digit that gets lost was meant. */
const INTEGER_LITERAL = /^-?[0-9]+$/;
