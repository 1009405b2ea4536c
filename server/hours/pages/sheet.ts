// SPDX-License-Identifier: AGPL-3.0-or-later
import type { SheetPerson } from '../../../db/queries/hours-sheet.ts'
import { fullName } from '../../model/person.ts'
import type { Translator } from '../../text/i18n.ts'
import type { FieldErrors } from '../../web/errors.ts'
import type { FormValues } from '../../web/forms.ts'
import type { Kept, SheetResult } from '../commands/sheet.ts'
import { OWN_DURATION } from '../forms.ts'

const NAMES_SHOWN = 10

/** `chosen`: who is ticked. `kept`: why somebody's hours were not recorded, which then stands beside the name. */
export type SheetView = { values: FormValues; chosen: readonly string[]; kept: ReadonlyMap<string, Kept> }

export function rowsOf(t: Translator, people: readonly SheetPerson[], { values, chosen, kept }: SheetView) {
  const sure = [values.sure ?? []].flat()
  return people.map((person) => {
    const why = kept.get(person.id)
    return {
      id: person.id,
      field: rowField(person.id),
      label: labelOf(person),
      say: t('hours.sheet.own_duration', { name: fullName(person) }),
      sureLabel: t('hours.sheet.sure', { name: fullName(person) }),
      isTicked: chosen.includes(person.id),
      name: OWN_DURATION + person.id,
      duration: String([values[OWN_DURATION + person.id] ?? ''].flat()[0]),
      error: why ? t(why.fault) : '',
      asks: why?.asks === true || sure.includes(person.id),
      isSure: sure.includes(person.id),
    }
  })
}

export const rowField = (personId: string) => `row-${personId}`

/** As lists name people: the family name first, then the number. */
export const labelOf = (person: SheetPerson) =>
  `${[person.family_name, person.given_name].filter(Boolean).join(' ')} (${person.member_number})`

/** For the summary above the form: who, and why. */
export function faultsOf(t: Translator, people: readonly SheetPerson[], kept: SheetResult['kept']): FieldErrors {
  const known = people.filter(({ id }) => kept.has(id))
  const gone = kept.size - known.length
  return {
    ...Object.fromEntries(
      known.map((person) => [
        rowField(person.id),
        {
          key: 'hours.sheet.row_fault' as const,
          params: { name: fullName(person), fault: t(kept.get(person.id)!.fault) },
        },
      ]),
    ),
    ...(gone > 0 && { people: 'hours.error.people_gone' as const }),
  }
}

/** Of lines that were recorded: how many, how much, and for whom. */
export function doneParams(t: Translator, day: string, recorded: SheetResult['recorded']) {
  const names = recorded.map(fullName)
  const others = names.length - NAMES_SHOWN
  const shown = others > 1 ? [...names.slice(0, NAMES_SHOWN), t.n('hours.sheet.others', others)] : names
  return {
    count: recorded.length,
    day: t.date(day, 'day'),
    total: t.minutes(recorded.reduce((sum, { minutes }) => sum + minutes, 0)),
    names: t.list(shown),
  }
}
