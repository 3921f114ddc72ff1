/** What a persona's token says of it, apart from the party, which the register gives out. */
export interface Persona {
  readonly name: string;
  /** For the front page: who this stands for. */
  readonly description: string;
  /** Which of the sandbox parties it belongs to; the administrator belongs to none. */
  readonly group:
    'operator' | 'og' | 'ocmw' | 'other' | 'fj' | 'wvg' | 'premiums' | 'voorbeeldegem' | 'modelgem' | 'proefstede';
  readonly roles: readonly string[];
  readonly unit?: string;
  /** Bound by professional secrecy. */
  readonly secrecy: boolean;
}

const none = { secrecy: false } as const;

/** Everybody who acts in the sandbox: invented capacities, no persons. */
export const personas: readonly Persona[] = [
  {
    name: 'admin',
    description: 'operator of the installation',
    group: 'operator',
    roles: ['installation-admin'],
    ...none,
  },
  { name: 'og-agency', description: 'systems of the sending agency', group: 'og', roles: ['agency'], ...none },
  {
    name: 'og-team',
    description: 'team member of the sending unit',
    group: 'og',
    roles: ['agency-user'],
    unit: 'kg-noord-oost-waasland',
    secrecy: true,
  },
  {
    name: 'og-other-team',
    description: 'team member of another unit of the sending agency',
    group: 'og',
    roles: ['agency-user'],
    unit: 'kg-gent',
    secrecy: true,
  },
  {
    name: 'og-trainee',
    description: 'trainee in the sending unit, not bound by secrecy',
    group: 'og',
    roles: ['agency-user'],
    unit: 'kg-noord-oost-waasland',
    secrecy: false,
  },
  { name: 'og-dpo', description: 'DPO of the sending agency', group: 'og', roles: ['dpo'], ...none },
  { name: 'og-signatory', description: 'signatory of the sending agency', group: 'og', roles: ['signatory'], ...none },
  { name: 'ocmw-agency', description: 'systems of the receiving centre', group: 'ocmw', roles: ['agency'], ...none },
  {
    name: 'ocmw-social-worker',
    description: 'social worker of the receiving centre',
    group: 'ocmw',
    roles: ['agency-user'],
    unit: 'ocmw-sociale-dienst',
    secrecy: true,
  },
  {
    name: 'ocmw-clerk',
    description: 'clerk of the receiving centre, another unit, not bound by secrecy',
    group: 'ocmw',
    roles: ['agency-user'],
    unit: 'ocmw-onthaal',
    secrecy: false,
  },
  { name: 'ocmw-dpo', description: 'DPO of the receiving centre', group: 'ocmw', roles: ['dpo'], ...none },
  {
    name: 'ocmw-mayor',
    description: 'first signatory of the receiving centre',
    group: 'ocmw',
    roles: ['signatory'],
    ...none,
  },
  {
    name: 'ocmw-director',
    description: 'second signatory of the receiving centre',
    group: 'ocmw',
    roles: ['signatory'],
    ...none,
  },
  { name: 'other-dpo', description: 'DPO of a party outside the protocol', group: 'other', roles: ['dpo'], ...none },
  {
    name: 'other-agency',
    description: 'systems of a party outside the protocol',
    group: 'other',
    roles: ['agency'],
    ...none,
  },
  { name: 'fj-agency', description: 'systems of the federal department', group: 'fj', roles: ['agency'], ...none },
  { name: 'fj-dpo', description: 'DPO of the federal department', group: 'fj', roles: ['dpo'], ...none },
  {
    name: 'fj-signatory',
    description: 'signatory of the federal department',
    group: 'fj',
    roles: ['signatory'],
    ...none,
  },
  { name: 'wvg-dpo', description: 'DPO of the welfare department', group: 'wvg', roles: ['dpo'], ...none },
  {
    name: 'wvg-signatory',
    description: 'signatory of the welfare department',
    group: 'wvg',
    roles: ['signatory'],
    ...none,
  },
  { name: 'fj-ops', description: 'operations of the federal department', group: 'fj', roles: ['ops'], ...none },
  {
    name: 'wvg-worker',
    description: 'social worker in a prison, of the welfare department',
    group: 'wvg',
    roles: ['agency-user'],
    unit: 'justitieel-welzijnswerk',
    secrecy: true,
  },
  ...officesOf('premiums', 'the invented agency of housing premiums'),
  ...officesOf('voorbeeldegem', 'the invented city that agrees on a framework'),
  ...officesOf('modelgem', 'the invented municipality that accedes to it'),
  ...officesOf('proefstede', 'the invented city that accedes to it'),
];

/** Who acts for a body of the framework protocol: its systems, its officer and who signs. */
function officesOf(group: Persona['group'], body: string): Persona[] {
  return [
    { name: `${group}-agency`, description: `systems of ${body}`, group, roles: ['agency'], ...none },
    { name: `${group}-dpo`, description: `DPO of ${body}`, group, roles: ['dpo'], ...none },
    { name: `${group}-signatory`, description: `signatory of ${body}`, group, roles: ['signatory'], ...none },
  ];
}
