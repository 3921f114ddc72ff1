/** Stops what `global-setup.mjs` started, and nothing else. */
export default async function tearDown() {
  await /** @type {any} */ (globalThis).convenantTestServers?.stop();
}
