import { InstallationClient } from './installation-client.js';
import { joinParties } from './parties.js';

/** Registers the sandbox's parties at the installation given as the one argument, so that its personas have one. */
try {
  await joinParties(new InstallationClient(process.argv[2] ?? ''));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
