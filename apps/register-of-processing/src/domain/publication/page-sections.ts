import { dateOf } from '@convenant/kernel';
import { partyRoles, type ProtocolModel } from '@convenant/protocol';
import { markup, type Html } from './markup.js';
import type { PageWriter } from './public-page.js';
import type { PublishedVersion } from './published-version.js';

/** A part of the page under its own heading. */
export interface PageSection {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

/** The parts of a public page, those first that a data subject looks for. Empty parts are left out. */
export function pageSections(published: PublishedVersion, write: PageWriter): PageSection[] {
  const model = published.effective;
  const section = (id: string, key: Parameters<PageWriter['word']>[0], body: Html | null): PageSection[] =>
    body === null ? [] : [{ id, title: write.word(key), body }];
  return [
    ...section('in-short', 'inShort', inShort(published, write)),
    ...section('parties', 'parties', parties(model, write)),
    ...section('purposes', 'purposes', purposes(model, write)),
    ...section('data', 'data', data(model, write)),
    ...section('legal-grounds', 'legalBases', legalBases(model, write)),
    ...section('recipients', 'recipients', recipients(model, write)),
    ...section('consent', 'consent', consent(model, write)),
    ...section('routes', 'routes', routes(model, write)),
    ...section('retention', 'retention', retention(model, write)),
    ...section('measures', 'measures', measures(model, write)),
    ...section('processors', 'processors', processors(model, write)),
    ...section('rights', 'rights', rights(model, write)),
    ...section('decisions', 'decisions', decisions(published, write)),
    ...section('opinions', 'opinions', opinions(published, write)),
    ...section('clauses', 'clauses', clauses(model, write)),
    ...section('verification', 'verification', verification(published, write)),
  ];
}

function inShort({ effective: model, effectiveFrom }: PublishedVersion, write: PageWriter): Html {
  const { subject, periodicity, duration, linkedAgreements } = model;
  const agreement = linkedAgreements.find(({ id }) => id === duration?.agreement);
  const until = duration?.endsOn
    ? write.date(duration.endsOn)
    : agreement
      ? write.own(agreement.title)
      : duration && model.clauses.some(({ id }) => id === duration.clause)
        ? write.own(model.clauses.find(({ id }) => id === duration.clause)!.text)
        : null;
  return markup`<dl>
<dt>${write.word('subject')}</dt><dd>${write.in(subject.text)} ${write.clause(subject.clause)}</dd>
${
  subject.persons !== undefined &&
  markup`<dt>${write.word('persons')}</dt><dd>${write.in(subject.persons.text)} ${write.clause(subject.persons.clause)}</dd>
`
}<dt>${write.word('effectiveFrom')}</dt><dd>${write.date(dateOf(effectiveFrom))} ${write.clause(model.entryIntoForce.clause)}</dd>
${
  until !== null &&
  markup`<dt>${write.word('duration')}</dt><dd>${until} ${write.clause(duration!.clause)}</dd>
`
}${
    periodicity !== null &&
    markup`<dt>${write.word('periodicity')}</dt><dd>${write.own(periodicity.text)} ${write.clause(periodicity.clause)}</dd>
`
  }</dl>`;
}

function parties(model: ProtocolModel, write: PageWriter): Html {
  return markup`${partyRoles.map((role) => {
    const { name, kbo, unitCode, seat, dpo, clause } = model.parties[role];
    return markup`<h3>${write.word(role)}: ${name}</h3>
<dl>
<dt>${write.word('enterpriseNumber')}</dt><dd>${kbo}${unitCode !== null && ` (${unitCode})`}</dd>
<dt>${write.word('seat')}</dt><dd>${seat.street}, ${seat.postalCode} ${seat.municipality}</dd>
<dt>${write.word('dpoContact')}</dt><dd>${dpo.contact === null ? write.word('notStated') : markup`<a href="mailto:${dpo.contact}">${dpo.contact}</a>`}</dd>
</dl>
<p>${write.clause(clause)}</p>
`;
  })}`;
}

function purposes(model: ProtocolModel, write: PageWriter): Html {
  return markup`<ul>
${model.purposes.map(
  ({ label, clause }) => markup`<li>${write.in(label)} ${write.clause(clause)}</li>
`,
)}</ul>`;
}

function data(model: ProtocolModel, write: PageWriter): Html {
  return table(
    write,
    'data',
    ['item', 'fields', 'reason', 'clause'],
    model.dataItems.map(({ label, fields, reason, clause }) => [
      markup`${write.in(label)}`,
      markup`${fields.map(({ label: field }) => write.in(field)).join(', ')}`,
      reason === null ? markup`${write.word('notStated')}` : write.own(reason),
      write.clause(clause),
    ]),
  );
}

function legalBases(model: ProtocolModel, write: PageWriter): Html | null {
  if (model.legalBases.length === 0) return null;
  return table(
    write,
    'legalBases',
    ['side', 'instrument', 'articles', 'gdpr', 'clause'],
    model.legalBases.map(({ side, instrument, articles, gdprArt6, clause }) => [
      markup`${write.party(side)}`,
      instrument === null ? markup`${write.word('notStated')}` : write.own(instrument),
      markup`${articles.join(', ')}`,
      markup`6(1)(${gdprArt6})`,
      write.clause(clause),
    ]),
  );
}

function recipients(model: ProtocolModel, write: PageWriter): Html | null {
  if (model.recipients.length === 0) return null;
  return markup`<ul>
${model.recipients.map(
  ({
    label,
    onward,
    clause,
  }) => markup`<li>${write.in(label)}${onward && ` (${write.word('onward')})`} ${write.clause(clause)}</li>
`,
)}</ul>`;
}

function consent({ consent: rule }: ProtocolModel, write: PageWriter): Html | null {
  if (!rule.required) return null;
  return markup`<p>${write.word('consentNeeded')} ${write.clause(rule.clause)}</p>
<ul>
${rule.informationPoints.map(
  ({ label }) => markup`<li>${write.in(label)}</li>
`,
)}</ul>`;
}

function routes(model: ProtocolModel, write: PageWriter): Html {
  const text = (id: string) => model.clauses.find((clause) => clause.id === id)?.text ?? '';
  return markup`<ul>
${model.routes.map(
  ({ clause }) => markup`<li>${write.own(text(clause))} ${write.clause(clause)}</li>
`,
)}</ul>`;
}

function retention(model: ProtocolModel, write: PageWriter): Html | null {
  if (model.retention.rules.length === 0) return null;
  return markup`<ul>
${model.retention.rules.map(
  ({ label, clause }) => markup`<li>${write.in(label)} ${write.clause(clause)}</li>
`,
)}</ul>`;
}

function measures(model: ProtocolModel, write: PageWriter): Html | null {
  if (model.securityMeasures.length === 0) return null;
  return markup`<ul>
${model.securityMeasures.map(
  ({ by, text, clause }) => markup`<li>${write.party(by)}: ${write.own(text)} ${write.clause(clause)}</li>
`,
)}</ul>`;
}

function processors(model: ProtocolModel, write: PageWriter): Html | null {
  const { named } = model.processors;
  if (named.length === 0) return null;
  return markup`<ul>
${named.map(
  ({
    name,
    legalForm,
    of,
    clause,
  }) => markup`<li>${name}${legalForm !== null && ` ${legalForm}`} (${write.party(of)}) ${write.clause(clause)}</li>
`,
)}</ul>`;
}

function rights({ rights: stated }: ProtocolModel, write: PageWriter): Html {
  return markup`<p>${write.word('rightsText')}</p>
${
  stated.exercise !== null &&
  markup`<p>${write.own(stated.exercise)} ${write.clause(stated.clause)}</p>
`
}${
    stated.limits !== null &&
    markup`<p>${write.own(stated.limits)} ${write.clause(stated.clause)}</p>
`
  }`;
}

function decisions({ effective, filled }: PublishedVersion, write: PageWriter): Html | null {
  if (filled.length === 0) return null;
  const question = (point: string) => effective.openPoints.find(({ id }) => id === point)!.question;
  return markup`<p>${write.word('decisionsText')}</p>
${table(
  write,
  'decisions',
  ['question', 'decided', 'by', 'clause'],
  filled.map(({ openPointId, value, clause, decisions: by }) => [
    markup`${write.in(question(openPointId))}`,
    markup`<code>${value}</code>`,
    markup`${by.map(({ decidedBy, decidedOn }) => markup`${write.party(decidedBy)}, ${write.date(decidedOn)}<br>`)}`,
    write.clause(clause),
  ]),
)}`;
}

function opinions({ opinions: given, signatures }: PublishedVersion, write: PageWriter): Html {
  return markup`<dl>
${partyRoles.map((role) => {
  const opinion = given[role];
  if (opinion === undefined) return null;
  const { outcome, givenOn, followed } = opinion;
  return markup`<dt>${write.party(role)}</dt><dd>${write.word('opinion')}: ${write.word(outcome)}, ${write.word(followed ? 'followed' : 'notFollowed')}, ${write.date(givenOn)}</dd>
`;
})}</dl>
${table(
  write,
  'signature',
  ['side', 'capacity', 'date'],
  signatures.map(({ by, capacity, signedOn }) => [
    markup`${write.party(by)}`,
    write.own(capacity),
    write.date(signedOn),
  ]),
)}`;
}

function clauses(model: ProtocolModel, write: PageWriter): Html {
  const foreign = write.textLanguage !== write.language;
  return markup`${
    foreign &&
    markup`<p>${write.word('clausesNote')}</p>
`
  }${model.clauses.map(
    ({ id, title, text }) => markup`<section class="block" aria-labelledby="clause-${id}">
<h3 id="clause-${id}">${write.own(title)}</h3>
<p>${write.own(text)}</p>
</section>
`,
  )}`;
}

function verification({ documentHash, dataHash }: PublishedVersion, write: PageWriter): Html {
  return markup`<dl>
<dt>${write.word('documentHash')}</dt><dd><code>${documentHash}</code></dd>
<dt>${write.word('dataHash')}</dt><dd><code>${dataHash}</code></dd>
</dl>`;
}

/** A table that a screen reader can follow: caption, column headings, the first cell as the heading of its row. */
function table(
  write: PageWriter,
  caption: Parameters<PageWriter['word']>[0],
  columns: readonly Parameters<PageWriter['word']>[0][],
  rows: readonly (readonly Html[])[],
): Html {
  return markup`<div class="table" tabindex="0" role="region" aria-label="${write.word(caption)}"><table>
<caption>${write.word(caption)}</caption>
<thead><tr>${columns.map((column) => markup`<th scope="col">${write.word(column)}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([first, ...rest]) => markup`<tr><th scope="row">${first!}</th>${rest.map((cell) => markup`<td>${cell}</td>`)}</tr>
`,
)}</tbody>
</table></div>`;
}
