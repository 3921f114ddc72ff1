export * from './lib/ids.js';
export * from './lib/clock.js';
export * from './lib/errors.js';
export * from './lib/calendar.js';
export * from './lib/identifiers.js';
export * from './lib/canonical-json.js';
export * from './lib/bounded-map.js';
