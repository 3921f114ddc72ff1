import type { InstallationClient } from './installation-client.js';
import type { AgencySystem } from './agency-system.js';
import type { LiveTrail } from './live-trail.js';
import { itemsOf } from './people.js';
import type { People, Person, Step } from './story.types.js';

/** What the chapters know of each other: facts that earlier ones have brought about. */
export interface Facts {
  sender: string;
  receiver: string;
  third: string;
  protocolId: string;
  documentHash: string;
  dataHash: string;
  /** The mailbox that the protocol names. */
  mailbox: string;
  purpose: string;
  informationPoints: string[];
  /** A referral that was delivered, with the consent that it used up. */
  delivered: { id: string; consentId: string };
  subjectRef: string;
  subjectVersion: number;
  /** A second referral of the same client, which is accepted. */
  second: string;
  /** A third one, which is disputed. */
  disputed: string;
  /** A purge that has been applied. */
  appliedPurge: { id: string; setHash: string };
  /** What both data protection officers read live. */
  live: { sender: LiveTrail; receiver: LiveTrail };
  /** The software of the receiver at the message broker; absent where the story has no access to it. */
  receiversSystem?: AgencySystem;
}

interface Telling {
  clause?: string;
  who: string;
  what: string;
}

/** A chapter could not go on: its last step says why. */
export class StoryStopped extends Error {}

/** The story while it is being played: its steps so far, its facts, and the acts that chapters share. */
export class Story {
  readonly steps: Step[] = [];
  readonly timings: Record<string, number> = {};
  readonly facts = {} as Facts;
  private chapterTitle = '';
  private chapterNumber = 0;
  private stepNumber = 0;

  constructor(
    readonly client: InstallationClient,
    readonly people: People,
    /** Tells one run from another on the same installation. */
    readonly run: string,
    private readonly onStep: (step: Step) => void,
    private readonly leaveOut: readonly string[] = [],
    private readonly beforeChapter?: (title: string) => Promise<void>,
  ) {}

  plays(title: string): boolean {
    return !this.leaveOut.includes(title);
  }

  async chapter(title: string, play: (story: Story) => Promise<void>): Promise<void> {
    await this.beforeChapter?.(title);
    this.chapterTitle = title;
    this.chapterNumber += 1;
    this.stepNumber = 0;
    if (!this.plays(title)) return;
    const start = performance.now();
    await play(this);
    this.timings[`chapter${this.chapterNumber}Ms`] = Math.round(performance.now() - start);
  }

  /**
   * Plays one step: `act` returns what came of it, or throws when that is not as it should be.
   * @throws StoryStopped after a step that went wrong: what follows builds on it
   */
  async step(telling: Telling, act: () => Promise<string>): Promise<void> {
    this.stepNumber += 1;
    const { clause = '', who, what } = telling;
    let ok = true;
    let outcome: string;
    try {
      outcome = await act();
    } catch (error) {
      ok = false;
      outcome = error instanceof Error ? error.message : String(error);
    }
    const id = `${this.chapterNumber}.${this.stepNumber}`;
    const step: Step = {
      id,
      clause,
      ok,
      detail: `${who} ${what}: ${outcome}`,
      chapter: this.chapterTitle,
      who,
      what,
      outcome,
    };
    this.steps.push(step);
    this.onStep(step);
    if (!ok) throw new StoryStopped(id);
  }

  /** The recipient that the protocol covers. */
  recipient(): { party: string; unit: string; category: string } {
    return { party: this.facts.receiver, unit: 'ocmw-sociale-dienst', category: 'social-worker' };
  }

  /** A referral as the protocol allows it. */
  referral(person: Person, subjectRef: string, consent?: { id: string; version: number }): Record<string, unknown> {
    return {
      protocolId: this.facts.protocolId,
      subjectRef,
      ...(consent && { consentId: consent.id, seen: [{ aggregateId: consent.id, version: consent.version }] }),
      purpose: this.facts.purpose,
      items: itemsOf(person),
      recipient: this.recipient(),
      channel: { kind: 'mail7zip', address: this.facts.mailbox, cipher: '7z-aes-256' },
    };
  }

  consentRequest(subjectRef: string, noticeId: string): Record<string, unknown> {
    return {
      subjectRef,
      protocolId: this.facts.protocolId,
      noticeId,
      decision: 'given',
      purpose: this.facts.purpose,
      items: ['name', 'contact'],
      recipient: this.recipient(),
      method: 'oral',
    };
  }

  noticeRequest(subjectRef: string): Record<string, unknown> {
    return {
      subjectRef,
      protocolId: this.facts.protocolId,
      noticeVersion: '2026-02',
      language: 'nl',
      informationPoints: this.facts.informationPoints,
    };
  }
}
