import type { People, Person } from './story.types.js';

/** Invented people with invented addresses; the phone numbers are from no range in use. */
export const inventedPeople: People = {
  referred: {
    caseRef: 'KG-2026-0417',
    firstName: 'Annelore',
    lastName: 'Verbrugghe-Testaert',
    street: 'Voorbeelddreef 12 bus 3',
    phone: '+32 499 00 00 17',
    email: 'annelore.verbrugghe@voorbeeld.example',
    newPhone: '+32 499 00 00 71',
  },
  withdrawing: {
    caseRef: 'KG-2026-0562',
    firstName: 'Joris',
    lastName: 'Proefmans',
    street: 'Modellaan 8',
    phone: '+32 499 00 00 62',
    email: 'joris.proefmans@voorbeeld.example',
  },
};

/** The two items of the protocol with a person's values. */
export function itemsOf(person: Person): { item: string; fields: Record<string, string> }[] {
  const { firstName, lastName, street, phone, email } = person;
  return [
    { item: 'name', fields: { firstName, lastName } },
    { item: 'contact', fields: { street, postalCode: '9170', municipality: 'Sint-Gillis-Waas', phone, email } },
  ];
}
