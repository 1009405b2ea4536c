// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation, type AssociationRow } from '../../db/queries/association.ts'
import type { LinkRow } from '../../db/queries/hours-links.ts'
import { listPeopleWith, type PersonRow } from '../../db/queries/people.ts'
import type { ShownUsual } from '../../db/queries/usual-hours.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail, enqueueSome } from '../mail/queue.ts'
import { choiceFor } from '../model/notice-choices.ts'
import { fullName } from '../model/person.ts'
import { inCharge } from '../model/rights.ts'
import type { Locale } from '../text/i18n.ts'
import type { Tx } from '../web/transact.ts'
import { linkUrl } from './link.ts'
import { usualUrl } from './usual-link.ts'

const addressed = (person: PersonRow) => ({ to: person.email, name: fullName(person), locale: person.locale })

type Waiting = { lines: number; people: number; oldest: string | null }

/** Numbers only, no name and no hours. @returns `more`: call again, in another transaction. */
export async function tellWaiting(tx: Tx, deps: Deps, { lines, people, oldest }: Waiting, zone: string) {
  const today = dateIn(zone, deps.clock.now())
  const url = `${deps.config.publicUrl}/work/hours`
  const mails = (await listApprovers(tx)).map((member) => {
    const t = deps.i18n.for(member.locale as Locale, zone, today)
    const params = {
      waiting: t('mail.hours.waiting.count', {
        lines: t.n('mail.hours.waiting.lines', lines),
        people: t.n('mail.hours.waiting.people', people),
      }),
      since: t.date(oldest ?? deps.clock.iso(), 'day'),
    }
    return {
      dedupe: `hours:waiting:${today}:${member.id}`,
      ...addressed(member),
      template: 'hours/waiting' as const,
      notice: { kind: 'approvals' as const, link: url, line: t('mail.hours.waiting.line', params), of: member },
      params: { ...params, name: member.given_name, url },
    }
  })
  return enqueueSome(tx, deps, mails)
}

/** Whoever wants no message is passed over, so that somebody else is told. Without coordinators, the administrators. */
async function listApprovers(tx: Tx): Promise<PersonRow[]> {
  const team = (await listPeopleWith(tx, 'manage_hours')).filter(
    (one) => one.email !== '' && choiceFor(one.notice_choices, 'approvals') !== 'none',
  )
  return inCharge(team, 'manage_hours')
}

/** To the person of the link, once an hour at most for one address. */
export async function tellLink(tx: Tx, deps: Deps, person: PersonRow, link: LinkRow): Promise<void> {
  const { name, time_zone } = await getAssociation(tx)
  const t = deps.i18n.for(person.locale as Locale, time_zone, dateIn(time_zone, deps.clock.now()))
  await enqueueMail(tx, deps, {
    dedupe: `hours_link:${link.id}:${link.series}:${deps.clock.iso().slice(0, 13)}`,
    ...addressed(person),
    template: 'hours/link',
    params: {
      name: person.given_name,
      association: name,
      until: t.date(link.expires_on, 'long'),
      url: linkUrl(deps, link),
    },
  })
}

/** Asks whether a month was as usual. */
export async function tellUsual(tx: Tx, deps: Deps, association: AssociationRow, person: PersonRow, usual: ShownUsual) {
  const { time_zone } = association
  const t = deps.i18n.for(person.locale as Locale, time_zone, dateIn(time_zone, deps.clock.now()))
  const url = usualUrl(deps, person, usual.month)
  const params = {
    duration: t.minutes(usual.minutes),
    what: t.text(usual.offer_title ?? usual.category_label).text,
    month: t.date(usual.month, 'month'),
    day: t.date(usual.worked_on, 'long'),
  }
  await enqueueMail(tx, deps, {
    dedupe: `hours:usual:${usual.month}:${person.id}`,
    ...addressed(person),
    template: 'hours/usual',
    notice: { kind: 'usual', link: url, line: t('mail.hours.usual.line', params), of: person },
    params: { ...params, name: person.given_name, url },
  })
}

/** @param hours the round figure that was reached. */
export async function tellThanks(tx: Tx, deps: Deps, person: PersonRow, hours: number): Promise<void> {
  const { name, time_zone } = await getAssociation(tx)
  const t = deps.i18n.for(person.locale as Locale, time_zone, dateIn(time_zone, deps.clock.now()))
  const url = `${deps.config.publicUrl}/my/hours`
  const params = { hours: t.number(hours), association: name }
  await enqueueMail(tx, deps, {
    dedupe: `hours:thanks:${hours}:${person.id}`,
    ...addressed(person),
    template: 'hours/thanks',
    notice: { kind: 'thanks', link: url, line: t('mail.hours.thanks.line', params), of: person },
    params: { ...params, name: person.given_name, url },
  })
}
