import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { applyDecisions, canonicalProtocol, parseProtocol, type PartyDecision } from '@convenant/protocol';
import { Html, markup } from './markup.js';
import { pageLanguages } from './page-texts.js';
import { pageStyle } from './page-style.js';
import { publicJson } from './public-json.js';
import { publicPage } from './public-page.js';
import type { PublishedVersion } from './published-version.js';

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

function published(name: string, decisions: PartyDecision[] = []): PublishedVersion {
  const file = readFileSync(new URL(`../../../../../protocols/${name}.yaml`, import.meta.url), 'utf8');
  const parsed = parseProtocol(file, { format: 'yaml' });
  if (!parsed.ok) throw new Error('the shipped file is sound');
  const { model: effective, filled } = applyDecisions(parsed.model, decisions);
  return {
    protocolId: '0199101a-7c00-7000-8000-abc000000015',
    version: 1,
    effectiveFrom: Date.parse('2026-02-28T23:00:00Z'),
    drafted: parsed.model,
    effective,
    filled,
    documentHash: 'a'.repeat(64),
    dataHash: createHash('sha256').update(canonicalProtocol(parsed.model)).digest('hex'),
    opinions: {},
    signatures: [],
  };
}

const og = published('opgroeien--ocmw-sint-gillis-waas', [
  {
    openPointId: 'client-declines',
    value: 'erase',
    decidedBy: 'receiver',
    capacity: 'officer',
    decidedOn: '2026-02-20',
  },
]);
const fj = published('fod-justitie--departement-wvg');
const pages = [og, fj].flatMap((version) =>
  pageLanguages.map(
    (language) => [version.drafted.reference, language, publicPage(version, language, styleHash)] as const,
  ),
);

describe('the public page', () => {
  it.each(pages)(
    'of %s in %s stands alone: nothing is loaded, run or sent, and its style is the one that its policy names',
    (_, language, page) => {
      expect(page).toContain(`<html lang="${language}">`);
      expect(page).not.toMatch(/<script|<iframe|<img|<form|\son\w+=|\ssrc=|url\(|@import|javascript:/i);
      const links = [...page.matchAll(/href="([^"]*)"/g)].map((match) => match[1]!);
      expect(links.filter((link) => !/^(#[\w.-]+|mailto:[^"]+|(nl|fr|en)\.html|protocol\.json)$/.test(link))).toEqual(
        [],
      );
      const style = /<style>([\s\S]*)<\/style>/.exec(page)![1]!;
      expect(page).toContain(`style-src &#39;sha256-${createHash('sha256').update(style).digest('base64')}&#39;`);
    },
  );

  it.each(pages)(
    'of %s in %s can be followed: every link within it has its place, ids are unique, headings do not skip a level',
    (_, __, page) => {
      const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]!);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
      for (const [, target] of page.matchAll(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(target);
      const levels = [...page.matchAll(/<h(\d)/g)].map((match) => Number(match[1]));
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      expect(levels.every((level, index) => index === 0 || level <= levels[index - 1]! + 1)).toBe(true);
      expect(page.match(/<table/g)!.length).toBe(page.match(/<caption>/g)!.length);
    },
  );

  it('marks the words of the protocol with their language on a page of another one', () => {
    expect(publicPage(og, 'fr', styleHash)).toContain(
      '<span lang="nl">Noodzakelijk om de cliënt te kunnen identificeren</span>',
    );
    expect(publicPage(og, 'nl', styleHash)).not.toContain('lang="nl">Noodzakelijk');
  });

  it('shows a decision of the parties as theirs, and no natural person', () => {
    const page = publicPage(og, 'en', styleHash);
    expect(page).toContain('<code>erase</code>');
    expect(page).toContain('OCMW Sint-Gillis-Waas, <time datetime="2026-02-20">20 February 2026</time>');
  });

  it('is the same text for the same version', () => {
    expect(publicPage(og, 'nl', styleHash)).toBe(publicPage(og, 'nl', styleHash));
    expect(publicJson(og)).toBe(publicJson(og));
  });

  it('has a file beside it from which anybody can verify the hash that was signed', () => {
    const { protocol, dataHash } = JSON.parse(publicJson(og)) as { protocol: object; dataHash: string };
    const canonical = canonicalProtocol(protocol as PublishedVersion['drafted']);
    expect(createHash('sha256').update(canonical).digest('hex')).toBe(dataHash);
  });

  it('escapes every word that is not its own', () => {
    expect(markup`<p title="${'"><script>'}">${"a & b's"}${[new Html('<b>'), null, false, 1]}</p>`.text).toBe(
      '<p title="&#34;&#62;&#60;script&#62;">a &#38; b&#39;s<b>1</p>',
    );
  });
});
