import { formatInstant, type Clock } from '@convenant/kernel';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { purgeStatements } from '../db/purge.statements.js';
import { Opening } from '../opening/opening.js';
import { CLOCK } from '../settings.js';
import { safeWords } from '../telemetry/safe-words.js';

const EVERY_MS = 3_600_000;
/** A statement that deletes more would hold back every relay of the server for as long. */
const BATCH_ROWS = 1_000;

export type PurgedRows = Record<keyof typeof purgeStatements, number>;

/**
 * Deletes what this lib keeps for a period only: relayed outbox rows (30 days), command records (one year), dead letters that
 * block nothing (90 days); by legal time. Every hour, in bounded batches, each a transaction of its own; in every process, since
 * two at once delete the same rows once. Nothing while the service is closed: a restored database is compared first.
 */
@Injectable()
export class Purge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('purge');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private stopping = false;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Opening) private readonly opening: Opening,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running = this.run().catch((error: unknown) => {
        this.log.warn(`Nothing more is purged before the next hour: ${safeWords(error)}`);
      });
    }, EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** All that is due now. @returns the rows deleted by table */
  async run(): Promise<PurgedRows> {
    const purged: PurgedRows = { outbox: 0, command_record: 0, operation_command: 0, inbox_dead_letter: 0 };
    if (await this.opening.whyClosed()) return purged;
    const at = formatInstant(this.clock.now());
    for (const table of Object.keys(purgeStatements) as (keyof PurgedRows)[]) {
      for (let rows = BATCH_ROWS; rows === BATCH_ROWS && !this.stopping; purged[table] += rows) {
        rows = await this.deleteBatch(table, at);
      }
    }
    if (Object.values(purged).some((rows) => rows > 0)) this.log.log(`Purged ${JSON.stringify(purged)}`);
    return purged;
  }

  private async deleteBatch(table: keyof PurgedRows, at: string): Promise<number> {
    const rows = (await this.dataSource.query(purgeStatements[table], [at, BATCH_ROWS])) as { rows: number }[];
    return rows[0]!.rows;
  }
}
