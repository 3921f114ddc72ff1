/**
 * Whole words, without accents, that speak of health, beliefs, origin, orientation or offences and do not occur in names or
 * addresses. Surnames and street names are why words such as *christen* or *ziekenhuis* are absent: `Ziekenhuisstraat` is an
 * address.
 *
 * @see GDPR Art. 9, 10
 */
const byLanguage = `
  nl: hiv aids soa kanker diabetes epilepsie dementie autisme adhd psychose psychotisch psychiatrisch schizofrenie bipolair
  nl: depressie depressief burn-out burnout verslaafd verslaving alcoholverslaving zwanger abortus miskraam diagnose medicatie
  nl: gehandicapt handicap moslim joods boeddhist atheist vakbondslid homoseksueel lesbisch transgender etnisch veroordeeld
  nl: veroordeling strafblad gedetineerd gedetineerde mishandeling verkrachting partnergeweld
  fr: cancer diabete demence psychotique psychiatrique schizophrenie bipolaire depression depressif depressive toxicomane
  fr: toxicomanie alcoolique enceinte avortement diagnostic handicape handicapee musulman musulmane syndique homosexuel
  fr: homosexuelle lesbienne transgenre ethnique condamne condamnee condamnation detenu detenue maltraitance
  en: autism schizophrenia bipolar depressed addict addicted pregnant abortion diagnosis medication disabled muslim jewish
  en: homosexual lesbian ethnic convicted conviction detained inmate
`;

export const tellingWords: readonly string[] = [
  ...byLanguage
    .split('\n')
    .flatMap((line) => line.trim().split(' ').slice(1))
    .filter((word) => word !== ''),
  'casier judiciaire',
  'criminal record',
  'intrafamiliaal geweld',
];
