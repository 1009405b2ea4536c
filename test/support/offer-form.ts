// SPDX-License-Identifier: AGPL-3.0-or-later
// The form of an offer, as a coordinator fills it in.
import type { Browser } from './browser.ts'

/** Everything a centre asks for. */
export function fillAll(b: Browser, title = 'Servir la soupe du soir'): Browser {
  return b
    .fill('Titre', title)
    .fill('En une ou deux phrases', 'Deux heures au chaud, pour servir et parler un peu.')
    .fill('Les tâches', 'Réchauffer la soupe\nServir\nRanger la salle')
    .fill('Pour quelle cause ?', 'Sécurité alimentaire')
    .fill('Quel genre d’activité ?', 'Repas, distribution')
    .choose('Régulier')
    .fill('Combien de fois ?', 'Chaque semaine')
    .fill('Combien de temps à chaque fois ?', '2h')
    .choose('Sur place')
    .fill('Ville ou village', 'Dijon; Beaune')
    .fill('Nom du lieu', 'Salle des fêtes')
    .fill('Combien de personnes ?', '4')
}

/** From an empty form to the offer as it is read over. @returns its id. */
export async function writeOffer(b: Browser, title?: string): Promise<string> {
  await b.get('/work/offers/new')
  await fillAll(b, title).press('Enregistrer et me relire')
  return b.url.split('/').at(-1)!
}

/** @returns the id of the published offer. */
export async function publishOffer(b: Browser, title?: string): Promise<string> {
  const id = await writeOffer(b, title)
  await b.press('Publier maintenant')
  return id
}
