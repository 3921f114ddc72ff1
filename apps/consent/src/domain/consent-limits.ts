/**
 * Most consents of one person under one protocol that may be open at a time.
 *
 * A withdrawal takes all of them in one transaction, whose locks are limited to 500 aggregates: these and the person. So
 * the limit is set where consents are added, and a withdrawal never meets it.
 */
export const MAX_OPEN_CONSENTS = 499;
