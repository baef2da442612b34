import { isObject } from '../transport/shapes.js';

/** Sends items in chunks of at most `size`, one after the other so that order counts, and joins the results. */
export async function inChunks<Item, Result>(
  items: readonly Item[],
  size: number,
  send: (chunk: Item[]) => Promise<Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += size)
    results.push(...(await send(items.slice(start, start + size))));
  return results;
}

/** The results of a batch's answer; undefined unless there is one for each item and each is what it should be. */
export function resultsOf<Item, Result>(
  body: unknown,
  items: readonly Item[],
  isResult: (result: unknown, item: Item) => result is Result,
): Result[] | undefined {
  if (!isObject(body) || !Array.isArray(body.results) || body.results.length !== items.length)
    return undefined;
  const results: Result[] = [];
  for (const [index, item] of items.entries()) {
    const result: unknown = body.results[index];
    if (!isResult(result, item)) return undefined;
    results.push(result);
  }
  return results;
}
