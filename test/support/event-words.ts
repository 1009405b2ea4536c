// SPDX-License-Identifier: AGPL-3.0-or-later
import { loadTaxonomies } from '../../db/reference/taxonomies.ts'
import { createI18n } from '../../server/text/i18n.ts'

const [i18n, taxonomies] = [createI18n(), loadTaxonomies()]

/** What an Event is written with, as an association in France has it. */
export const eventContext = (origin: string) => ({
  followers: `${origin}/followers`,
  timeZone: 'Europe/Paris',
  words: (language: 'fr' | 'en') => ({ t: i18n.for(language, 'Europe/Paris'), taxonomies }),
})
