/** One item as the source keeps it: values, and which version of them it is. */
export interface KeptItem {
  readonly fields: Readonly<Record<string, string>>;
  readonly version: string;
}

/** A detainee in the source; found by the numbers that stand in the item `identifier`, and by nothing else. */
export type Detainee = Readonly<Record<string, KeptItem>>;

/** The name by which the source vouches for its items. */
export const SOURCE_NAME = 'detention-register';

/**
 * Invented people with the six items of the protocol of the FPS Justice: one known by a national number, one by a BIS number,
 * one who has neither and is known by an AFIS number. The check digits are right; the numbers belong to nobody.
 */
export const inventedDetainees: readonly Detainee[] = [
  detainee(
    { nationalNumber: '79021735136' },
    { lastName: 'Vlierbeek-Proefkonijn', firstName: 'Ysbrandus' },
    { prison: 'Gevangenis Voorbeeldgem', cellNumber: 'ZQ-4417', admittedOn: '2023-07-19', present: 'true' },
  ),
  detainee(
    { bisNumber: '84492311838' },
    { lastName: 'Modelski-Testowa', firstName: 'Kasjopeja' },
    { prison: 'Penitentiair centrum Modeldorp', cellNumber: 'XW-0982', admittedOn: '2024-02-27', present: 'false' },
  ),
  detainee(
    { afisNumber: 'AFX-7731902' },
    { lastName: 'Onbekendenaam', firstName: 'Zefirin' },
    { prison: 'Gevangenis Verzonnenbroek', cellNumber: 'QJ-2256', admittedOn: '2025-11-08', present: 'true' },
  ),
];

function detainee(
  identifier: Record<string, string>,
  name: Record<string, string>,
  { prison, cellNumber, admittedOn, present }: Record<'prison' | 'cellNumber' | 'admittedOn' | 'present', string>,
): Detainee {
  return {
    identifier: { fields: identifier, version: 'v1' },
    name: { fields: name, version: 'v2' },
    prison: { fields: { prison }, version: 'v5' },
    cell: { fields: { cellNumber }, version: 'v14' },
    'admission-date': { fields: { admittedOn }, version: 'v1' },
    presence: { fields: { present }, version: 'v37' },
  };
}
