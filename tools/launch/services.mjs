/**
 * The services of the system, in the order of the flow. `name`: topics, paths, databases; `app`: the folder.
 * @typedef {{ name: string, app: string }} ServiceEntry
 * @type {ServiceEntry[]}
 */
export const services = [
  { name: 'register', app: 'register-of-processing' },
  { name: 'consent', app: 'consent' },
  { name: 'transfer', app: 'transfer' },
  { name: 'retention', app: 'retention-sweeper' },
  { name: 'breach', app: 'breach-notifier' },
  { name: 'audit', app: 'audit-trail' },
];
