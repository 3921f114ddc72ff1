const MAX_TOKEN_LENGTH = 8192;

/**
 * True for a compact JWS whose three parts are base64url in their one canonical form.
 *
 * The verifier accepts spaces inside a part and stray bits in the last letter, so one signed token would have many
 * spellings; a list of seen or refused tokens could then be passed by. Checked before anything is verified.
 */
export function isCanonicalToken(token: string): boolean {
  if (token.length > MAX_TOKEN_LENGTH) return false;
  const parts = token.split('.');
  return parts.length === 3 && parts.every((part) => part !== '' && isCanonicalBase64url(part));
}

function isCanonicalBase64url(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}
