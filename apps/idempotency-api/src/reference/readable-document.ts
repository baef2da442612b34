import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OpenApiDocument } from '@infra-services/idempotency-contract';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const FOLDER = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));

/** What the page loads of Swagger UI's package, which has more, its sources among it. */
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] as const;

/**
 * Mounts the page at `/docs`: the document for people, shown by Swagger UI. All of it comes from here, as a browser
 * behind a firewall needs it; and the page has the document in it, as asking for that may want a token.
 *
 * Its own few lines and not `@nestjs/swagger`, which can make documents, too, and for that loads a quarter of all
 * modules of this service (docs/adr/0009-strict-json-and-libraries.md).
 */
export function mountReadableDocument(server: FastifyInstance, document: OpenApiDocument): void {
  // Without a validator: by default it is somebody else's server.
  const options = { dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null, spec: document };
  const start = `SwaggerUIBundle(${JSON.stringify(options)});`;
  const answers: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/docs': ['text/html; charset=utf-8', page('./docs')],
    '/docs/': ['text/html; charset=utf-8', page('.')],
    '/docs/swagger-ui-init.js': ['text/javascript; charset=utf-8', start],
  };
  for (const [url, [type, body]] of Object.entries(answers)) {
    server.get(url, (_request, reply) => reply.type(type).send(body));
  }
  // File by file: of a folder, the plugin refuses paths with errors that nobody here knows.
  server.register(fastifyStatic, { root: FOLDER, serve: false });
  for (const file of FILES) server.get(`/docs/${file}`, (_request, reply) => reply.sendFile(file));
}

/** With addresses relative to its own, so that it works behind a proxy that adds a prefix. */
function page(files: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Idempotency API</title>
    <link rel="stylesheet" href="${files}/swagger-ui.css">
    <link rel="icon" type="image/png" href="${files}/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${files}/swagger-ui-bundle.js"></script>
    <script src="${files}/swagger-ui-init.js"></script>
  </body>
</html>
`;
}
