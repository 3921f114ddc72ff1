import { Body, Controller, Get, Module, Param, type DynamicModule, type Type as NestType } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DomainError } from '@convenant/kernel';
import { kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import Type from 'typebox';
import type { CommonSettings } from '../settings/common-settings.js';
import {
  Caller,
  Command,
  CommandInfo,
  createService,
  Download,
  Lookup,
  PlatformModule,
  platformMigrations,
  Query,
  QueryParams,
  startService,
  type CallerIdentity,
  type CommandInformation,
  type Resource,
} from '../index.js';

const closed = { additionalProperties: false };
const id = Type.String({ format: 'uuid' });
const Note = Type.Object({ id, text: Type.Optional(Type.String()), party: Type.Optional(id) }, closed);

@Controller('notes')
export class NotesController {
  static seen: { info: CommandInformation; caller: CallerIdentity }[] = [];

  @Command({
    path: '',
    needs: { roles: ['agency', 'dpo'] },
    body: Type.Object({ id, text: Type.String({ maxLength: 100 }), tag: Type.Optional(Type.String()) }, closed),
    answer: Note,
    summary: 'Writes a note',
  })
  async write(@Body() body: { id: string }, @Caller() caller: CallerIdentity, @CommandInfo() info: CommandInformation) {
    NotesController.seen.push({ info, caller });
    return { status: 201, body: { id: body.id, ...(caller.party ? { party: caller.party } : {}) }, repeated: true };
  }

  @Command({
    path: 'large',
    needs: { roles: ['agency'] },
    body: Type.Object({ text: Type.String() }, closed),
    bodyLimit: 2 * 1024 * 1024,
    answer: Type.Object({ length: Type.Integer() }, closed),
    summary: 'Takes more than the others',
  })
  async large(@Body() body: { text: string }) {
    return { status: 201, body: { length: body.text.length } };
  }

  @Download({ path: ':id/page', needs: { public: true }, mediaTypes: ['text/html'], summary: 'A page' })
  async page(@Param('id') note: string): Promise<Resource> {
    if (note.startsWith('f')) throw new DomainError('NOT_FOUND', 'There is no such page');
    const headers = { 'cache-control': 'public, max-age=60' };
    return { bytes: Buffer.from('<p>'), mediaType: 'text/html; charset=utf-8', hash: 'a'.repeat(64), headers };
  }

  @Command({ path: ':id/endings', needs: { roles: ['installation-admin'] }, answer: Note, summary: 'Ends a note' })
  async end(@Param('id') note: string) {
    return { status: 200, body: { id: note } };
  }

  @Query({
    path: '',
    needs: { roles: ['agency'] },
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })) }, closed),
    answer: Type.Object({ limit: Type.Integer() }, closed),
    summary: 'Lists notes',
  })
  async list(@QueryParams() query: { limit?: number }) {
    return { limit: query.limit ?? 5 };
  }

  @Lookup({
    path: 'get',
    needs: { public: true },
    body: Type.Object({ what: Type.String() }, closed),
    answer: Note,
    summary: 'Fails as asked',
  })
  async fail(@Body() body: { what: string }): Promise<never> {
    if (body.what === 'conflict') throw new DomainError('CONFLICT', 'Note 1 has ended', { clause: 'art-5' });
    if (body.what === 'leak') return { id: '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e11', secret: 'CANARY' } as never;
    throw new Error('CANARY in a message');
  }
}

@Controller('open')
export class UndeclaredController {
  @Get()
  read(): string {
    return 'anybody reads this';
  }
}

@Module({})
class TinyModule {}

export function tinySettings(database: TestDatabase, more: Partial<CommonSettings> = {}): CommonSettings {
  const { brokers, sasl } = kafkaSettings();
  return {
    INSTALLATION: testInstallation(),
    HOST: '127.0.0.1',
    PORT: 0,
    DATABASE_URL: database.runtimeUrl,
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_SASL_USERNAME: sasl.username,
    KAFKA_SASL_PASSWORD: sasl.password,
    KAFKA_TLS: false,
    USER_REF_KEY: Buffer.alloc(32, 3).toString('base64'),
    TOKEN_AUDIENCE: 'convenant',
    LOG_LEVEL: 'silent',
    NODE_ENV: 'test',
    ...more,
  };
}

/** The register without its business: it reads no topic, so the platform is alone with its database. */
export async function startTiny(
  settings: CommonSettings,
  controllers: NestType[] = [NotesController],
): Promise<{ app: NestFastifyApplication; url: string }> {
  const module: DynamicModule = {
    module: TinyModule,
    imports: [PlatformModule.forRoot({ service: 'register', settings, entities: [], migrations: platformMigrations })],
    controllers,
  };
  const app = await createService({ module, service: 'register', settings, subscribes: [] });
  const { url } = await startService(app, settings);
  return { app, url };
}
