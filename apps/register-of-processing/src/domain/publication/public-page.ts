import type { PartyRole, Texts } from '@convenant/protocol';
import { Html, markup } from './markup.js';
import { languageNames, pageLanguages, regimeNames, words, type PageLanguage } from './page-texts.js';
import { pageSections } from './page-sections.js';
import { pageStyle } from './page-style.js';
import type { PublishedVersion } from './published-version.js';

/** What a page is written with: its language, and how it says a thing. */
export interface PageWriter {
  readonly language: PageLanguage;
  /** Language of the protocol's own text. */
  readonly textLanguage: string;
  word(key: keyof typeof words): string;
  /** A text in the page's language. */
  in(texts: Texts): string;
  /** Words of the protocol itself, marked with their language where that is another (WCAG 3.1.2). */
  own(text: string): Html;
  party(role: PartyRole): string;
  /** A reference to a clause further down. */
  clause(id: string | null): Html;
  /** A calendar date in Brussels, as people of the language write it. */
  date(date: string): Html;
}

/**
 * The public page of a version in one language: one file without script and without anything from elsewhere, so that it may
 * stand on any website and can be printed. Links lead within the page and to its sister files in the same folder.
 *
 * The same version gives the same text, whoever asks and whenever.
 *
 * @param styleHash SHA-256 of `pageStyle` in base64, for the page's own content security policy
 */
export function publicPage(published: PublishedVersion, language: PageLanguage, styleHash: string): string {
  const { effective, version } = published;
  const write = writer(published, language);
  const title = write.in(effective.title);
  const sections = pageSections(published, write);
  const page = markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(styleHash)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${pageLanguages
  .filter((other) => other !== language)
  .map(
    (other) => markup`<link rel="alternate" hreflang="${other}" href="${fileOf(other)}">
`,
  )}<style>${new Html(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#main">${write.word('skip')}</a>
<header>
<nav aria-label="${write.word('otherLanguages')}"><ul>
${pageLanguages
  .filter((other) => other !== language)
  .map(
    (
      other,
    ) => markup`<li><a href="${fileOf(other)}" lang="${other}" hreflang="${other}">${languageNames[other]}</a></li>
`,
  )}</ul></nav>
<p class="kicker">${write.word('protocol')} · ${write.word('version')} ${version} · ${write.in(regimeNames[effective.regime.id])}</p>
<h1>${title}</h1>
</header>
<main id="main" tabindex="-1">
<nav class="contents" aria-labelledby="contents"><h2 id="contents">${write.word('contents')}</h2><ul>
${sections.map(
  ({ id, title: heading }) => markup`<li><a href="#${id}">${heading}</a></li>
`,
)}</ul></nav>
${sections.map(
  ({ id, title: heading, body }) => markup`<section aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
${body}
</section>
`,
)}</main>
<footer>
<p><a href="protocol.json" type="application/json">${write.word('machineReadable')}</a></p>
</footer>
</body>
</html>
`;
  return page.text;
}

/** Name of the page in a language. */
export function fileOf(language: PageLanguage): string {
  return `${language}.html`;
}

/** Nothing is loaded, run or sent from the page; its own style is known by its hash. */
export function contentPolicy(styleHash: string): string {
  return `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
}

function writer({ effective }: PublishedVersion, language: PageLanguage): PageWriter {
  const textLanguage = effective.language;
  const format = new Intl.DateTimeFormat(`${language}-BE`, { dateStyle: 'long', timeZone: 'UTC' });
  const own = (text: string) =>
    textLanguage === language ? markup`${text}` : markup`<span lang="${textLanguage}">${text}</span>`;
  return {
    language,
    textLanguage,
    word: (key) => words[key][language],
    in: (texts) => texts[language],
    own,
    party: (role) => effective.parties[role].name,
    clause: (id) => {
      const title = effective.clauses.find((clause) => clause.id === id)?.title;
      return title === undefined ? markup`` : markup`<a class="clause" href="#clause-${id}">${own(title)}</a>`;
    },
    date: (date) => markup`<time datetime="${date}">${format.format(new Date(`${date}T00:00:00Z`))}</time>`,
  };
}
