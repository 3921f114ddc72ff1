import { join } from 'node:path';

/**
 * What a newcomer sees when the system is up: one address, tokens that work at once, three commands to copy.
 * @param {import('./system.mjs').RunningSystem} system
 * @param {string} root
 * @returns {Promise<string>}
 */
export async function welcome({ url }, root) {
  const answer = await fetch(`${url}/sandbox/v1/personas`);
  const { items } = /** @type {{ items: { name: string }[] }} */ (await answer.json());
  const [admin, ...others] = items.map(({ name }) => name);
  const token = await tokenFor(url, /** @type {string} */ (admin));
  const node = join(root, 'node_modules/.bin/node');
  return `
Convenant is up: ${url}

A token for ${admin}, good for twelve hours:

  export TOKEN=${token}

Tokens for ${others.join(', ')}: ${url}/sandbox/

Try:

  curl -s -H "Authorization: Bearer $TOKEN" ${url}/register/v1/parties
  curl -s -H 'content-type: application/json' -d '{"persona": "${admin}"}' ${url}/sandbox/v1/tokens
  ${node} ${join(root, 'apps/sandbox/dist/story/main.js')} --base-url ${url}

The last one runs a whole referral, with its refusals, through this system. Ctrl-C here stops everything.
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
