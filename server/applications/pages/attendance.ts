// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Attending } from '../../../db/queries/attendance.ts'
import type { OfferRow } from '../../../db/queries/offers.ts'
import { lastEventDay } from '../../model/offer/event-days.ts'
import { fullName } from '../../model/person.ts'
import { emptyForm } from '../../web/forms.ts'
import type { Translator } from '../../text/i18n.ts'

/** On one page; whoever is noted makes place for the others. */
export const MOST_ATTENDING = 200
const NOTED: Record<string, string> = { completed: 'came', no_show: 'missed' }

/** `hoursHref`: '' for whoever is not signed in; `linkOf`: whose link it is, else ''. */
export type Place = { self: string; offerHref: string; hoursHref: string; linkOf: string }

export function attendancePage(offer: OfferRow, rows: readonly Attending[], place: Place, t: Translator) {
  const last = lastEventDay(offer.content)
  return {
    title: t('applications.attendance.title'),
    robots: 'noindex',
    heading: t.text(offer.content.title),
    day: last ? t.date(last, 'long') : '',
    offerHref: place.offerHref,
    offerLabel: t(place.hoursHref ? 'offers.list.title' : 'applications.apply.back'),
    action: place.self,
    hoursHref: place.hoursHref,
    linkOf: place.linkOf,
    form: emptyForm(Object.fromEntries(rows.map(({ id, state }) => [`came_${id}`, NOTED[state] ?? '']))),
    more: rows.length === MOST_ATTENDING ? t('applications.attendance.more', { count: MOST_ATTENDING }) : '',
    rows: rows.map((row) => ({
      name: `came_${row.id}`,
      legend:
        row.seats > 1 ? t('applications.attendance.with', { name: fullName(row), count: row.seats }) : fullName(row),
      hint: row.said_came === null ? '' : t(`applications.attendance.says_${row.said_came === 1 ? 'came' : 'missed'}`),
      options: (['came', 'missed'] as const).map((value) => ({ value, label: t(`applications.attendance.${value}`) })),
    })),
  }
}
