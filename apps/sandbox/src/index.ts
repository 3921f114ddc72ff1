export { createSandbox, type Sandbox, type SandboxSettings } from './sandbox.js';
export { settingsSchema, sandboxSettings } from './sandbox.config.js';
export { personas, type Persona } from './identity/personas.js';
export const serviceName = 'sandbox';
export { runStory, storyName } from './story/run-story.js';
export { InstallationClient } from './story/installation-client.js';
export type { People, Person, Step, StoryKafka, StoryOptions, StoryResult } from './story/story.types.js';
