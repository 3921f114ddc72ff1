import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { LookUpRequest, LookUpView } from '@convenant/contracts';
import { DomainError, newId } from '@convenant/kernel';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { Database } from '../../db/database.js';
import { releaseLookUps } from '../../db/look-up.statements.js';
import { LookUpLease } from '../../domain/look-up-lease.js';
import { namedPerson, type NamedPerson } from '../../domain/look-up-identifier.js';
import { lockIdOf } from '../../vault/subject-cipher.js';
import { SeenFacts } from '../seen-facts.js';
import { AnswerLookUp } from './answer-look-up.js';
import { CompleteLookUp } from './complete-look-up.js';
import { DecideLookUp } from './decide-look-up.js';
import { LookUpSubject } from './look-up-subject.js';
import { recordLookUp } from './record-look-up.js';

/** How long one look-up has from its decision to the end of its answer, real milliseconds. */
export class LookUpTime {
  constructor(readonly ms: number) {}
}

/**
 * Looks persons up at the source of the sending party, for a named user of the receiving one. Each is decided alone and
 * recorded before the source is asked; what came is sealed and recorded before it is given to the user. A repeat with the
 * same key goes on where the first try ended, or gives the same answer again while its values are kept.
 *
 * Errors: NOT_FOUND, CONFLICT, INPUT_INVALID, IDENTIFIER_INVALID, VERSION_NOT_SEEN, FORBIDDEN, ANSWER_ERASED,
 * COMMAND_IN_PROGRESS, UNAVAILABLE. No error repeats an identifier.
 */
@Injectable()
export class RequestLookUp {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Database) private readonly database: Database,
    @Inject(DecideLookUp) private readonly decision: DecideLookUp,
    @Inject(LookUpSubject) private readonly subjects: LookUpSubject,
    @Inject(CompleteLookUp) private readonly complete: CompleteLookUp,
    @Inject(AnswerLookUp) private readonly answer: AnswerLookUp,
    @Inject(SeenFacts) private readonly seen: SeenFacts,
    @Inject(LookUpTime) private readonly time: LookUpTime,
  ) {}

  lease(): LookUpLease {
    return new LookUpLease(this.time.ms);
  }

  /** The answer has left, or never will. */
  async release({ attemptId }: LookUpLease): Promise<void> {
    await this.database.query(releaseLookUps(attemptId));
  }

  async execute(caller: CallerIdentity, info: CommandInformation, body: LookUpRequest, lease: LookUpLease) {
    const people = body.identifiers.map(namedPerson);
    assertUsable(body, people);
    await this.seen.await(body.seen);
    const asked = people.map((person) => ({ id: newId(), fresh: newId(), person }));
    const hashes = people.flatMap((person) =>
      typeof person === 'string' ? [] : [this.subjects.hash(body.protocolId, person)],
    );
    return this.commands.run<LookUpView>({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      // The persons are locked by their hashes, and the user: a budget that two commands spend at once is one budget.
      aggregates: [...asked.flatMap(({ id, fresh }) => [id, fresh]), ...hashes.map(lockIdOf), userLock(caller.userRef)],
      work: async (tx) => {
        await this.decide(tx, caller, info, body, asked, lease);
        return { status: 201, result: { ids: asked.map(({ id }) => id) } };
      },
      answer: async (result) => {
        const ids = result['ids'] as string[];
        await this.answer.assertOwn(caller, ids);
        await Promise.all(
          ids.map(async (id, i) => {
            const person = people[i]!;
            if (typeof person !== 'string') await this.complete.execute(id, person, lease);
          }),
        );
        return this.answer.view(caller, ids, lease);
      },
    });
  }

  private async decide(
    tx: WriteTransaction,
    caller: CallerIdentity,
    info: CommandInformation,
    body: LookUpRequest,
    asked: readonly { id: string; fresh: string; person: NamedPerson }[],
    lease: LookUpLease,
  ): Promise<void> {
    const facts = await this.decision.load(tx, caller, body);
    const where = { protocolId: body.protocolId, party: caller.party!, context: info.context };
    for (const [i, { id, fresh, person }] of asked.entries()) {
      const named = body.identifiers[i]!;
      // What is no identifier points to nobody: its reference is fresh and stands for no one.
      const subject =
        typeof person === 'string' ? { subjectRef: fresh } : await this.subjects.find(tx, where, person, fresh);
      const { subjectRef } = subject;
      const kind = typeof person === 'string' ? 'none' : person.kind;
      const { request, verdict } = this.decision.decide(
        facts,
        caller,
        body,
        { ...subject, kind, ...(named.absent ? { absent: named.absent } : null) },
        i,
      );
      await recordLookUp(tx, { id, subjectRef, request, verdict }, { caller, info, body, facts, lease });
    }
  }
}

/** @throws DomainError IDENTIFIER_INVALID, INPUT_INVALID (a person or an item twice) */
function assertUsable(body: LookUpRequest, people: readonly NamedPerson[]): void {
  const fault = (code: 'IDENTIFIER_INVALID' | 'INPUT_INVALID', what: string, name: string, detail: string) =>
    new DomainError(code, what, { faults: [{ in: 'body', name, detail }] });
  const wrong = people.indexOf('checkDigits');
  if (wrong >= 0) {
    const detail = 'must be a valid number of the kind it is said to be';
    const what = 'The check digits or the date part of an identifier are wrong';
    throw fault('IDENTIFIER_INVALID', what, `/identifiers/${wrong}/value`, detail);
  }
  const texts = people.map((person) => (typeof person === 'string' ? null : `${person.kind} ${person.value}`));
  const twice = texts.findIndex((text, i) => text !== null && texts.indexOf(text) < i);
  if (twice >= 0) {
    throw fault('INPUT_INVALID', 'A person is named twice', `/identifiers/${twice}`, 'must name another person');
  }
  if (new Set(body.items).size < body.items.length) {
    throw fault('INPUT_INVALID', 'An item is named twice', '/items', 'must name each item once');
  }
}

function userLock(userRef: string): string {
  return lockIdOf(createHash('sha256').update(`look-ups of ${userRef}`).digest());
}
