import type { ModuleMetadata } from '@nestjs/common';
import { Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

export const platforms = ['express', 'fastify'] as const;
export type Platform = (typeof platforms)[number];

/** An application of this module, not yet listening. */
export async function createApp(platform: Platform, module: ModuleMetadata): Promise<INestApplication> {
  @Module(module)
  class AppModule {}
  return platform === 'express'
    ? NestFactory.create(AppModule, new ExpressAdapter(), { logger: false, abortOnError: false })
    : NestFactory.create(AppModule, fastifyAdapter(), { logger: false, abortOnError: false });
}

/** As Express does by default, leaves every body unread that is not JSON. */
function fastifyAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter();
  const fastify = adapter.getInstance();
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  return adapter;
}

/** Listens on a free port of this machine; the application ends with whoever calls `app.close()`. */
export async function listen(app: INestApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}
