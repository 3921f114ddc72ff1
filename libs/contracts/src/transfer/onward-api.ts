import Type, { type Static } from 'typebox';
import { CalendarDate, Clause, closed, Code, Instant, Localized, Token, Uuid } from '../lib/shapes.js';
import { OnwardRecipient } from './onward-events.js';

/**
 * `POST /transfer/v1/disclosures/{id}/onward-disclosures` (agency, agency-user, dpo of the receiver). The recipient is named by
 * exactly one of `party` and `enterpriseNumber`; `at` is when it was passed on.
 */
export const RecordOnwardRequest = Type.Object(
  {
    recipient: OnwardRecipient,
    items: Type.Array(Token, { minItems: 1, maxItems: 100, uniqueItems: true }),
    purpose: Token,
    at: Instant,
  },
  closed,
);
export type RecordOnwardRequest = Static<typeof RecordOnwardRequest>;

/**
 * Answer 201, permitted and refused alike. `toTell`: what this recipient is to be told of corrections and erasures that came
 * after; open until the correction is acknowledged, which says that those whom the receiver disclosed to know of it too.
 * @see GDPR Art. 19
 */
export const OnwardDisclosureView = Type.Object(
  {
    id: Uuid,
    disclosureId: Uuid,
    verdict: Type.Enum(['permitted', 'refused', 'gap']),
    code: Type.Optional(Code),
    clause: Type.Optional(Clause),
    explanation: Type.Optional(Localized),
    recipient: OnwardRecipient,
    items: Type.Array(Token),
    purpose: Token,
    at: Instant,
    recordedAt: Instant,
    toTell: Type.Array(
      Type.Object(
        {
          correctionId: Uuid,
          kind: Type.Enum(['correction', 'erasure']),
          items: Type.Array(Token),
          state: Type.Enum(['open', 'told']),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type OnwardDisclosureView = Static<typeof OnwardDisclosureView>;

/** `GET /transfer/v1/frequency-reports?protocolId=&from=&to=` (dpo of either party); both days are counted in. */
export const FrequencyQuery = Type.Object({ protocolId: Uuid, from: CalendarDate, to: CalendarDate }, closed);
export type FrequencyQuery = Static<typeof FrequencyQuery>;

/** How often disclosures were requested, by month (Brussels), requesting unit and purpose; counts only, nobody's reference. */
export const FrequencyReportView = Type.Object(
  {
    protocolId: Uuid,
    from: CalendarDate,
    to: CalendarDate,
    items: Type.Array(
      Type.Object(
        {
          month: Type.String({ pattern: '^\\d{4}-\\d{2}$' }),
          requesterParty: Uuid,
          requesterUnit: Type.Optional(Token),
          purpose: Token,
          requests: Type.Integer({ minimum: 1 }),
          permitted: Type.Integer({ minimum: 0 }),
          /** By code; a fact that was missing counts as FACT_MISSING. */
          refused: Type.Array(Type.Object({ code: Code, count: Type.Integer({ minimum: 1 }) }, closed)),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type FrequencyReportView = Static<typeof FrequencyReportView>;
