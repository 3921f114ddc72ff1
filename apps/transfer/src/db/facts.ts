import { Inject, Injectable } from '@nestjs/common';
import { BoundedMap } from '@convenant/kernel';
import { Blocks, type Reads } from '@convenant/messaging';
import type { ConsentFacts, ProtocolFacts, ProtocolModel, SubjectFacts } from '@convenant/protocol';
import {
  type ChangedConsent,
  type ChangedProtocol,
  type ChangedFactsRow,
  type ChangedSubject,
  selectChangedFacts,
  selectModelOfDigest,
} from './changed-facts.statements.js';

/** What is known of a protocol, with the version of the row it was read from. */
export interface KnownProtocol {
  readonly version: number;
  readonly facts: ProtocolFacts & { readonly stopClause: string | null };
  /** Of an accession: the framework it hangs on, which binds it; null where nothing is known of that one. */
  readonly framework?: KnownProtocol | null;
}

/** As it is remembered: its framework has a memory, and a version, of its own. */
interface CachedProtocol extends Omit<KnownProtocol, 'framework'> {
  readonly frameworkId: string | null;
}

export interface KnownConsent {
  /** 0: nothing is known of it, but what would tell is blocked. */
  readonly version: number;
  readonly facts: ConsentFacts;
}

/** Of a person, as far as a decision looks at it. */
export interface KnownSubject {
  /** Rises with everything that the person stops or lets go on. */
  readonly version: number;
  readonly protocolId: string;
  readonly stops: SubjectFacts;
  /** False once the mapping is erased: the reference leads to nobody. */
  readonly identifiable: boolean;
}

/** Which facts a decision needs. */
export interface WantedFacts {
  readonly protocols?: readonly string[];
  readonly consents?: readonly string[];
  readonly subjects?: readonly string[];
}

/** The wanted facts as they stand in the transaction that asked; absent is null. */
export interface LoadedFacts {
  protocol(protocolId: string): KnownProtocol | null;
  consent(consentId: string): KnownConsent | null;
  subject(subjectRef: string): KnownSubject | null;
}

type Models = ReadonlyMap<string, ProtocolModel>;

interface CachedConsent extends KnownConsent {
  readonly used: boolean;
}

const MOST_PROTOCOLS = 1_000;
const MOST_CONSENTS = 20_000;
const MOST_SUBJECTS = 50_000;
/** A version that is activated between two reads is read again; more often than this is no coincidence. */
const READS = 5;

/**
 * The facts that decisions rest on, as the caller's transaction sees them: a decision that commits has seen what was
 * committed when it read, and a barrier waits for every transaction that may have read before it.
 *
 * What was read once stays in memory with its version. Each use asks the database, inside the transaction of the decision,
 * which of them have another version now (absent counts as 0) and gets the current rows of those alone; for permissions
 * and refusals alike. The memory is filled from here only, never from a message: a message that was handled and rolled back
 * must leave nothing behind.
 */
@Injectable()
export class Facts {
  private readonly protocols = new BoundedMap<string, CachedProtocol>(MOST_PROTOCOLS);
  private readonly consents = new BoundedMap<string, CachedConsent>(MOST_CONSENTS);
  private readonly subjects = new BoundedMap<string, KnownSubject>(MOST_SUBJECTS);
  /** Models never change under a digest, so they are parsed once. Small: an installation has few protocols. */
  private readonly models = new BoundedMap<string, ProtocolModel>(MOST_PROTOCOLS);

  constructor(@Inject(Blocks) private readonly blocks: Blocks) {}

  /** Null when no such protocol is known here. */
  async protocol(tx: Reads, protocolId: string): Promise<KnownProtocol | null> {
    return (await this.load(tx, { protocols: [protocolId] })).protocol(protocolId);
  }

  /** Null when no such consent is known here and nothing about it is blocked. */
  async consent(tx: Reads, consentId: string): Promise<KnownConsent | null> {
    return (await this.load(tx, { consents: [consentId] })).consent(consentId);
  }

  /** All that is wanted, in one look at the database. */
  async load(tx: Reads, wanted: WantedFacts): Promise<LoadedFacts> {
    const protocolIds = this.withFrameworks(distinct(wanted.protocols));
    const consentIds = distinct(wanted.consents);
    const subjectRefs = distinct(wanted.subjects);
    const protocols = picked(this.protocols, protocolIds);
    const consents = picked(this.consents, consentIds);
    const subjects = picked(this.subjects, subjectRefs);

    let changed: ChangedFactsRow;
    let blocked: ReadonlySet<string>;
    let models: Models | null;
    let reads = 0;
    do {
      if ((reads += 1) > READS) throw new Error('The facts of a protocol change faster than they can be read');
      const known = {
        protocols: protocolIds.map((id) => ({ id, version: protocols.get(id)?.version ?? 0 })),
        consents: consentIds.map((id) => ({ id, ...versionOf(consents.get(id)) })),
        subjects: subjectRefs.map((id) => ({ id, version: subjects.get(id)?.version ?? 0 })),
      };
      [[changed], blocked] = await Promise.all([
        tx.query<ChangedFactsRow>(selectChangedFacts(known)) as Promise<[ChangedFactsRow]>,
        this.blocks.among(tx, [...protocolIds, ...consentIds]),
      ]);
      models = await this.modelsOf(tx, changed.protocols ?? []);
    } while (models === null);

    for (const row of changed.protocols ?? []) replace(row.id, knownProtocol(row, models), protocols, this.protocols);
    for (const row of changed.consents ?? []) replace(row.id, knownConsent(row), consents, this.consents);
    for (const row of changed.subjects ?? []) replace(row.id, knownSubject(row), subjects, this.subjects);
    // Of an accession that is seen for the first time: the next time it is known from the start.
    const frameworks = [...protocols.values()].flatMap(({ frameworkId }) => frameworkId ?? []);
    if (frameworks.some((id) => !protocolIds.includes(id)))
      return this.load(tx, { ...wanted, protocols: distinct([...protocolIds, ...frameworks]) });
    return {
      protocol: (id) => boundProtocol(id, protocols, blocked),
      consent: (id) => consentWithBlock(id, consents.get(id) ?? null, blocked.has(id)),
      subject: (ref) => subjects.get(ref) ?? null,
    };
  }

  private withFrameworks(ids: string[]): string[] {
    const frameworks = ids.flatMap((id) => this.protocols.get(id)?.frameworkId ?? []);
    return frameworks.length === 0 ? ids : distinct([...ids, ...frameworks]);
  }

  /** @returns null when a model was replaced since the facts were read: they must be read again, to fit */
  private async modelsOf(tx: Reads, changed: readonly ChangedProtocol[]): Promise<Models | null> {
    const models = new Map<string, ProtocolModel>();
    for (const { id, versions } of changed) {
      for (const { version, digest } of versions ?? []) {
        let model = this.models.get(digest);
        if (!model) {
          const [row] = await tx.query<{ model: ProtocolModel }>(selectModelOfDigest(id, version, digest));
          if (!row) return null;
          this.models.set(digest, (model = row.model));
        }
        models.set(digest, model);
      }
    }
    return models;
  }
}

function knownProtocol(row: ChangedProtocol, models: Models): CachedProtocol | null {
  if (row.version === 0) return null;
  const versions = (row.versions ?? []).map(({ version, digest, effectiveFrom }) => ({
    version,
    model: models.get(digest)!,
    effectiveFrom,
    endedAt: row.endedAt,
    suspendedFrom: row.suspendedFrom,
    blocked: false,
  }));
  const parties = { sender: row.sender!, receiver: row.receiver! };
  const facts = { protocolId: row.id, versions, parties, stopClause: row.stopClause };
  return { version: row.version, facts, frameworkId: row.frameworkId };
}

function knownSubject(row: ChangedSubject): KnownSubject | null {
  const { version, protocolId, restricted, objection, identifiable } = row;
  return protocolId === null ? null : { version, protocolId, stops: { restricted, objection }, identifiable };
}

function distinct(ids: readonly string[] = []): string[] {
  return ids.length > 1 ? [...new Set(ids)] : [...ids];
}

/** Those of the ids that are in memory. A copy: another transaction may replace or push out an entry meanwhile. */
function picked<T>(memory: BoundedMap<string, T>, ids: readonly string[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const id of ids) {
    const known = memory.get(id);
    if (known !== undefined) found.set(id, known);
  }
  return found;
}

function replace<T>(id: string, current: T | null, known: Map<string, T>, memory: BoundedMap<string, T>): void {
  if (current === null) {
    known.delete(id);
    memory.delete(id);
  } else {
    known.set(id, current);
    memory.set(id, current);
  }
}

function versionOf(consent: CachedConsent | undefined): { version: number; used: boolean } {
  return consent ? { version: consent.version, used: consent.used } : { version: 0, used: false };
}

function knownConsent(row: ChangedConsent): CachedConsent | null {
  if (row.version === 0) return null;
  return {
    version: row.version,
    used: row.used,
    facts: {
      consentId: row.id,
      subjectRef: row.subjectRef,
      protocolId: row.protocolId,
      purpose: row.purpose,
      items: row.items,
      recipient: { party: row.party, unit: row.unit, category: row.category },
      // A withdrawal outweighs a use: the one who asks is told that the person said no.
      state: row.state === 'given' && row.used ? 'used' : row.state,
      noticePoints: row.noticePoints,
      givenAt: row.givenAt,
      expiresAt: row.expiresAt,
      blocked: false,
    },
  };
}

function boundProtocol(
  id: string,
  protocols: ReadonlyMap<string, CachedProtocol>,
  blocked: ReadonlySet<string>,
): KnownProtocol | null {
  const known = withBlock(protocols.get(id) ?? null, blocked.has(id));
  if (known === null || known.frameworkId === null) return known;
  const framework = withBlock(protocols.get(known.frameworkId) ?? null, blocked.has(known.frameworkId));
  return { ...known, facts: { ...known.facts, framework: framework?.facts ?? null }, framework };
}

/** A block is of the moment: it is never remembered. */
function withBlock(known: CachedProtocol | null, blocked: boolean): CachedProtocol | null {
  if (!known || !blocked) return known;
  const versions = known.facts.versions.map((version) => ({ ...version, blocked }));
  return { ...known, facts: { ...known.facts, versions } };
}

function consentWithBlock(consentId: string, known: KnownConsent | null, blocked: boolean): KnownConsent | null {
  if (!blocked) return known;
  return known ? { ...known, facts: { ...known.facts, blocked } } : { version: 0, facts: unreadable(consentId) };
}

/** The first message about this consent could not be applied: nothing can be said of it. */
function unreadable(consentId: string): ConsentFacts {
  const recipient = { party: '', unit: '', category: '' };
  return {
    consentId,
    subjectRef: '',
    protocolId: '',
    purpose: '',
    items: [],
    recipient,
    state: 'given',
    noticePoints: [],
    givenAt: 0,
    blocked: true,
  };
}
