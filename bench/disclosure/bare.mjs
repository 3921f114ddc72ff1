/**
 * The baseline: a Nest + Fastify endpoint that validates its body by the same compiled schema and inserts one row per
 * request, durably, with a named statement from a pool. No token, no decision, no events.
 */
import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { BadRequestException, Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { RequestDisclosureRequest } from '@convenant/contracts';
import pg from 'pg';
import { Compile } from 'typebox/compile';

const { DATABASE_URL, READY_FILE } = /** @type {Record<string, string>} */ (process.env);
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
await pool.query(
  'CREATE TABLE IF NOT EXISTS bare (id uuid PRIMARY KEY, received_at timestamptz NOT NULL, body text NOT NULL)',
);
const insert = { name: 'insert_bare', text: 'INSERT INTO bare (id, received_at, body) VALUES ($1, $2, $3)' };
const validator = Compile(RequestDisclosureRequest);

class BareController {
  /** @param {unknown} body */
  async create(body) {
    if (!validator.Check(body)) throw new BadRequestException();
    const id = randomUUID();
    await pool.query({ ...insert, values: [id, new Date(), JSON.stringify(body)] });
    return { id };
  }
}
// The decorators of TypeScript, applied by hand: this file is run as it stands.
const create = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(BareController.prototype, 'create'));
Body()(BareController.prototype, 'create', 0);
Post()(BareController.prototype, 'create', create);
Controller('bare')(BareController);
class BareModule {}
Module({ controllers: [BareController] })(BareModule);

const app = await NestFactory.create(BareModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
const { port } = app.getHttpServer().address();
writeFileSync(`${READY_FILE}.new`, JSON.stringify({ port }));
renameSync(`${READY_FILE}.new`, READY_FILE ?? '');
