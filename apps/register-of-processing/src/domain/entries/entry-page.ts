import type { EntryView } from '@convenant/contracts';
import { entryLines } from './entry-lines.js';
import { fieldNames, words, type EntryField, type EntryLanguage } from './entry-texts.js';

const fields = Object.keys(fieldNames) as EntryField[];

/** The one style of the page: readable on paper and on a small screen, contrast of at least 7:1. */
export const entryPageStyle = `
:root{color-scheme:light}
*{box-sizing:border-box}
html{font:100%/1.5 system-ui,"Segoe UI",Roboto,Arial,sans-serif;color:#1a1a1a;background:#fff}
body{max-width:70rem;margin:0 auto;padding:1rem 1.25rem}
h1{font-size:clamp(1.25rem,6vw,1.6rem);overflow-wrap:anywhere;border-bottom:4px solid #0b3d78;padding-bottom:.5rem}
h2{font-size:1.2rem;margin:2rem 0 .5rem;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #767676;padding:.4rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{width:18rem;background:#eef2f7;hyphens:auto;overflow-wrap:break-word}
ul{margin:0;padding-left:1.1rem}
.soft{color:#404040;font-size:.9em;overflow-wrap:anywhere}
.alert{border-left:.4rem solid #9a1b1b;padding-left:.6rem}
@media (max-width:40rem){th,td{display:block;width:100%}}
@media print{body{max-width:none;padding:0}html{font-size:9pt}th{width:15rem}section{break-before:page}section:first-of-type{break-before:auto}tr{break-inside:avoid}h2{break-after:avoid}}
`;

/**
 * The register as one page that can be printed: without script and without anything from elsewhere. Same entries, same page.
 *
 * @param asOf calendar date in Brussels
 * @param styleHash SHA-256 of `entryPageStyle` in base64, for the page's own content security policy
 */
export function entriesPage(
  entries: readonly EntryView[],
  party: string,
  asOf: string,
  language: EntryLanguage,
  styleHash: string,
): string {
  const title = words.register[language];
  const sections = entries.map((entry) => section(entry, language)).join('');
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(`${title}: ${party}`)}</title>
<style>${entryPageStyle}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(party)}<br>${words.asOf[language]} <time datetime="${asOf}">${asOf}</time></p>
${sections === '' ? `<p>${words.empty[language]}</p>` : sections}
</main>
</body>
</html>
`;
}

function section(entry: EntryView, language: EntryLanguage): string {
  const lines = entryLines(entry, language);
  const rows = fields
    .filter((field) => lines[field].length > 0)
    .map((field) => {
      const alert = field === 'mismatches' ? ' class="alert"' : '';
      return `<tr><th scope="row">${escaped(fieldNames[field][language])}</th><td${alert}>${listed(lines[field])}</td></tr>\n`;
    });
  const { id, version, contentHash } = entry;
  const heading = [...lines.title, ...lines.processor].join(': ');
  return `<section aria-labelledby="e-${id}">
<h2 id="e-${id}">${escaped(heading)}</h2>
<p class="soft">${words.entry[language]} ${id}, ${words.version[language]} ${version}, SHA-256 ${contentHash}</p>
<table><tbody>
${rows.join('')}</tbody></table>
</section>
`;
}

function listed(lines: readonly string[]): string {
  if (lines.length === 1) return escaped(lines[0]!);
  return `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
