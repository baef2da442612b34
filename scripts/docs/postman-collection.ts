import type { OpenApiDocument } from '@infra-services/idempotency-contract';
import { referenceFolder } from './postman-reference.ts';
import { tourFolder, tourVariables } from './postman-tour.ts';
import type { Tour } from './tour.ts';

/** The collection: the README's tour, then every operation. Without ids, so that the same input gives the same text. */
export async function postmanCollection(openApi: OpenApiDocument, tour: Tour): Promise<object> {
  const { title } = openApi.info as { title: string };
  return {
    info: {
      name: title,
      description:
        'Run the tour from top to bottom, or with the collection runner. It is the one of README.md; change that one, then `pnpm docs:generate`.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    variable: tourVariables(tour),
    item: [tourFolder(tour), await referenceFolder(openApi)],
  };
}
