/** The mail around the archive. It says that something came and where to get the passphrase: nothing about anyone. */
export function mailText(disclosureId: string, language: 'nl' | 'fr' | 'de'): { subject: string; text: string } {
  return language === 'fr' ? french(disclosureId) : dutch(disclosureId);
}

function dutch(disclosureId: string) {
  return {
    subject: `Beveiligde mededeling ${disclosureId}`,
    text: [
      'In bijlage vindt u een beveiligde mededeling van persoonsgegevens (7-zip, AES-256).',
      'Haal de wachtzin op in de postbus van uw dienst, met dit nummer:',
      '',
      disclosureId,
      '',
      'Het bestand .sig is de handtekening (Ed25519) van de bijlage.',
      '',
    ].join('\r\n'),
  };
}

function french(disclosureId: string) {
  return {
    subject: `Communication sécurisée ${disclosureId}`,
    text: [
      'Vous trouverez en annexe une communication sécurisée de données à caractère personnel (7-zip, AES-256).',
      'Retirez la phrase secrète dans la boîte de réception de votre service, avec ce numéro :',
      '',
      disclosureId,
      '',
      "Le fichier .sig est la signature (Ed25519) de l'annexe.",
      '',
    ].join('\r\n'),
  };
}
