// SPDX-License-Identifier: AGPL-3.0-or-later
// French articles and prepositions before names. Pure.

/** « le Centre du bénévolat », « la Maison des associations »: French puts an article before such names. */
export function withArticle(name: string, locale: string): string {
  if (locale === 'en') return name
  if (
    /^(Centre|Réseau|Carrefour|Comité|Bureau|Pôle|Collectif|Regroupement|Service|Conseil|Département)(?=\s)/.test(name)
  )
    return `le ${name}`
  if (/^(Maison|Fédération|Ville|Communauté|MRC|Coopérative|Coordination|Métropole|Commune)(?=\s)/.test(name))
    return `la ${name}`
  return /^(Association|Union|Office|Alliance|Espace)(?=\s)/.test(name) ? `l’${name}` : name
}

/** « de Dijon », « d’Auxerre », « du Val-David », « des Sables »: French joins these words. English has the name alone. */
export function ofTown(name: string, locale: string): string {
  if (locale === 'en') return name
  const [, article, rest = ''] = /^(Les?)\s(.+)$/.exec(name) ?? []
  if (article) return `${article === 'Le' ? 'du' : 'des'} ${rest}`
  return /^[aeiouy]/i.test(name.normalize('NFD')) || name.startsWith('Œ') ? `d’${name}` : `de ${name}`
}

/** The first character in upper case, for a text that begins a sentence. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
