import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaJars } from './kafka-jars.mjs';

/**
 * The first records of a topic as Kafka's own console consumer prints them, one a line: partition, offset, headers, key and
 * value, a tab between, headers as `name:value` with `;` between, null as `NULL`. It checks the CRC of each batch. Some two seconds.
 * @param {{ kafka: { brokers: string[], sasl: { username: string, password: string } }, topic: string, count: number }} options
 * @returns {Promise<string[]>} as many as there are, at most `count`, in no order between partitions
 */
export async function readByConsoleConsumer({ kafka, topic, count }) {
  const folder = mkdtempSync(join(tmpdir(), 'convenant-console-'));
  const { username, password } = kafka.sasl;
  const settings = [
    'security.protocol=SASL_PLAINTEXT',
    'sasl.mechanism=SCRAM-SHA-512',
    `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="${password}";`,
  ];
  const properties = {
    'print.partition': 'true',
    'print.offset': 'true',
    'print.headers': 'true',
    'print.key': 'true',
    'key.separator': '\t',
    'headers.separator': ';',
    'null.literal': 'NULL',
  };
  try {
    const config = join(folder, 'login.properties');
    writeFileSync(config, `${settings.join('\n')}\n`, { mode: 0o600 });
    const logging = join(folder, 'log4j.properties');
    writeFileSync(logging, 'log4j.rootLogger=OFF\n');
    const args = [
      ...[
        '-XX:TieredStopAtLevel=1',
        '-Dfile.encoding=UTF-8',
        '-Dstdout.encoding=UTF-8',
        `-Dlog4j.configuration=file:${logging}`,
      ],
      ...['-cp', join(await kafkaJars(), '*'), 'org.apache.kafka.tools.consumer.ConsoleConsumer'],
      ...[
        '--bootstrap-server',
        kafka.brokers.join(','),
        '--command-config',
        config,
        '--topic',
        topic,
        '--from-beginning',
      ],
      ...['--max-messages', String(count), '--timeout-ms', '20000'],
      ...Object.entries(properties).flatMap(([name, value]) => ['--formatter-property', `${name}=${value}`]),
    ];
    const { stdout } = await promisify(execFile)('java', args, { maxBuffer: 2 ** 26 });
    return stdout.split('\n').filter((line) => line !== '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
