import { startMain } from '@convenant/platform';
import { createApp, serviceName, settingsSchema } from './index.js';

await startMain(createApp, settingsSchema, serviceName);
