import { Inject, Injectable } from '@nestjs/common';
import { type RegisterSubjectRequest, subjectRegistered, type SubjectView } from '@convenant/contracts';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { Facts } from '../db/facts.js';
import {
  insertSubject,
  insertSubjectKey,
  selectKindsOfSubject,
  selectSubjectKeys,
  type SubjectKeyRow,
} from '../db/subject.statements.js';
import { notFound, roleIn } from '../domain/protocol-access.js';
import { AGENCY_CASE, caseKey, identifierKey, type SubjectKey } from '../domain/subject-keys.js';
import { lockIdOf, SubjectCipher } from '../vault/subject-cipher.js';
import { SubjectVersions } from './subject-versions.js';

interface HashedKey extends SubjectKey {
  hash: Buffer;
}

/**
 * Gives a person a reference under a protocol: random, and the same again for the same case or identifier.
 *
 * Errors: NOT_FOUND, FORBIDDEN (only the sending party registers), IDENTIFIER_INVALID, SUBJECT_CONFLICT,
 * SUBJECT_NOT_IDENTIFIABLE (erased at the same moment).
 */
@Injectable()
export class RegisterSubject {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Facts) private readonly facts: Facts,
    @Inject(SubjectCipher) private readonly cipher: SubjectCipher,
    @Inject(SubjectVersions) private readonly versions: SubjectVersions,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, body: RegisterSubjectRequest) {
    const { protocolId } = body;
    const keys = subjectKeys(body).map((key) => ({ ...key, hash: this.cipher.hash(protocolId, key) }));
    const fresh = newId();
    return this.commands.run<SubjectView>({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      // The hashes are locked too: of two that register the same person at once, the second finds the first.
      aggregates: [fresh, ...keys.map(({ hash }) => lockIdOf(hash))],
      work: async (tx) => ({
        status: 201,
        result: { subjectRef: await this.register(tx, caller, info, body, keys, fresh) },
      }),
      answer: async ({ subjectRef }) => this.versions.view(subjectRef as string, protocolId),
    });
  }

  private async register(
    tx: WriteTransaction,
    caller: CallerIdentity,
    info: CommandInformation,
    { protocolId }: RegisterSubjectRequest,
    keys: readonly HashedKey[],
    fresh: string,
  ): Promise<string> {
    const protocol = await this.facts.protocol(tx, protocolId);
    const role = protocol && roleIn(protocol.facts.parties, caller.party);
    if (!role) throw notFound('Protocol', protocolId);
    if (role !== 'sender')
      throw new DomainError('FORBIDDEN', `Only the sending party registers subjects under ${protocolId}`);

    const kinds = keys.map(({ kind }) => kind);
    const known = await tx.query<SubjectKeyRow>(
      selectSubjectKeys(
        protocolId,
        kinds,
        keys.map(({ hash }) => hash),
      ),
    );
    const refs = new Set(known.map(({ subject_ref }) => subject_ref));
    if (refs.size > 1) throw conflict(protocolId);
    const [existing] = refs;
    const subjectRef = existing ?? fresh;
    const missing = keys.filter(({ kind }) => !known.some((row) => row.kind === kind));
    if (!existing) {
      await tx.query(insertSubject(fresh, protocolId, caller.party!, new Date(tx.now)));
      const data = { subjectRef: fresh, protocolId, party: caller.party!, registeredAt: formatInstant(tx.now) };
      await tx.append(subjectRegistered, { subject: fresh, data, context: info.context, protocolId });
    } else if (missing.length > 0) {
      // One person has one number of a kind: a second one is somebody else's.
      const present = await tx.query<SubjectKeyRow>(selectKindsOfSubject(existing));
      if (missing.some((key) => key.kind !== AGENCY_CASE && present.some((row) => row.kind === key.kind))) {
        throw conflict(protocolId);
      }
    }
    for (const key of missing) await this.addKey(tx, protocolId, subjectRef, key);
    return subjectRef;
  }

  private async addKey(tx: WriteTransaction, protocolId: string, subjectRef: string, key: HashedKey): Promise<void> {
    const { ciphertext, wrappedKey } = await this.cipher.seal(subjectRef, key);
    try {
      const [added] = await tx.query(
        insertSubjectKey({ protocolId, kind: key.kind, hash: key.hash, subjectRef, ciphertext, wrappedKey }),
      );
      if (added) return;
    } catch (cause) {
      // Another number of this kind was added to the same person at the same moment, by another case of it.
      if ((cause as { code?: string }).code === '23505') throw conflict(protocolId);
      throw cause;
    }
    throw new DomainError('SUBJECT_NOT_IDENTIFIABLE', `Reference ${subjectRef} leads to nobody any more`);
  }
}

function conflict(protocolId: string): DomainError {
  return new DomainError(
    'SUBJECT_CONFLICT',
    `The case and the identifier point to two persons under protocol ${protocolId}`,
  );
}

/** The keys of a request, in their normal form. @throws DomainError INPUT_INVALID, IDENTIFIER_INVALID */
export function subjectKeys(body: {
  agencyCaseRef?: string;
  identifier?: { kind: string; value: string };
}): SubjectKey[] {
  const keys = body.agencyCaseRef === undefined ? [] : [caseKey(body.agencyCaseRef)];
  if (keys[0]?.value === '') throw inputFault('/agencyCaseRef', 'must not be blank');
  if (!body.identifier) return keys;
  const key = identifierKey(body.identifier);
  if (key === 'kindUnknown') throw inputFault('/identifier/kind', 'must be nationalNumber, bisNumber or afisNumber');
  if (key === 'checkDigits') {
    throw new DomainError('IDENTIFIER_INVALID', 'The check digits or the date part of the identifier are wrong', {
      faults: [{ in: 'body', name: '/identifier/value', detail: `must be a valid ${body.identifier.kind}` }],
    });
  }
  return [...keys, key];
}

function inputFault(name: string, detail: string): DomainError {
  return new DomainError('INPUT_INVALID', 'The input does not have the required shape', {
    faults: [{ in: 'body', name, detail }],
  });
}
