import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { definitionSchema } from '../engine';

const pageDirectory = dirname(require.resolve('swagger-ui-dist/package.json'));
const pageFiles = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' };

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Pressroom API</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="api"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>`;

const startScript = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true });`;

/** The page may load what is its own, and nothing else; the viewer styles elements by attribute. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/** The description of the API, made from the controllers. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const options = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Pressroom')
    .setDescription('Report requests in, finished documents out. Problems are application/problem+json (RFC 9457).')
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key.' })
    .addSecurityRequirements('bearer')
    .addTag('Reports')
    .addTag('Batches')
    .addTag('Uploads')
    .addTag('Templates')
    .addTag('Webhooks')
    .addTag('API keys')
    .addTag('Operations')
    .build();
  const document = SwaggerModule.createDocument(app, options);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...definitionSchemas() },
  };
  return document;
}

/** The schema of definitions and its parts, with the references between them as this document has them. */
function definitionSchemas(): Record<string, object> {
  const { $defs, ...definition } = definitionSchema as { $defs: Record<string, object>; $schema: string };
  const schemas = JSON.stringify({ definition, ...$defs }).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(schemas) as Record<string, object>;
}

/** Serves the description at /openapi.json, and a page to read it with at /docs. */
export function serveApiDescription(app: INestApplication): void {
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  const document = JSON.stringify(describeApi(app));
  const serve = (url: string, type: string, content: string | Buffer) =>
    server.get(url, (_request, reply) =>
      reply.headers({ 'cache-control': 'no-cache', 'content-security-policy': pagePolicy }).type(type).send(content),
    );
  serve('/openapi.json', 'application/json', document);
  serve('/docs', 'text/html; charset=utf-8', page);
  serve('/docs/start.js', 'text/javascript', startScript);
  for (const [name, type] of Object.entries(pageFiles))
    serve(`/docs/${name}`, type, readFileSync(join(pageDirectory, name)));
}
