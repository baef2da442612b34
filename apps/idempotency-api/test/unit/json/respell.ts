import type { JsonValue } from '@infra-services/idempotency-contract';

/**
 * Writes a value as another JSON text of the same meaning: members reordered, whitespace put between tokens, characters
 * of strings escaped.
 *
 * @param choose answers a natural number each time; decides every liberty taken.
 */
export function respell(value: JsonValue, choose: () => number): string {
  return `${space(choose)}${respellToken(value, choose)}${space(choose)}`;
}

function respellToken(value: JsonValue, choose: () => number): string {
  if (typeof value === 'string') return respellString(value, choose);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value.map((element) => respell(element, choose)).join(',') || space(choose)}]`;

  const members = Object.entries(value).map(([name, member]) => ({
    order: choose(),
    text: `${space(choose)}${respellString(name, choose)}${space(choose)}:${respell(member, choose)}`,
  }));
  members.sort((one, other) => one.order - other.order);
  return `{${members.map((member) => member.text).join(',') || space(choose)}}`;
}

function respellString(value: string, choose: () => number): string {
  let text = '';
  for (const character of value) text += choose() % 4 === 0 ? escaped(character, choose) : plain(character);
  return `"${text}"`;
}

function plain(character: string): string {
  return JSON.stringify(character).slice(1, -1);
}

/** `\uXXXX` for each UTF-16 code unit, in upper or lower case. */
function escaped(character: string, choose: () => number): string {
  let text = '';
  for (let unit = 0; unit < character.length; unit++) {
    const hex = character.charCodeAt(unit).toString(16).padStart(4, '0');
    text += `\\u${choose() % 2 === 0 ? hex : hex.toUpperCase()}`;
  }
  return text;
}

function space(choose: () => number): string {
  return ['', '', ' ', '\n', '\t', '\r\n  '][choose() % 6] ?? '';
}
