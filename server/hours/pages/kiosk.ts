// SPDX-License-Identifier: AGPL-3.0-or-later
import type { KioskLine, LinkRow } from '../../../db/queries/hours-links.ts'
import type { SheetPerson } from '../../../db/queries/hours-sheet.ts'
import type { Translator } from '../../text/i18n.ts'

type Named = Pick<SheetPerson, 'id' | 'given_name' | 'family_name'>

/** « Chloé T. »: as many signs of the family name as tell two people apart, and one at least. */
export function shortNames(people: readonly Named[]): { value: string; label: string }[] {
  return people.map((person) => {
    const same = people.filter(({ id, given_name }) => id !== person.id && given_name === person.given_name)
    const signs = [...person.family_name]
    let count = 1
    while (
      count < signs.length &&
      same.some(({ family_name }) => startOf(family_name, count) === startOf(person.family_name, count))
    )
      count += 1
    const start = signs.length === 0 ? '' : `${startOf(person.family_name, count)}${count < signs.length ? '.' : ''}`
    return { value: person.id, label: [person.given_name, start].filter(Boolean).join(' ') }
  })
}

const startOf = (name: string, count: number): string => [...name].slice(0, count).join('')

export function linkOf(t: Translator, link: LinkRow, today: string) {
  const isOver = link.expires_on < today
  const key = link.is_on === 0 ? 'hours.link.state.off' : isOver ? 'hours.link.state.over' : 'hours.link.state.on'
  return {
    isOn: link.is_on === 1,
    isOpen: link.is_on === 1 && !isOver,
    state: { label: t(key), kind: link.is_on === 1 && !isOver ? 'ok' : 'stop' },
    until: t.date(link.expires_on, 'long'),
    used:
      link.used_at === null
        ? t('hours.link.never_used')
        : t('hours.link.used', { at: t.date(link.used_at, 'datetime') }),
  }
}

export const kioskLineOf = (t: Translator, line: KioskLine) => ({
  id: line.id,
  name: [line.given_name, line.family_name].filter(Boolean).join(' '),
  day: t.date(line.worked_on, 'short'),
  duration: t.minutes(line.minutes),
  what: t.text(line.offer_title ?? line.category_label),
})
