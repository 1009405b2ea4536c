// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation } from '../../db/queries/association.ts'
import { findEntry } from '../../db/queries/hours.ts'
import { findPerson } from '../../db/queries/people.ts'
import { dateIn } from '../base/clock.ts'
import { enqueueMail } from '../mail/queue.ts'
import type { Locale } from '../text/i18n.ts'
import type { Notices } from './notices.ts'

export const hoursNotices: Notices = {
  'hours.returned': async (tx, deps, event) => {
    const entry = await findEntry(tx, event.subjectId, 'everyone')
    const person = entry && (await findPerson(tx, entry.person_id))
    if (!person || !person.email) return
    const zone = (await getAssociation(tx)).time_zone
    const t = deps.i18n.for(person.locale as Locale, zone, dateIn(zone, deps.clock.now()))
    const url = `${deps.config.publicUrl}/my/hours`
    const params = { day: t.date(entry.worked_on, 'day'), duration: t.minutes(entry.minutes) }
    await enqueueMail(tx, deps, {
      dedupe: `event:${event.seq}:hours.returned`,
      to: person.email,
      name: `${person.given_name} ${person.family_name}`.trim(),
      locale: person.locale,
      template: 'hours/returned',
      notice: { kind: 'hours', link: url, line: t('mail.hours.returned.line', params), of: person },
      params: { ...params, name: person.given_name, reason: entry.return_reason, url },
    })
  },
}
