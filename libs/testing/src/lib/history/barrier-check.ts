import type { CommandFact, EnforcedFact, Finding } from './history-facts.js';

/** Something authorised, at its place in its service's outbox, with what it rests on. */
export interface PermissionFact {
  service: string;
  sequence: number;
  id: string;
  under: string[];
}

/** A barrier that was applied, at its place in the same outbox. */
export interface BarrierFact {
  service: string;
  sequence: number;
  subject: string;
}

/**
 * Invariant 4: behind a barrier nothing under it is authorised, neither by the order of the outbox nor, for who was told
 * *enforced*, by a command that he sent afterwards. A protocol that is resumed is not for this check.
 */
export class BarrierCheck {
  private readonly permissions: PermissionFact[] = [];
  private readonly barriers = new Map<string, number>();
  private readonly told = new Map<string, number>();
  private readonly commands: CommandFact[] = [];

  permission(permission: PermissionFact): void {
    this.permissions.push(permission);
  }

  barrier({ service, subject, sequence }: BarrierFact): void {
    const key = `${service} ${subject}`;
    this.barriers.set(key, Math.min(sequence, this.barriers.get(key) ?? sequence));
  }

  enforced({ subject, at }: EnforcedFact): void {
    this.told.set(subject, Math.min(at, this.told.get(subject) ?? at));
  }

  command(command: CommandFact): void {
    this.commands.push(command);
  }

  verdict(): Finding[] {
    const findings: Finding[] = [];
    for (const { service, sequence, id, under } of this.permissions) {
      for (const subject of under) {
        const barrier = this.barriers.get(`${service} ${subject}`);
        if (barrier !== undefined && barrier < sequence)
          findings.push({ invariant: 4, code: 'barrier.overtaken', detail: `${service} ${sequence} ${id} ${subject}` });
      }
    }
    for (const { service, key, invokedAt, permittedUnder = [] } of this.commands) {
      for (const subject of permittedUnder) {
        const at = this.told.get(subject);
        if (at !== undefined && at < invokedAt)
          findings.push({ invariant: 4, code: 'barrier.brokenForClient', detail: `${service} ${key} ${subject}` });
      }
    }
    return findings;
  }
}
