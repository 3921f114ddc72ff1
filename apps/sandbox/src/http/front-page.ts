import type { ClockView } from '../clock/time-machine.js';
import type { KnownPersona } from '../identity/persona-store.js';
import type { MailView } from '../mail/spool.js';

/** Script of the front page: asks for tokens, copies them, moves the clock. Served apart, so that no inline code runs. */
export const frontPageScript = `
const say = (text) => { document.getElementById('said').textContent = text; };
const post = async (path, body) => {
  const response = await fetch(path, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
};
for (const button of document.querySelectorAll('button[data-persona]')) {
  button.addEventListener('click', async () => {
    const persona = button.dataset.persona;
    try {
      const { token } = await post('/sandbox/v1/tokens', { persona });
      const field = document.getElementById('token-' + persona);
      field.value = token;
      field.hidden = false;
      field.select();
      const copied = await navigator.clipboard?.writeText(token).then(() => true, () => false);
      say((copied ? 'Copied the token of ' : 'Here is the token of ') + persona + '.');
    } catch (error) { say(error.message); }
  });
}
document.getElementById('clock').addEventListener('submit', async (event) => {
  event.preventDefault();
  const value = new FormData(event.target).get('to').trim();
  try {
    await post('/sandbox/v1/clock', value === '' ? { reset: true } : value.startsWith('P') ? { advance: value } : { now: value });
    location.reload();
  } catch (error) { say(error.message); }
});
`;

const style = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; font-weight: 600; font-size: 1.25rem; padding: 1.5rem 0 .5rem; }
th, td { text-align: start; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #8886; }
td { overflow-wrap: break-word; }
button, input { font: inherit; padding: .25rem .6rem; white-space: nowrap; }
input.token { width: 100%; margin-top: .35rem; font-family: monospace; }
#said { min-height: 1.5rem; font-weight: 600; }
h2 { font-size: 1.25rem; margin: 1.5rem 0 .5rem; }
`;

/** The page at `/sandbox/`: the clock, who can be acted as, and the mail that arrived, newest first. */
export function frontPage(state: { clock: ClockView; personas: KnownPersona[]; mails: readonly MailView[] }): string {
  const { clock, personas, mails } = state;
  const shown = [...mails].reverse().slice(0, 100);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Convenant sandbox</title><style>${style}</style></head>
<body>
<main>
<h1>Convenant sandbox</h1>
<p>The agencies' side, for development and demonstration only: invented people, no real data.</p>
<p id="said" role="status"></p>
<h2>Clock</h2>
<p>The services take it to be <strong><time datetime="${clock.now}">${clock.now}</time></strong>${
    clock.offsetMs === 0 ? ' (real time)' : ''
  }.</p>
<form id="clock">
<label for="to">Move to an instant (2026-03-02T09:00:00+01:00) or by a period (P1D); empty for real time</label><br>
<input id="to" name="to" size="34"> <button>Move the clock</button>
</form>
<table>
<caption>Personas</caption>
<thead><tr><th scope="col">Persona</th><th scope="col">Who</th><th scope="col">Roles</th><th scope="col">Unit</th><th scope="col">Party</th><th scope="col">Token</th></tr></thead>
<tbody>${personas.map(personaRow).join('')}</tbody>
</table>
<table>
<caption>Mail (${mails.length}${shown.length < mails.length ? `, the last ${shown.length} shown` : ''})</caption>
<thead><tr><th scope="col">Received</th><th scope="col">To</th><th scope="col">Subject</th><th scope="col">Attachments</th></tr></thead>
<tbody>${shown.map(mailRow).join('') || '<tr><td colspan="4">No mail has arrived yet.</td></tr>'}</tbody>
</table>
</main>
<script src="/sandbox/page.js"></script>
</body>
</html>
`;
}

function personaRow({ name, description, roles, unit, secrecy, party }: KnownPersona): string {
  return `<tr><th scope="row">${escaped(name)}</th><td>${escaped(description)}${secrecy ? ', bound by secrecy' : ''}</td>
<td>${escaped(roles.join(', '))}</td><td>${escaped(unit ?? '')}</td><td>${escaped(party ?? '')}</td>
<td><button type="button" data-persona="${escaped(name)}" aria-label="Copy a token of ${escaped(name)}">Token</button>
<input class="token" id="token-${escaped(name)}" aria-label="Token of ${escaped(name)}" readonly hidden></td></tr>`;
}

function mailRow(mail: MailView): string {
  const attachments = mail.attachments.map(
    ({ name, size }) =>
      `<a href="/sandbox/v1/mails/${mail.id}/attachment?name=${encodeURIComponent(name)}">${escaped(name)}</a> (${size} bytes)`,
  );
  return `<tr><td><time datetime="${escaped(mail.receivedAt)}">${escaped(mail.receivedAt)}</time></td>
<td>${escaped(mail.to.join(', '))}</td><td><a href="/sandbox/v1/mails/${mail.id}">${escaped(mail.subject || '(no subject)')}</a></td>
<td>${attachments.join('<br>')}</td></tr>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
