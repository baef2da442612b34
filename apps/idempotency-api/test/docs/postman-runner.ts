import { runInNewContext } from 'node:vm';
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';

interface Script {
  readonly listen: 'prerequest' | 'test';
  readonly script: { readonly exec: readonly string[] };
}

/** A request of a collection, with its scripts. */
export interface PostmanItem {
  readonly name: string;
  readonly event: readonly Script[];
  readonly request: {
    readonly method: string;
    readonly header: readonly { readonly key: string; readonly value: string }[];
    readonly url: { readonly raw: string };
    readonly body?: { readonly raw: string };
  };
}

/** Sends a request as Postman does and runs its scripts; the names of the tests that passed. Throws where one fails. */
export async function runPostmanItem(item: PostmanItem, variables: Map<string, string>): Promise<string[]> {
  const resolve = (text: string): string =>
    text.replaceAll(/\{\{([$\w]+)\}\}/gu, (_, name: string) => {
      const value = name === '$guid' ? randomUUID() : variables.get(name);
      if (!value) throw new Error(`${item.name}: {{${name}}} has no value`);
      return value;
    });
  const passed: string[] = [];
  const pm = {
    collectionVariables: { set: (name: string, value: string) => variables.set(name, value) },
    variables: { replaceIn: resolve },
    expect,
    test: (name: string, check: () => void) => {
      check();
      passed.push(name);
    },
  };
  runScripts(item, 'prerequest', pm);
  const { method, header, url, body } = item.request;
  const answer = await fetch(resolve(url.raw), {
    method,
    headers: header.map(({ key, value }): [string, string] => [key, value]),
    ...(body ? { body: resolve(body.raw) } : {}),
  });
  const json: unknown = await answer.json();
  const have = {
    status: (status: number) => expect(answer.status, item.name).toBe(status),
    header: (name: string, value: string) => expect(answer.headers.get(name), item.name).toBe(value),
  };
  runScripts(item, 'test', { ...pm, response: { to: { have }, json: () => json } });
  return passed;
}

function runScripts(item: PostmanItem, listen: Script['listen'], pm: object): void {
  for (const { script } of item.event.filter((event) => event.listen === listen)) {
    runInNewContext(script.exec.join('\n'), { pm });
  }
}
