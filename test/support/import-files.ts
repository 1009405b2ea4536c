// SPDX-License-Identifier: AGPL-3.0-or-later
// Files as other tools export them, of any length; the same for the same numbers.
import { addDays } from '../../server/base/days.ts'

const GIVEN = [
  'Aline',
  'Bakary',
  'Chloé',
  'Denis',
  'Émeline',
  'Farah',
  'Gaël',
  'Hana',
  'Ismaël',
  'Jeanne',
  'Karim',
  'Lucie',
]
const FAMILY = [
  'Arnaud',
  'Bélanger',
  'Cissé',
  'Da Silva',
  'Élie',
  'Fortin',
  'Gagné',
  'Haddad',
  'Île',
  'Jolivet',
  'Kaya',
]
const CATEGORIES = ['Accueil', 'Ateliers', 'Gouvernance', 'Logistique']
const LEVELS = ['', 'Encadrement', 'Expertise']
const PROJECTS = ['', 'Fête du quartier', 'Jardin']

/** Another name for each number. */
export function nameAt(at: number): { given: string; family: string } {
  const family = FAMILY[Math.floor(at / GIVEN.length) % FAMILY.length]!
  const round = Math.floor(at / (GIVEN.length * FAMILY.length))
  return { given: GIVEN[at % GIVEN.length]!, family: round === 0 ? family : `${family} ${roman(round)}` }
}

const roman = (number: number) =>
  [...String(number)]
    .map((digit) => 'zabcdefghi'[Number(digit)])
    .join('')
    .toUpperCase()

/** Lines of hours: each person works on other days, an hour and a quarter or more. */
function hoursAt(at: number, people: number, from: string) {
  const turn = Math.floor(at / people)
  return {
    ...nameAt(at % people),
    day: addDays(from, turn % 3600),
    quarters: 5 + (at % 7) + Math.floor(turn / 3600),
    category: CATEGORIES[at % CATEGORIES.length]!,
    level: LEVELS[at % LEVELS.length]!,
    project: PROJECTS[Math.floor(at / 5) % PROJECTS.length]!,
  }
}

const french = (day: string) => day.split('-').toReversed().join('/')
const csv = (rows: readonly (readonly string[])[]) =>
  rows
    .map((row) => row.map((cell) => (/[;"\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(';'))
    .join('\r\n')

export function benevalibreCsv(rows: number, people: number, from = '2016-01-01'): string {
  const lines = Array.from({ length: rows }, (_, at) => {
    const { given, family, day, quarters, category, level, project } = hoursAt(at, people, from)
    const hours = String(quarters / 4).replace('.', ',')
    return [`${given} ${family}`, french(day), `Action ${at}`, '', category, level, project, hours]
  })
  return csv([
    ['Bénévole', 'Date', 'Titre', 'Description', 'Catégorie', 'Niveau', 'Projet', 'Heures, en décimal'],
    ...lines,
  ])
}

export function benevalibreJson(rows: number, people: number, from = '2016-01-01'): string {
  const lines = Array.from({ length: rows }, (_, at) => {
    const { given, family, day, quarters, category, level, project } = hoursAt(at, people, from)
    return {
      Bénévole: `${given} ${family}`,
      Date: day,
      Titre: `Action ${at}`,
      Description: '',
      Catégorie: category,
      Niveau: level,
      Projet: project,
      'Heures, en décimal': quarters / 4,
    }
  })
  return JSON.stringify(lines)
}

export function taimaCsv(rows: number, people: number, from = '2016-01-01'): string {
  const lines = Array.from({ length: rows }, (_, at) => {
    const { given, family, day, quarters, category, project } = hoursAt(at, people, from)
    return [category, project, '', 'Notes', `${family.toUpperCase()} ${given}`, french(day), String(quarters * 15)]
  })
  const head = ['Catégorie', 'Projet', 'Titre', 'Notes', 'Nom et prénom du membre', 'Date', 'Durée, en minutes']
  return csv([head, ...lines])
}

export function pahekoMembersCsv(rows: number): string {
  const lines = Array.from({ length: rows }, (_, at) => {
    const { given, family } = nameAt(at)
    return [
      String(at + 1),
      `${given} ${family}`,
      `membre${at}@example.org`,
      '',
      french(addDays('2015-01-01', at % 3000)),
    ]
  })
  return csv([['Numéro de membre', 'Nom', 'Adresse E-Mail', 'Téléphone', "Date d'inscription"], ...lines])
}

export function galetteCsv(rows: number): string {
  const lines = Array.from({ length: rows }, (_, at) => {
    const { given, family } = nameAt(at)
    return [String(at), family, given, `galette${at}@example.org`, '2019-05-02']
  })
  return csv([['id_adh', 'nom_adh', 'prenom_adh', 'email_adh', 'date_crea_adh'], ...lines])
}
