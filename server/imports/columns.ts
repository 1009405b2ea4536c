// SPDX-License-Identifier: AGPL-3.0-or-later
// What a column of a file of members or hours is. Tools are told by their headings, as they wrote them in 2026.
import { nameKey } from '../../db/plain.ts'

/** `turned_name`: the family name first. `hours`: 2,5 or 2 h 30. */
export const COLUMNS = [
  ...(['full_name', 'turned_name', 'given_name', 'family_name', 'email', 'phone', 'joined_on'] as const),
  ...(['day', 'hours', 'minutes', 'title', 'note', 'category', 'level', 'project', 'place'] as const),
] as const
export type ImportColumn = (typeof COLUMNS)[number]
export const isColumn = (name: string): name is ImportColumn => (COLUMNS as readonly string[]).includes(name)

export const TOOLS = ['benevalibre', 'paheko', 'galette', 'table'] as const
export type Tool = (typeof TOOLS)[number]

/** As nameKey writes them. */
const HEADINGS: Record<ImportColumn, string> = {
  full_name: 'benevole|nom complet|membre|personne|adherent|volunteer|full name|member|person|name',
  turned_name: 'nom et prenom|nom prenom|nom prenoms|nom et prenom du membre|noms et prenoms',
  given_name: 'prenom|prenoms|prenom du membre|prenom adh|first name|given name',
  family_name: 'nom|nom de famille|nom du membre|nom adh|last name|family name|surname',
  email: 'email|e mail|mail|courriel|adresse e mail|adresse email|adresse courriel|adresse electronique|email adh',
  phone: 'telephone|numero de telephone|tel|portable|mobile|gsm|tel adh|gsm adh|phone|phone number',
  joined_on: 'date d inscription|date d adhesion|date crea adh|date de creation|membre depuis|joined on|member since',
  day: 'date|jour|date de l action|date de debut|day',
  hours: 'heures en decimal|duree en heures|heures|duree|temps|nombre d heures|hours|duration|time',
  minutes: 'duree en minutes|minutes',
  title: 'titre|title|action',
  note: 'description|notes|note|remarques|commentaire|comment',
  category: 'categorie|tache|activite|category|task|activity',
  level: 'niveau|niveau d implication|level',
  project: 'projet|project',
  place: 'lieu|ou|endroit|place|where|location',
}
const KNOWN: ReadonlyMap<string, ImportColumn> = new Map(
  COLUMNS.flatMap((name) => HEADINGS[name].split('|').map((heading) => [heading, name] as const)),
)

/** '' for a heading that is not known. A column is taken once: of two that may be the same, the first one is. */
export function guessColumns(headings: readonly string[]): (ImportColumn | '')[] {
  const keys = headings.map((heading) => nameKey(heading))
  const guessed = keys.map((key, at) => {
    const found = KNOWN.get(key)
    return found !== undefined && !keys.slice(0, at).some((one) => KNOWN.get(one) === found) ? found : ''
  })
  // A name in one column.
  const isAlone = guessed.includes('family_name') && !guessed.includes('given_name')
  const hasWhole = guessed.some((name) => name === 'full_name' || name === 'turned_name')
  return guessed.map((name) => (name === 'family_name' && isAlone && !hasWhole ? 'full_name' : name))
}

export function toolOf(headings: readonly string[]): Tool {
  const keys = new Set(headings.map((heading) => nameKey(heading)))
  if (keys.has('heures en decimal')) return 'benevalibre'
  if ([...keys].some((key) => key.endsWith(' adh'))) return 'galette'
  const isTime = keys.has('duree en minutes') || keys.has('duree en heures') || (keys.has('tache') && keys.has('duree'))
  return isTime || keys.has('numero de membre') ? 'paheko' : 'table'
}

/** Whether lines of hours come in, and not only people. */
export const hasHours = (columns: readonly string[]): boolean =>
  columns.includes('hours') || columns.includes('minutes')
