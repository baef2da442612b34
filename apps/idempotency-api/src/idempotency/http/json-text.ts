/** JSON that is text already: answers carry stored outcomes as they stand, without parsing them. */
export type JsonText = string;

/** An object of plain members, followed by members that are JSON text; null stands for itself. */
export function objectText(members: object, texts: Readonly<Record<string, JsonText | null>>): JsonText {
  let text = JSON.stringify(members).slice(0, -1);
  for (const name in texts) text += `,"${name}":${texts[name] ?? 'null'}`;
  return `${text}}`;
}

/** The object with one more member in front. */
export function withStatus(status: number, object: JsonText): JsonText {
  return `{"status":${status},${object.slice(1)}`;
}

/** A batch's answer. */
export function resultsText(results: readonly JsonText[]): JsonText {
  return `{"results":[${results.join(',')}]}`;
}
