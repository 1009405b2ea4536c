// SPDX-License-Identifier: AGPL-3.0-or-later
// Words that mean the same to a person who searches, on both sides of the ocean. Plain spelling, as words.ts makes it.

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

/** Every word of a group leads to all of the group. */
export const SYNONYMS: ReadonlyMap<string, readonly string[]> = new Map(
  GROUPS.flatMap((group) => group.map((word) => [word, group] as const)),
)
