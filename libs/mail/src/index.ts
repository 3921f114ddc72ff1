export { composeMail, messageIdOf, type MailContent } from './lib/compose-mail.js';
export { Lease } from './lib/lease.js';
export { MOST_TRIES, pauseAfter } from './lib/retry.js';
export { SmtpSender, type PreparedMail, type SendOutcome } from './lib/smtp-sender.js';
