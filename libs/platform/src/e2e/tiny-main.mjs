// A whole service process for `start-main.e2e.spec.ts`: the register's place, two routes, no business.
import { Controller, Inject, Module } from '@nestjs/common';
import {
  CommonSettings,
  createService,
  PlatformModule,
  platformMigrations,
  Query,
  startMain,
} from '@convenant/platform';
import Type from 'typebox';
import { DataSource } from 'typeorm';

class EchoController {
  constructor(source) {
    this.source = source;
  }
  async read() {
    await this.source.query('SELECT $1::text AS value', ['CANARY-VALUE']);
    return { ok: true };
  }
  async fail() {
    throw new Error('CANARY-MESSAGE');
  }
}
Controller('echo')(EchoController);
Inject(DataSource)(EchoController, undefined, 0);
const answer = Type.Object({ ok: Type.Boolean() }, { additionalProperties: false });
for (const method of ['read', 'fail']) {
  Query({ path: `${method}/:id`, needs: { public: true }, answer, summary: method })(
    EchoController.prototype,
    method,
    Object.getOwnPropertyDescriptor(EchoController.prototype, method),
  );
}

class TinyModule {}
Module({})(TinyModule);

await startMain(
  (settings) =>
    createService({
      module: {
        module: TinyModule,
        imports: [
          PlatformModule.forRoot({ service: 'register', settings, entities: [], migrations: platformMigrations }),
        ],
        controllers: [EchoController],
      },
      service: 'register',
      settings,
      subscribes: [],
    }),
  Type.Object(CommonSettings),
  'register',
);
