import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, startOwnPostgres, type OwnPostgres } from '@convenant/testing';
import { Callers } from './callers.support.spec.js';
import { queryAs, toldRows, toldTables, type Rebased } from './restored-tables.js';
import { startSystem, type ServiceName, type SystemUnderTest } from './start-system.js';

/** The services with a topic of their own. */
export const rebased = Object.keys(toldTables) as Rebased[];

/** What a service's own tables and its relay say at a moment. */
export interface Snapshot {
  rows: Record<Rebased, Record<string, unknown[]>>;
  sequences: Record<Rebased, number>;
}

/** The whole system on a PostgreSQL of its own, whose data directory is set aside and put back while all of it is stopped. */
export class RestorableSystem {
  private constructor(
    private readonly postgres: OwnPostgres,
    readonly system: SystemUnderTest,
    readonly callers: Callers,
  ) {}

  static async start(): Promise<RestorableSystem> {
    const postgres = await startOwnPostgres();
    try {
      const system = await startSystem(postgres.url);
      return new RestorableSystem(postgres, system, new Callers(system.url));
    } catch (error) {
      await postgres.dispose();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.system.stop();
    await this.postgres.dispose();
  }

  /** Where a backup of this name lies. */
  asideOf(name: string): string {
    return join(dirname(this.postgres.data), name);
  }

  /** Sets the stopped data directory aside; the system goes on. */
  async backUp(name: string): Promise<void> {
    await this.system.stopApps();
    await this.postgres.stop();
    await copyData(this.postgres.data, this.asideOf(name));
    await this.postgres.restart();
    await this.system.startApps();
  }

  /** Puts it back in place of what there is since, and starts the server; the services stay stopped. */
  async restore(name: string): Promise<void> {
    await this.system.stopApps();
    await this.postgres.stop();
    await copyData(this.asideOf(name), this.postgres.data);
    await this.postgres.restart();
  }

  query<R extends object>(service: ServiceName, text: string, values: unknown[] = []): Promise<R[]> {
    return queryAs<R>(this.system.databases.get(service)!, text, values);
  }

  rowsOf(service: Rebased): Promise<Record<string, unknown[]>> {
    return toldRows(this.system.databases.get(service)!, service);
  }

  async sequenceOf(service: Rebased): Promise<number> {
    const [row] = await this.query<{ sequence: string }>(service, 'SELECT sequence FROM relay_cursor');
    return Number(row!.sequence);
  }

  /** Until nothing of the service waits to be sent. */
  async allSent(service: Rebased): Promise<void> {
    await eventually(
      async () => {
        const { body } = await this.callers.call('admin', `/${service}/v1/operations/status`);
        return body.relay.oldestUnsentSeconds === undefined;
      },
      { what: `${service} has sent everything` },
    );
  }

  async snapshot(): Promise<Snapshot> {
    const taken = { rows: {}, sequences: {} } as Snapshot;
    for (const service of rebased) await this.allSent(service);
    for (const service of rebased) {
      taken.rows[service] = await this.rowsOf(service);
      taken.sequences[service] = await this.sequenceOf(service);
    }
    return taken;
  }
}

/** With owner and rights: PostgreSQL starts on no other copy. */
async function copyData(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await promisify(execFile)('cp', ['-a', from, to]);
}
