// SPDX-License-Identifier: AGPL-3.0-or-later
import type { CecFile } from '../../../db/queries/cec.ts'
import type { AssociationRow } from '../../../db/queries/association.ts'
import { daysBetween } from '../../base/days.ts'
import type { Translator } from '../../text/i18n.ts'
import { allOf, CEC_ROLES, datesOf, type CecMinutes, type CecRules, type CecState, type gaugeOf } from '../rules.ts'

export const identifierOf = ({ legal_identifiers }: AssociationRow, scheme: 'FR-RNA' | 'FR-SIREN'): string =>
  legal_identifiers.find((one) => one.scheme === scheme)?.value ?? ''

export const functionsOf = (t: Translator, minutes: CecMinutes) =>
  CEC_ROLES.filter((role) => minutes[role] !== 0).map((role) => ({
    label: t(`hours.cec.${role}`),
    hours: t.minutes(minutes[role]),
  }))

const KIND: Record<CecState, 'ok' | 'wait' | 'new' | 'stop'> = {
  begun: 'new',
  told: 'new',
  declared: 'wait',
  validated: 'ok',
  refused: 'stop',
}
export const stateOf = (t: Translator, file: CecFile | undefined) => {
  const state = file?.state ?? 'begun'
  return { kind: KIND[state], label: t(`cec.state.${state}`) }
}

/** The two gauges: here, and in all. `max` and `value` in minutes. */
export function gaugesOf(t: Translator, rules: CecRules, minutes: CecMinutes, gauge: ReturnType<typeof gaugeOf>) {
  const of = (label: string, value: number, max: number) => ({
    label,
    value: Math.max(0, Math.min(value, max)),
    max,
    text: t('cec.gauge.text', { hours: t.minutes(value), of: t.minutes(max) }),
  })
  return [
    of(t('cec.gauge.here'), allOf(minutes), rules.minutesInOne),
    of(t('cec.gauge.all'), gauge.total, rules.minutesInAll),
  ]
}

/** What the person does, in order, with its dates and numbers. */
export function stepsOf(t: Translator, rules: CecRules, year: number, association: AssociationRow): string[] {
  const dates = datesOf(rules, year)
  const number = (scheme: 'FR-RNA' | 'FR-SIREN') => identifierOf(association, scheme) || t('cec.number_missing')
  return [
    t('cec.steps.open', { from: t.date(dates.declareFrom, 'short'), until: t.date(dates.declareBy, 'short') }),
    t('cec.steps.numbers', { rna: number('FR-RNA'), siren: number('FR-SIREN') }),
    t('cec.steps.figure', { year: String(year) }),
    t('cec.steps.validated', { day: t.date(dates.validateBy, 'short') }),
  ]
}

/** Where the rules are from. */
export const sourceOf = (
  t: Translator,
  { source, readOn, eurosAYear, eurosInAll, age, associationYears }: CecRules,
) => ({
  worth: t('cec.worth', { year: t.number(eurosAYear), all: t.number(eurosInAll), age: t.number(age) }),
  association: t.n('cec.association', associationYears),
  text: t('cec.source', { source: t(`cec.rules.${source}`), day: t.date(readOn, 'short') }),
})

/** « encore 38 jours ». */
export function countdownOf(t: Translator, rules: CecRules, year: number, today: string): string {
  const { validateBy } = datesOf(rules, year)
  const left = daysBetween(today, validateBy)
  const day = t.date(validateBy, 'short')
  return left < 0 ? t('cec.countdown.over', { day }) : t.n('cec.countdown.left', left, { day })
}
