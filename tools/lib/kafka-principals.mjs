import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaJars } from './kafka-jars.mjs';

/**
 * Makes a SCRAM-SHA-512 principal on a broker, or gives it another password: what an operator does by hand for a party
 * (docs/runbooks/party-principal.md). Takes some two seconds; the principal can log in when it returns. What it may do is
 * the register's matter. No password appears in an argument, where every account of the machine could read it.
 * @param {{ kafka: { brokers: string[], sasl: { username: string, password: string }, tls?: boolean }, name: string,
 *   password: string }} options `kafka`: as superuser; `password`: letters, digits, `-` and `_`
 */
export async function makeKafkaPrincipal({ kafka, name, password }) {
  if (!/^[\w-]{12,}$/.test(password)) throw new RangeError('The password must be 12 or more letters, digits, - and _');
  const folder = mkdtempSync(join(tmpdir(), 'convenant-principal-'));
  const login = join(folder, 'login.properties');
  const config = join(folder, 'config.properties');
  const { username, password: own } = kafka.sasl;
  // Once for the login module, once for the properties file.
  const quoted = own.replaceAll(/["\\]/g, '\\$&').replaceAll('\\', '\\\\');
  const settings = [
    `security.protocol=${kafka.tls ? 'SASL_SSL' : 'SASL_PLAINTEXT'}`,
    'sasl.mechanism=SCRAM-SHA-512',
    `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="${quoted}";`,
  ];
  try {
    writeFileSync(login, `${settings.join('\n')}\n`, { mode: 0o600 });
    // Without the brackets that the same setting has on a command line.
    writeFileSync(config, `SCRAM-SHA-512=password=${password}\n`, { mode: 0o600 });
    const java = ['-XX:TieredStopAtLevel=1', '-cp', join(await kafkaJars(), '*'), 'kafka.admin.ConfigCommand'];
    const target = ['--bootstrap-server', kafka.brokers.join(','), '--command-config', login];
    const change = ['--alter', '--entity-type', 'users', '--entity-name', name, '--add-config-file', config];
    const failure = await failureOf('java', [...java, ...target, ...change]);
    if (failure === undefined) return;
    const said = failure.replaceAll(password, '…').replaceAll(own, '…').trim();
    throw new Error(`The principal ${name} could not be made:\n${said.slice(0, 2000)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What a command said when it failed; undefined when it did not.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<string | undefined>}
 */
function failureOf(command, args) {
  return new Promise((resolve) => {
    execFile(command, args, (error, stdout, stderr) =>
      resolve(error ? `${command}: ${error.code}\n${stdout}\n${stderr}` : undefined),
    );
  });
}
