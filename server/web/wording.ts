// SPDX-License-Identifier: AGPL-3.0-or-later
// How does a name or a piece of text stand in a sentence? Pure.

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

/** The first letter in upper case, for a text that begins a sentence. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
