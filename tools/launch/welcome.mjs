import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Whose tokens are printed, by the name under which they are exported. */
const shown = { ADMIN: 'admin', SENDER_DPO: 'og-dpo', RECEIVER_DPO: 'ocmw-dpo' };

/**
 * What a newcomer sees when the system is up: one address, tokens that work at once, three commands to copy.
 * @param {import('./system.mjs').RunningSystem} system
 * @param {string} root
 * @returns {Promise<string>}
 */
export async function welcome({ url }, root) {
  const node = join(root, 'node_modules/.bin/node');
  const story = join(root, 'apps/sandbox/dist/story');
  await promisify(execFile)(node, [join(story, 'parties-main.js'), url], { cwd: root });
  const tokens = await Promise.all(
    Object.entries(shown).map(async ([name, persona]) => `  export ${name}=${await tokenFor(url, persona)}`),
  );
  return `
Convenant is up: ${url}

Tokens of the operator and of the data protection officers of the two parties, good for twelve hours:

${tokens.join('\n')}

Tokens of everybody else, the mails and the clock: ${url}/sandbox/

Try:

  curl -s -H "Authorization: Bearer $SENDER_DPO" ${url}/register/v1/parties
  ${node} ${join(story, 'main.js')} --base-url ${url}
  curl -s -H "Authorization: Bearer $RECEIVER_DPO" "${url}/audit/v1/entries?limit=5"

The second one runs a whole referral, with its refusals, through this system; the third shows what the receiver may see of
it. Ctrl-C here stops everything.
`;
}

/** @param {string} url @param {string} persona @returns {Promise<string>} */
async function tokenFor(url, persona) {
  const answer = await fetch(`${url}/sandbox/v1/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ persona }),
  });
  if (!answer.ok) throw new Error(`The sandbox gives no token for ${persona}: ${answer.status} ${await answer.text()}`);
  return /** @type {{ token: string }} */ (await answer.json()).token;
}
