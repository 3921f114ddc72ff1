import type { FrequencyReportView } from '@convenant/contracts';
import type { FrequencyRow } from '../db/onward.statements.js';

type Item = FrequencyReportView['items'][number];

/** Counts by outcome, gathered by month, requester, unit and purpose. @param rows in that order */
export function frequencyItems(rows: readonly FrequencyRow[]): Item[] {
  const items: Item[] = [];
  for (const { month, party, unit, purpose, code, count } of rows) {
    let item = items.at(-1);
    if (
      item?.month !== month ||
      item.requesterParty !== party ||
      item.requesterUnit !== (unit ?? undefined) ||
      item.purpose !== purpose
    ) {
      item = {
        month,
        requesterParty: party,
        ...(unit === null ? null : { requesterUnit: unit }),
        purpose,
        requests: 0,
        permitted: 0,
        refused: [],
      };
      items.push(item);
    }
    item.requests += count;
    if (code === null) item.permitted += count;
    else item.refused.push({ code, count });
  }
  return items;
}
