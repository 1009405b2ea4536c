// SPDX-License-Identifier: AGPL-3.0-or-later
// The sheet for a declaration, and the attestation for the « congé d’engagement associatif » (Code du travail, article
// L. 3142-54-1), to be signed by whoever represents the association. In French, as the offices that read them.
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { PrintedDocument } from '../../attestations/typst.ts'
import type { Translator } from '../../text/i18n.ts'
import { allOf, datesOf, type CecMinutes, type CecRules } from '../rules.ts'
import { functionsOf, identifierOf } from './parts.ts'

export const PAPERS = ['sheet', 'leave'] as const
export type Paper = (typeof PAPERS)[number]

type Given = {
  paper: Paper
  person: string
  year: number
  minutes: CecMinutes
  rules: CecRules
  association: AssociationRow
  /** YYYY-MM-DD. */
  today: string
}

export function paperOf(t: Translator, given: Given): PrintedDocument {
  const { paper, person, year, minutes, rules, association, today } = given
  const functions = functionsOf(t, minutes)
  const dates = datesOf(rules, year)
  const params = {
    person,
    year: String(year),
    hours: t.minutes(allOf(minutes)),
    association: association.name,
    functions: t.list(functions.map(({ label }) => label.toLowerCase())),
    declare_by: t.date(dates.declareBy, 'short'),
    validate_by: t.date(dates.validateBy, 'short'),
  }
  const number = (scheme: 'FR-RNA' | 'FR-SIREN') => identifierOf(association, scheme) || t('cec.number_missing')
  return {
    lang: 'fr',
    association: association.name,
    address: [association.street, [association.postal_code, association.place_name].filter(Boolean).join(' ')]
      .filter(Boolean)
      .join(', '),
    title: t(`cec.paper.${paper}.title`),
    number: t('cec.paper.year', params),
    body: t(`cec.paper.${paper}.body`, params),
    lines: [t('cec.paper.numbers', { rna: number('FR-RNA'), siren: number('FR-SIREN') })],
    table: {
      caption: t('cec.paper.functions'),
      columns: [
        { label: t('attestations.doc.function') },
        { label: t('attestations.doc.period') },
        { label: t('hours.column.hours'), num: true },
      ],
      rows: functions.map(({ label, hours }) => ({
        cells: [label, t('cec.paper.year', params), hours].map((text) => ({ text })),
      })),
      foot: { cells: [t('attestations.doc.total'), '', params.hours].map((text) => ({ text })) },
    },
    skillsTitle: '',
    skills: [],
    free: [t(`cec.paper.${paper}.end`, params)],
    made: t('attestations.doc.made', { place: association.place_name, day: t.date(today, 'short') }),
    signature: t('cec.paper.signature'),
    code: null,
  }
}
