import type { JsonValue } from '@infra-services/idempotency-contract';
import { JsonCursor } from './json-cursor.js';
import { MAX_JSON_DEPTH, MAX_OBJECT_MEMBERS } from './json-limits.js';
import { jsonPointer } from './json-pointer.js';
import { JsonRefused } from './json-refused.js';

/**
 * Reads a JSON text token by token, and throws `JsonRefused` for its first problem in document order.
 *
 * Some five times slower than the platform's parser, so it is asked only about texts in doubt. Takes time and memory
 * proportional to the text, and no call stack: nesting is a list.
 *
 * `author` decides about integers beyond ±(2^53 − 1): refused in what others wrote, where a digit could get lost; read in
 * what we wrote, as the platform writes the double 1e20 as 100000000000000000000. And what we keep has passed the limits
 * of its day.
 */
export function readStrictSource(text: string, author: 'others' | 'us' = 'others'): JsonValue {
  return new StrictReader(text, author).read();
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
  size: number;
  current: string | null;
}

class StrictReader {
  private readonly cursor: JsonCursor;
  private readonly open: OpenContainer[] = [];

  constructor(
    text: string,
    private readonly author: 'others' | 'us',
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
    // Without a prototype V8 keeps it as a hash table from the start: names that no other object has then cost no hidden
    // classes. Nobody may rely on what a prototype gives; any member could be called `valueOf`.
    const members = Object.create(null) as { [name: string]: JsonValue };
    this.open.push({ kind: 'object', members, size: 0, current: null });
    return members;
  }

  private refuseTooDeep(): void {
    if (this.open.length === MAX_JSON_DEPTH) {
      throw this.refused(`The body is nested deeper than ${MAX_JSON_DEPTH} levels.`);
    }
  }

  private refuseTooMany(object: OpenObject): void {
    object.size++;
    if (object.size > MAX_OBJECT_MEMBERS && this.author === 'others') {
      // Which member is one too many says nothing: the pointer names the object.
      object.current = null;
      throw this.refused(`The object has more than ${MAX_OBJECT_MEMBERS.toLocaleString('en')} members.`);
    }
  }

  private nextElement(array: OpenArray): void {
    if (this.closes(array, ']')) return;
    array.current = array.current === null ? 0 : array.current + 1;
    array.elements.push(this.value());
  }

  private nextMember(object: OpenObject): void {
    if (this.closes(object, '}')) return;
    this.refuseTooMany(object);
    const name = this.cursor.string();
    if (!name.isWellFormed()) {
      // A pointer with that name would hold the lone surrogate itself, so it names the object.
      object.current = null;
      throw this.refused('A member name holds a lone surrogate, which is no character (RFC 7493 §2.1).');
    }
    object.current = name;
    if (name === '__proto__') {
      throw this.refused('A member may not be named __proto__: whoever copies it sets a prototype.');
    }
    if (name in object.members) {
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
    if (this.author === 'others' && !Number.isSafeInteger(value) && INTEGER_LITERAL.test(literal)) {
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
