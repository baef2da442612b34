import type { OpenApiDocument } from '@infra-services/idempotency-contract';
import converter from 'openapi-to-postmanv2';

/** What the converter makes, as far as we touch it. */
interface Item {
  readonly name: string;
  readonly item?: readonly Item[];
  readonly request?: { readonly url: { readonly query: readonly object[] } } & Readonly<
    Record<string, unknown>
  >;
  readonly response?: readonly { readonly code: number }[];
}

/** Every operation, by tag, with examples of its good answers; the bad ones are in docs/errors. */
export async function referenceFolder(openApi: OpenApiDocument): Promise<object> {
  return { name: 'Reference', item: (await convert(openApi)).map(tidy) };
}

function convert(openApi: OpenApiDocument): Promise<readonly Item[]> {
  const input = { type: 'json', data: structuredClone(openApi) } as const;
  const options = { folderStrategy: 'Tags', parametersResolution: 'Example' } as const;
  return new Promise((resolve, reject) => {
    converter.convertV2(input, options, (error, result) => {
      const [output] = result?.output ?? [];
      if (error || !output)
        reject(new Error(result?.reason ?? 'Postman refused the OpenAPI document', { cause: error }));
      else resolve((output.data as { item: Item[] }).item);
    });
  });
}

/** The item without what is random (ids) or a burden; optional parameters wait to be switched on. */
function tidy(item: Item): object {
  if (item.item) return { name: item.name, item: item.item.map(tidy) };
  const { request, response = [] } = item;
  if (!request) throw new Error(`${item.name} has no request`);
  const query = request.url.query.map((parameter) => ({ ...parameter, disabled: true }));
  return withoutIds({
    name: item.name,
    request: { ...request, url: { ...request.url, query } },
    response: response.filter(({ code }) => code < 400),
  }) as object;
}

/** `id` and `_postman_id` name Postman's own objects; ours are inside texts and are not touched. */
function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => name !== 'id' && name !== '_postman_id');
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutIds(member)]));
}
