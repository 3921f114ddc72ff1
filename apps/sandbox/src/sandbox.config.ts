import Type, { type Static } from 'typebox';
import type { SandboxSettings } from './sandbox.js';

const Port = Type.Integer({ minimum: 0, maximum: 65535 });

/** Settings of the sandbox process, from the environment. */
export const settingsSchema = Type.Object({
  NODE_ENV: Type.Optional(Type.String()),
  HOST: Type.String({ default: '127.0.0.1' }),
  PORT: Type.Integer({ ...Port, default: 0 }),
  SMTP_PORT: Type.Integer({ ...Port, default: 0 }),
  SANDBOX_DIR: Type.String({ minLength: 1, description: 'Directory for keys, personas and mails' }),
  SANDBOX_CLOCK_FILE: Type.String({ minLength: 1, description: 'File by which the services know the moved clock' }),
  SANDBOX_PUBLIC_URL: Type.Optional(Type.String({ format: 'uri' })),
  TOKEN_AUDIENCE: Type.String({ default: 'convenant' }),
  READY_FILE: Type.Optional(Type.String({ minLength: 1 })),
});
export type SandboxEnvironment = Static<typeof settingsSchema>;

export function sandboxSettings(environment: SandboxEnvironment): SandboxSettings {
  return {
    port: environment.PORT,
    smtpPort: environment.SMTP_PORT,
    host: environment.HOST,
    directory: environment.SANDBOX_DIR,
    clockFile: environment.SANDBOX_CLOCK_FILE,
    audience: environment.TOKEN_AUDIENCE,
    ...(environment.SANDBOX_PUBLIC_URL && { publicUrl: environment.SANDBOX_PUBLIC_URL }),
    ...(environment.NODE_ENV && { nodeEnv: environment.NODE_ENV }),
  };
}
