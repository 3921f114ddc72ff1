import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { problemComponent } from './problem-responses.js';

/** The OpenAPI 3.0 document of a service, from the declarations of its routes. */
export function openApiOf(app: NestFastifyApplication, service: string, installation: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(`Convenant: ${service}`)
    .setDescription('Errors are problem+json (RFC 9457) with a stable `code`; unknown fields are refused.')
    .setVersion('1')
    .addServer('/', `Installation ${installation}`) // the paths begin at the entry port
    .setOpenAPIVersion('3.0.3')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...(problemComponent as object) },
  };
  return document;
}

/** Serves it at `/<service>/openapi.json`, and pages to read and try it at `/<service>/docs`. */
export function serveOpenApi(app: NestFastifyApplication, service: string, installation: string): void {
  SwaggerModule.setup(`${service}/docs`, app, openApiOf(app, service, installation), {
    jsonDocumentUrl: `${service}/openapi.json`,
    raw: ['json'],
  });
}
