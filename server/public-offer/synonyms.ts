// SPDX-License-Identifier: AGPL-3.0-or-later
// Words with the same meaning in France and Québec, in the spelling that db/plain.ts makes.

const GROUPS = [
  ['aine', 'aines', 'ainee', 'ainees', 'age', 'ages', 'agee', 'agees', 'senior', 'seniors', 'elderly'],
  ['itinerance', 'itinerant', 'itinerants', 'sans abri', 'sans abrisme', 'sdf', 'homeless'],
  ['popote', 'repas', 'meals'],
  ['maraude', 'maraudes', 'travail de rue', 'outreach'],
  ['francisation', 'alphabetisation', 'fle'],
  ['friperie', 'friperies', 'boutique solidaire', 'vestiaire'],
  ['jardin', 'jardins', 'jardinage', 'potager', 'potagers'],
  ['bricolage', 'bricoler', 'reparer', 'reparation', 'reparations'],
  ['lire', 'lecture', 'lectures', 'reading'],
  ['courses', 'epicerie', 'commissions'],
  ['ordinateur', 'ordinateurs', 'informatique', 'numerique'],
  ['refugie', 'refugies', 'migrant', 'migrants', 'exile', 'exiles', 'nouveaux arrivants'],
  ['conduire', 'conduite', 'chauffeur', 'chauffeuse', 'driving'],
  ['maraicher', 'maraichage', 'legumes'],
  ['devoirs', 'soutien scolaire', 'aide aux devoirs', 'tutoring'],
] as const

export const SYNONYMS: ReadonlyMap<string, readonly string[]> = new Map(
  GROUPS.flatMap((group) => group.map((word) => [word, group] as const)),
)
