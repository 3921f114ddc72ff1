import Type, { type Static } from 'typebox';
import { CommonSettings, secret } from '@convenant/platform';

/** Short name: path, topic, database. */
export const serviceName = 'register';

const period = (standard: string, rule: string) =>
  Type.String({
    pattern: '^P(?=\\d)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?$',
    default: standard,
    rule: `an ISO 8601 period (${standard}): ${rule}`,
  });

/** Beyond what every service is told: how the topics of parties are kept, and how their mailboxes are verified. */
export const settingsSchema = Type.Object({
  ...CommonSettings,
  KAFKA_REPLICATION: Type.Integer({
    minimum: 1,
    maximum: 32_767,
    default: 1,
    rule: 'how many brokers keep each record of a topic of a party (3 in production)',
  }),
  KAFKA_MIN_INSYNC_REPLICAS: Type.Integer({
    minimum: 1,
    maximum: 32_767,
    default: 1,
    rule: 'how many of them must have it before it counts (2 in production)',
  }),
  SMTP_URL: secret(Type.String({ pattern: '^smtps?://', rule: 'smtp://host:port or smtps://user:password@host:port' })),
  MAIL_FROM: Type.String({ pattern: '^[^\\s@<>]+@[^\\s@<>]+$', rule: 'the mailbox that codes are sent from' }),
  PUBLIC_URL: Type.Optional(Type.String({ pattern: '^https?://', rule: 'the address under which parties reach this' })),
  CONTACT_VERIFICATION: period('P6M', 'how long the verification of a mailbox counts'),
  PUBLICATION_CHECK_EVERY: period('P1D', 'how often an address where a party publishes is looked at'),
  PUBLICATION_HTTP_HOSTS: Type.String({
    pattern: '^([^\\s,/]+(,[^\\s,/]+)*)?$',
    default: '',
    rule: 'hosts (name or name:port, separated by commas) that may publish over plain HTTP or on that port',
  }),
  SANDBOX_PUBLICATION_PRIVATE: Type.Optional(
    Type.Boolean({ rule: 'true lets parties publish on this machine and in private networks' }),
  ),
  PUBLISH_WITHIN: period('P7D', 'from entry into force to the publication'),
  GOVERNANCE_BEGIN_WITHIN: period('P1M', 'from entry into force to the first evidence and list of processors'),
  PROCESSOR_LIST_VALID: period('P1Y', 'how long a shared list of processors counts'),
  ACKNOWLEDGE_WITHIN: period('P14D', 'within which a shared list is acknowledged'),
  LAW_REVIEW_WITHIN: period('P1M', 'within which a notified change of the law is reviewed'),
  EVIDENCE_VALID: period('P1Y', 'how long evidence counts that does not say so itself'),
  EVIDENCE_ANSWER_WITHIN: period('P14D', 'within which a request for evidence is answered'),
  INSTALLATION_HOST_NAME: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      rule: 'the name of the body that runs the installation for the parties',
    }),
  ),
  INSTALLATION_HOST_NUMBER: Type.Optional(
    Type.String({ pattern: '^[01]\\d{9}$', rule: 'its enterprise number, ten digits' }),
  ),
});
export type RegisterSettings = Static<typeof settingsSchema>;
