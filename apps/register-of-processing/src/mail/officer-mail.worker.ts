import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DueWork, Signal } from '@convenant/platform';
import type { ClaimedMail } from '../db/officer-mail.statements.js';
import { SendOfficerMail } from '../use-cases/officer-mail/send-officer-mail.use-case.js';

/** Mails under way at once in this process. */
const AT_ONCE = 2;
const LOOK_EVERY_MS = 500;
/** After a fault of our own: long enough not to spin, short enough to be prompt once it is repaired. */
const POSTPONE_MS = 5_000;

/** Sends what officers are to be told, in as many replicas as run: a mail is claimed by one. */
@Injectable()
export class OfficerMailWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('OfficerMail');
  private readonly work: DueWork<ClaimedMail>;

  constructor(send: SendOfficerMail) {
    this.work = new DueWork({
      signal: new Signal(),
      atOnce: AT_ONCE,
      lookEveryMs: LOOK_EVERY_MS,
      take: (free) => send.claim(free),
      one: (mail) => send.execute(mail),
      failed: async (mail, error) => {
        this.logger.error({ msg: 'a mail failed and is tried again', mailId: mail.id, error: nameOf(error) });
        await send.postpone(mail, POSTPONE_MS, 'internal');
      },
      waits: (error) => this.logger.error({ msg: 'mails to officers wait', error: nameOf(error) }),
    });
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.work.stop();
  }
}

/** Messages of unexpected errors may quote data. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
