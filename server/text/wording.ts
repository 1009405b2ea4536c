// SPDX-License-Identifier: AGPL-3.0-or-later

/** « le Centre du bénévolat », « la Maison des associations »; English has the name alone. */
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

/** « de Dijon », « d’Auxerre », « du Val-David », « des Sables »; English has the name alone. */
export function ofTown(name: string, locale: string): string {
  if (locale === 'en') return name
  const [, article, rest = ''] = /^(Les?)\s(.+)$/.exec(name) ?? []
  if (article) return `${article === 'Le' ? 'du' : 'des'} ${rest}`
  return /^[aeiouy]/i.test(name.normalize('NFD')) || name.startsWith('Œ') ? `d’${name}` : `de ${name}`
}

export const capital = (text: string): string => text.replace(/^./u, (first) => first.toUpperCase())
