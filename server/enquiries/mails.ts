// SPDX-License-Identifier: AGPL-3.0-or-later
import type { EnquiryRow } from '../../db/queries/enquiries.ts'
import { listPeopleWith } from '../../db/queries/people.ts'
import type { Deps } from '../deps.ts'
import type { MailRequest } from '../mail/compose.ts'
import { enqueueMail, enqueueSome } from '../mail/queue.ts'
import { fullName } from '../model/person.ts'
import { inCharge } from '../model/rights.ts'
import type { MailOf } from '../text/message-keys.ts'
import type { Tx } from '../web/transact.ts'
import { linkOf } from './link.ts'

type Told = {
  template: MailOf<'enquiries'>
  dedupe: string
  params?: Record<string, unknown>
  replyTo?: MailRequest['replyTo']
}

/** Nothing for somebody without an address, who is called. */
export async function tellPerson(tx: Tx, deps: Deps, person: EnquiryRow, mail: Told): Promise<void> {
  await enqueueMail(tx, deps, {
    dedupe: mail.dedupe,
    to: person.email,
    name: fullName(person),
    locale: person.locale,
    template: `enquiries/${mail.template}`,
    about: `enquiry:${person.id}`,
    ...(mail.replyTo && { replyTo: mail.replyTo }),
    params: { given: person.given_name, url: linkOf(deps, person.id), ...mail.params },
  })
}

/** How many of the team are written to about one, so that a transaction stays short. */
const MOST_TOLD = 8

/** Says that there is one, without a name: who it is stands on the page only. */
export async function tellTeam(tx: Tx, deps: Deps, enquiry: EnquiryRow): Promise<void> {
  const team = (await listPeopleWith(tx, 'offers')).filter(({ email }) => email !== '')
  const url = `${deps.config.publicUrl}/work/enquiries/${enquiry.id}`
  const mails = inCharge(team, 'offers')
    .slice(0, MOST_TOLD)
    .map((member) => ({
      dedupe: `enquiry:${enquiry.id}:arrived:${member.id}`,
      to: member.email,
      name: fullName(member),
      locale: member.locale,
      template: 'enquiries/arrived' as const,
      notice: { kind: 'enquiries' as const, link: url, of: member },
      params: { name: member.given_name, place: enquiry.place_name, toCall: enquiry.call_back === 1, url },
    }))
  await enqueueSome(tx, deps, mails)
}
