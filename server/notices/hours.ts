// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation } from '../../db/queries/association.ts'
import { findEntry } from '../../db/queries/hours.ts'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { findTrip } from '../../db/queries/trips.ts'
import { sumApprovedOf } from '../../db/queries/usual-hours.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { tellThanks } from '../hours/mails.ts'
import { roundIn } from '../hours/usual.ts'
import { enqueueMail } from '../mail/queue.ts'
import type { Locale, Translator } from '../text/i18n.ts'
import type { Tx } from '../web/transact.ts'
import type { Notices } from './notices.ts'

export const hoursNotices: Notices = {
  /** Whoever reaches a round figure is thanked for it, once. */
  'hours.approved': async (tx, deps, event) => {
    const entry = await findEntry(tx, event.subjectId, 'everyone')
    const person = entry && (await findPerson(tx, entry.person_id))
    if (!person || person.member_number <= 0) return
    const round = roundIn(await sumApprovedOf(tx, person.id))
    if (round <= person.thanked_hours) return
    await updatePerson(tx, person.id, { thanked_hours: round })
    if (!person.disabled_at) await tellThanks(tx, deps, person, round)
  },
  'trip.returned': async (tx, deps, event) => {
    const trip = await findTrip(tx, event.subjectId, 'everyone')
    if (!trip) return
    const what = (t: Translator) => t('hours.trips.km', { km: t.number(trip.metres / 1000) })
    await tellReturned(tx, deps, event.seq, {
      personId: trip.person_id,
      day: trip.travelled_on,
      reason: trip.return_reason,
      path: '/my/trips',
      what,
    })
  },
  'hours.returned': async (tx, deps, event) => {
    const entry = await findEntry(tx, event.subjectId, 'everyone')
    if (!entry) return
    const what = (t: Translator) => t.minutes(entry.minutes)
    await tellReturned(tx, deps, event.seq, {
      personId: entry.person_id,
      day: entry.worked_on,
      reason: entry.return_reason,
      path: '/my/hours',
      what,
    })
  },
}

type Returned = { personId: string; day: string; reason: string; path: string; what(t: Translator): string }

/** There is a question about a line of the person's own. */
async function tellReturned(tx: Tx, deps: Deps, seq: number, { personId, day, reason, path, what }: Returned) {
  const person = await findPerson(tx, personId)
  if (!person || !person.email) return
  const zone = (await getAssociation(tx)).time_zone
  const t = deps.i18n.for(person.locale as Locale, zone, dateIn(zone, deps.clock.now()))
  const url = deps.config.publicUrl + path
  const params = { day: t.date(day, 'day'), duration: what(t) }
  await enqueueMail(tx, deps, {
    dedupe: `event:${seq}:hours.returned`,
    to: person.email,
    name: `${person.given_name} ${person.family_name}`.trim(),
    locale: person.locale,
    template: 'hours/returned',
    notice: { kind: 'hours', link: url, line: t('mail.hours.returned.line', params), of: person },
    params: { ...params, name: person.given_name, reason, url },
  })
}
