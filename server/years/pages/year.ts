// SPDX-License-Identifier: AGPL-3.0-or-later
// A year that is open: its hours and their value as they stand, what is typed about it, and what is left before closing.
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { ProjectRow } from '../../../db/queries/projects.ts'
import type { ShownStatement } from '../../../db/queries/years.ts'
import type { Statement } from '../../hours/statement.ts'
import { typedNumber } from '../../hours/pages/rates.ts'
import { addressIn } from '../../hours/choice.ts'
import type { ValuedPart } from '../../hours/responses.ts'
import type { Translator } from '../../text/i18n.ts'
import { countInWords } from '../../web/rows.ts'
import type { FormValues } from '../../web/forms.ts'
import type { YearSettings } from '../commands/settings.ts'
import type { HoursYear } from '../rules.ts'
import * as parts from './parts.ts'
import { stateOf, titleOf } from './statement.ts'

type Given = {
  year: HoursYear
  settings: YearSettings
  association: AssociationRow
  result: Statement
  named: readonly { id: string; label: { fr?: string; en?: string } }[]
  projects: readonly ProjectRow[]
  waiting: number
  isOver: boolean
  /** The note, and the share in the money of the year, are of the whole association. */
  isOfPart: boolean
}

export function yearPage(
  t: Translator,
  { year, settings, association, result, named, projects, waiting, isOver, isOfPart }: Given,
) {
  const isValued = settings.is_valued === 1
  const lines = parts.liveLinesOf(t, result, named, projects)
  const { currency } = association
  return {
    code: year.code,
    label: parts.labelOf(t, year),
    isEmpty: lines.length === 0,
    isValued,
    isMissingRates: isValued && result.cents === null,
    figures: [
      { value: t.minutes(result.minutes), label: t.n('hours.statement.given_by', result.people) },
      ...(isValued && result.cents !== null
        ? [{ value: t.money(result.cents, currency), label: t('hours.statement.value') }]
        : []),
    ],
    table: parts.linesTable(t, lines, currency, isValued),
    grants: parts.grantTable(t, lines, currency, isValued),
    projects: parts.projectTable(t, lines, {
      people: result.peopleByProject,
      all: result.people,
      currency,
      isValued,
    }),
    share: isOfPart ? null : parts.shareText(t, isValued ? result.cents : null, parts.moneyOf(settings), currency),
    note: isOfPart
      ? []
      : parts.noteOf(t, {
          lines,
          people: result.people,
          country: association.country,
          isValued,
          currency,
          year: parts.labelOf(t, year),
          why: settings.why,
          method: settings.method_note,
          accounts: { debit: settings.debit_account, credit: settings.credit_account },
        }),
    waiting: waiting > 0 ? countInWords(t, 'hours.work.waiting', waiting) : '',
    isOver,
    accountsHint: t(association.country === 'FR' ? 'years.hint.accounts' : 'years.hint.accounts_ca'),
  }
}

/** As one would type it. */
export function typedYear(settings: YearSettings): FormValues {
  const sum = (cents: number | null) => (cents === null ? '' : typedNumber(cents).replace(/,00$/, ''))
  return {
    valued: settings.is_valued === 1 ? 'yes' : 'no',
    why: settings.why,
    method_note: settings.method_note,
    debit_account: settings.debit_account,
    credit_account: settings.credit_account,
    budget: sum(settings.budget_cents),
    subsidies: sum(settings.subsidies_cents),
    others: sum(settings.others_cents),
  }
}

/**
 * The years that have hours, newest first, each with the statement that is in force, which has no lines by team.
 * @param part of which alone; undefined for all.
 */
export function yearsList(
  t: Translator,
  years: readonly HoursYear[],
  statements: readonly ShownStatement[],
  part?: ValuedPart,
) {
  return years.map((year) => {
    const own = statements.find(
      (one) => one.is_in_force === 1 && one.from_day === year.from && one.until_day === year.until,
    )
    return {
      label: parts.labelOf(t, year),
      href: addressIn(
        part,
        own && !part?.isOfTeam ? `/work/hours/statements/${own.id}` : `/work/hours/years/${year.code}`,
      ),
      state: own ? stateOf(t, own) : { kind: 'new', label: t('years.state.open') },
    }
  })
}

export const statementsList = (t: Translator, statements: readonly ShownStatement[], part?: ValuedPart) =>
  statements.map((one) => ({
    label: titleOf(t, one),
    href: addressIn(part, `/work/hours/statements/${one.id}`),
    state: stateOf(t, one),
  }))
