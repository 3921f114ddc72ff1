export * from './lib/key-provider.js';
export * from './lib/envelope.js';
export * from './lib/vault.js';
export * from './lib/local-keyring.js';
