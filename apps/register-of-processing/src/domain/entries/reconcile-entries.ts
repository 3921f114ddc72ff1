import { addPeriod } from '@convenant/kernel';
import type { DeclaredEntry, EntryMismatch } from '@convenant/contracts';
import type { PartyRole, RetentionRule } from '@convenant/protocol';
import { isSameName } from '../governance/expected-processors.js';
import { processorsOf } from './entry-content.js';
import type { EntryFacts } from './entry-facts.js';

/** What one party declared, compared with the protocol. */
type Difference = Omit<EntryMismatch, 'party'>;

/**
 * Where the registers of the two parties and the protocol differ. The generated entries mirror each other; a party that
 * declares something else differs from the protocol, and so from the other party. A list that it left out says the same.
 */
export function reconcileEntries(facts: EntryFacts): EntryMismatch[] {
  return (['sender', 'receiver'] as const).flatMap((role) => {
    const declared = facts.declared[role];
    if (declared === null) return [];
    const party = facts.parties[role].id;
    return differences(facts, role, declared.entry).map((difference) => ({ party, ...difference }));
  });
}

function differences(facts: EntryFacts, role: PartyRole, declared: DeclaredEntry): Difference[] {
  const { model } = facts.text;
  const recipients = model.recipients.map(({ category, clause, onward }) => {
    return { id: category, clause, optional: role === 'sender' && onward };
  });
  const processors = processorsOf(facts, role).map(({ name, clause }) => ({ id: name, ...(clause ? { clause } : {}) }));
  return [
    ...compared('purposes', declared.purposes, model.purposes),
    ...compared(
      'legalBases',
      declared.legalBases,
      model.legalBases.filter(({ side }) => side === role),
    ),
    ...compared('dataItems', declared.dataItems, model.dataItems),
    ...compared(
      'recipients',
      declared.recipients?.map(({ category }) => category),
      recipients,
    ),
    ...(declared.retention ?? []).flatMap((own) => comparedPeriod(own, model.retention.rules)),
    ...compared('processors', declared.processors, processors, isSameName),
    ...compared('thirdCountries', declared.thirdCountries, []),
  ];
}

interface Expected {
  readonly id: string;
  readonly clause?: string;
  /** May be left out of the party's own register. */
  readonly optional?: boolean;
}

function compared(
  aspect: Difference['aspect'],
  declared: readonly string[] | undefined,
  expected: readonly Expected[],
  same: (one: string, other: string) => boolean = (one, other) => one === other,
): Difference[] {
  if (declared === undefined) return [];
  const extra = declared.filter((one) => !expected.some(({ id }) => same(id, one)));
  const missing = expected.filter(({ id, optional }) => !optional && !declared.some((one) => same(id, one)));
  return [
    ...extra.map((about): Difference => ({ aspect, kind: 'notInProtocol', about })),
    ...missing.map(({ id, clause }): Difference => {
      return { aspect, kind: 'missingInOwnRegister', about: id, ...(clause === undefined ? {} : { clause }) };
    }),
  ];
}

/** A rule for which the text sets no period can be neither longer nor shorter. */
function comparedPeriod(
  { rule, period }: { rule: string; period: string },
  rules: readonly RetentionRule[],
): Difference[] {
  const found = rules.find(({ id }) => id === rule);
  if (found === undefined) return [{ aspect: 'retention', kind: 'notInProtocol', about: rule }];
  const agreed = found.period ?? found.ceiling;
  const order = agreed === null ? 0 : comparePeriods(period, agreed);
  if (order === 0) return [];
  const kind = order > 0 ? 'longerThanProtocol' : 'shorterThanProtocol';
  return [{ aspect: 'retention', kind, about: rule, clause: found.clause }];
}

/** A day from which no period is counted over a change of the clocks or a leap day alone. */
const COUNTED_FROM = Date.UTC(2026, 0, 1, 11);

/** Negative when `one` is shorter, counted on the calendar in Brussels from one fixed day. */
export function comparePeriods(one: string, other: string): number {
  return addPeriod(COUNTED_FROM, one) - addPeriod(COUNTED_FROM, other);
}
