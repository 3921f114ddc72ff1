import type { RightsRequestView } from '@convenant/contracts';

/** A text in the three languages of the product. */
export type Texts = Readonly<Record<'nl' | 'fr' | 'en', string>>;

type Right = RightsRequestView['right'];
type Reason = RightsRequestView['reasons'][number];

/** What was asked, as the person calls it. */
export const rightTexts: Record<Right, Texts> = {
  access: {
    nl: 'inzage in uw gegevens (artikel 15 AVG)',
    fr: 'l’accès à vos données (article 15 du RGPD)',
    en: 'access to your data (Article 15 GDPR)',
  },
  rectification: {
    nl: 'verbetering van uw gegevens (artikel 16 AVG)',
    fr: 'la rectification de vos données (article 16 du RGPD)',
    en: 'rectification of your data (Article 16 GDPR)',
  },
  erasure: {
    nl: 'wissing van uw gegevens (artikel 17 AVG)',
    fr: 'l’effacement de vos données (article 17 du RGPD)',
    en: 'erasure of your data (Article 17 GDPR)',
  },
  restriction: {
    nl: 'beperking van het gebruik van uw gegevens (artikel 18 AVG)',
    fr: 'la limitation du traitement de vos données (article 18 du RGPD)',
    en: 'restriction of the use of your data (Article 18 GDPR)',
  },
  objection: {
    nl: 'bezwaar tegen de mededeling van uw gegevens (artikel 21 AVG)',
    fr: 'l’opposition à la communication de vos données (article 21 du RGPD)',
    en: 'objection to the disclosure of your data (Article 21 GDPR)',
  },
  withdrawal: {
    nl: 'intrekking van uw toestemming (artikel 7, lid 3, AVG)',
    fr: 'le retrait de votre consentement (article 7, paragraphe 3, du RGPD)',
    en: 'withdrawal of your consent (Article 7(3) GDPR)',
  },
};

/** What follows from a grant. */
export const grantedTexts: Record<Right, Texts> = {
  access: {
    nl: 'U vindt bij deze brief een overzicht van wie welke gegevens over u ontving, wanneer, waarom en hoe lang ze worden bewaard.',
    fr: 'Vous trouverez en annexe un relevé indiquant qui a reçu quelles données vous concernant, quand, pourquoi et combien de temps elles sont conservées.',
    en: 'You find enclosed an account of who received which data about you, when, why and how long they are kept.',
  },
  rectification: {
    nl: 'Uw gegevens zijn verbeterd. Elke dienst die ze eerder ontving, werd daarvan op de hoogte gebracht.',
    fr: 'Vos données ont été rectifiées. Chaque service qui les avait reçues en a été informé.',
    en: 'Your data have been corrected. Every body that had received them has been told.',
  },
  erasure: {
    nl: 'Uw gegevens worden gewist, ook bij de diensten die ze eerder ontvingen. Zij bevestigen dat elk afzonderlijk.',
    fr: 'Vos données sont effacées, y compris auprès des services qui les avaient reçues. Chacun d’eux le confirme.',
    en: 'Your data are erased, also with the bodies that had received them. Each of them confirms it.',
  },
  restriction: {
    nl: 'Uw gegevens blijven bewaard, maar worden niet gebruikt en niet meegedeeld. U wordt op de hoogte gebracht voordat de beperking eindigt.',
    fr: 'Vos données restent conservées, mais ne sont ni utilisées ni communiquées. Vous serez informé avant la fin de la limitation.',
    en: 'Your data are kept, but neither used nor disclosed. You will be told before the restriction ends.',
  },
  objection: {
    nl: 'Uw gegevens worden niet meer meegedeeld.',
    fr: 'Vos données ne seront plus communiquées.',
    en: 'Your data will no longer be disclosed.',
  },
  withdrawal: {
    nl: 'Uw toestemming is ingetrokken. Er wordt op grond daarvan niets meer meegedeeld; wat voordien gebeurde, blijft rechtmatig.',
    fr: 'Votre consentement est retiré. Rien n’est plus communiqué sur cette base ; ce qui a été fait auparavant reste licite.',
    en: 'Your consent is withdrawn. Nothing is disclosed on its ground any more; what was done before remains lawful.',
  },
};

/** Why something is refused. */
export const reasonTexts: Record<Reason, Texts> = {
  identityNotShown: {
    nl: 'We konden niet vaststellen dat het verzoek van u komt (artikel 12, leden 2 en 6, AVG).',
    fr: 'Nous n’avons pas pu établir que la demande vient de vous (article 12, paragraphes 2 et 6, du RGPD).',
    en: 'We could not establish that the request comes from you (Article 12(2) and (6) GDPR).',
  },
  notIdentifiable: {
    nl: 'Geen enkel gegeven dat wij nog hebben, kan met u in verband worden gebracht (artikel 11 AVG).',
    fr: 'Aucune donnée que nous détenons encore ne peut être rattachée à vous (article 11 du RGPD).',
    en: 'Nothing that we still hold can be linked to you (Article 11 GDPR).',
  },
  manifestlyUnfounded: {
    nl: 'Het verzoek is kennelijk ongegrond (artikel 12, lid 5, AVG).',
    fr: 'La demande est manifestement infondée (article 12, paragraphe 5, du RGPD).',
    en: 'The request is manifestly unfounded (Article 12(5) GDPR).',
  },
  excessive: {
    nl: 'Het verzoek is buitensporig, met name omdat het werd herhaald (artikel 12, lid 5, AVG).',
    fr: 'La demande est excessive, notamment en raison de sa répétition (article 12, paragraphe 5, du RGPD).',
    en: 'The request is excessive, in particular because it was repeated (Article 12(5) GDPR).',
  },
  rightsOfOthers: {
    nl: 'Een deel van de gegevens zou de rechten van anderen schaden (artikel 15, lid 4, AVG).',
    fr: 'Une partie des données porterait atteinte aux droits d’autrui (article 15, paragraphe 4, du RGPD).',
    en: 'A part of the data would harm the rights of others (Article 15(4) GDPR).',
  },
  dataAreRight: {
    nl: 'Na onderzoek blijken de gegevens juist te zijn (artikel 16 AVG).',
    fr: 'Après examen, les données se révèlent exactes (article 16 du RGPD).',
    en: 'After investigation the data prove to be right (Article 16 GDPR).',
  },
  groundNotMet: {
    nl: 'Geen van de gevallen die de wet daarvoor noemt, doet zich voor (artikel 17, lid 1, of 18, lid 1, AVG).',
    fr: 'Aucun des cas prévus par la loi n’est rempli (article 17, paragraphe 1, ou 18, paragraphe 1, du RGPD).',
    en: 'None of the cases that the law names for it applies (Article 17(1) or 18(1) GDPR).',
  },
  freedomOfExpression: {
    nl: 'De gegevens zijn nodig voor de vrijheid van meningsuiting en informatie (artikel 17, lid 3, a, AVG).',
    fr: 'Les données sont nécessaires à la liberté d’expression et d’information (article 17, paragraphe 3, a, du RGPD).',
    en: 'The data are needed for the freedom of expression and information (Article 17(3)(a) GDPR).',
  },
  publicTask: {
    nl: 'De gegevens zijn nodig voor een wettelijke verplichting of een taak van algemeen belang (artikel 17, lid 3, b, AVG).',
    fr: 'Les données sont nécessaires à une obligation légale ou à une mission d’intérêt public (article 17, paragraphe 3, b, du RGPD).',
    en: 'The data are needed for a legal obligation or a public task (Article 17(3)(b) GDPR).',
  },
  publicHealth: {
    nl: 'De gegevens zijn nodig voor de volksgezondheid (artikel 17, lid 3, c, AVG).',
    fr: 'Les données sont nécessaires à la santé publique (article 17, paragraphe 3, c, du RGPD).',
    en: 'The data are needed for public health (Article 17(3)(c) GDPR).',
  },
  archiving: {
    nl: 'De gegevens worden bewaard als archief, voor onderzoek of voor statistiek (artikel 17, lid 3, d, AVG).',
    fr: 'Les données sont conservées à des fins d’archives, de recherche ou de statistiques (article 17, paragraphe 3, d, du RGPD).',
    en: 'The data are kept as an archive, for research or for statistics (Article 17(3)(d) GDPR).',
  },
  legalClaims: {
    nl: 'De gegevens zijn nodig voor een rechtsvordering (artikel 17, lid 3, e, of 21, lid 1, AVG).',
    fr: 'Les données sont nécessaires à l’exercice de droits en justice (article 17, paragraphe 3, e, ou 21, paragraphe 1, du RGPD).',
    en: 'The data are needed for a legal claim (Article 17(3)(e) or 21(1) GDPR).',
  },
  compellingGrounds: {
    nl: 'Dwingende gerechtvaardigde gronden wegen zwaarder dan uw belangen (artikel 21, lid 1, AVG).',
    fr: 'Des motifs légitimes et impérieux prévalent sur vos intérêts (article 21, paragraphe 1, du RGPD).',
    en: 'Compelling legitimate grounds override your interests (Article 21(1) GDPR).',
  },
  notPublicTask: {
    nl: 'De mededeling steunt niet op een taak van algemeen belang, zodat artikel 21 AVG er niet voor geldt.',
    fr: 'La communication ne repose pas sur une mission d’intérêt public : l’article 21 du RGPD ne s’y applique pas.',
    en: 'The disclosure does not rest on a public task, so that Article 21 GDPR does not apply to it.',
  },
};

/** Why the answer takes longer. */
export const extensionTexts: Record<'complexity' | 'numberOfRequests', Texts> = {
  complexity: { nl: 'het verzoek is complex', fr: 'la demande est complexe', en: 'the request is complex' },
  numberOfRequests: {
    nl: 'er zijn veel verzoeken',
    fr: 'les demandes sont nombreuses',
    en: 'there are many requests',
  },
};

/** Sentences around them; `{…}` is filled in. */
export const frameTexts = {
  subject: { nl: 'Uw verzoek: {right}', fr: 'Votre demande : {right}', en: 'Your request: {right}' },
  received: {
    nl: 'Op {date} ontvingen wij uw verzoek om {right}.',
    fr: 'Le {date}, nous avons reçu votre demande concernant {right}.',
    en: 'On {date} we received your request for {right}.',
  },
  open: {
    nl: 'U krijgt uiterlijk op {date} ons antwoord.',
    fr: 'Vous recevrez notre réponse au plus tard le {date}.',
    en: 'You will have our answer on {date} at the latest.',
  },
  extended: {
    nl: 'Ons antwoord vraagt meer tijd dan een maand, want {reasons}.',
    fr: 'Notre réponse demande plus d’un mois, car {reasons}.',
    en: 'Our answer takes more than a month, because {reasons}.',
  },
  stopped: {
    nl: 'Tot wij daarover beslissen, worden uw gegevens niet meegedeeld.',
    fr: 'Jusqu’à notre décision, vos données ne sont pas communiquées.',
    en: 'Until we have decided, your data are not disclosed.',
  },
  partly: {
    nl: 'Een deel van uw verzoek willigen wij niet in:',
    fr: 'Nous ne pouvons faire droit à une partie de votre demande :',
    en: 'A part of your request we refuse:',
  },
  refused: {
    nl: 'Wij willigen uw verzoek niet in:',
    fr: 'Nous ne pouvons faire droit à votre demande :',
    en: 'We refuse your request:',
  },
  late: {
    nl: 'Dit antwoord komt later dan de wettelijke termijn. Onze excuses daarvoor.',
    fr: 'Cette réponse vous parvient après le délai légal. Nous vous prions de nous en excuser.',
    en: 'This answer comes later than the law allows. We apologise for that.',
  },
  complaint: {
    nl: 'U kunt klacht indienen bij de Gegevensbeschermingsautoriteit, Drukpersstraat 35, 1000 Brussel (www.gegevensbeschermingsautoriteit.be).',
    fr: 'Vous pouvez introduire une plainte auprès de l’Autorité de protection des données, rue de la Presse 35, 1000 Bruxelles (www.autoriteprotectiondonnees.be).',
    en: 'You can lodge a complaint with the Data Protection Authority, Rue de la Presse 35, 1000 Brussels (www.dataprotectionauthority.be).',
  },
  court: {
    nl: 'U kunt ook naar de rechter stappen (artikel 79 AVG).',
    fr: 'Vous pouvez aussi saisir le juge (article 79 du RGPD).',
    en: 'You can also go to court (Article 79 GDPR).',
  },
  free: {
    nl: 'Dit antwoord is gratis.',
    fr: 'Cette réponse est gratuite.',
    en: 'This answer is free of charge.',
  },
} as const satisfies Record<string, Texts>;
