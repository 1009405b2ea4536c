// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre passes somebody on to a member, by mail and never over the federation: first what they wish, and who they are
// only once the member says that it will write to them.
import { findAffiliation } from '../../../db/queries/affiliations.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import * as enquiries from '../../../db/queries/enquiries.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import { enqueueMail } from '../../mail/queue.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { PassingInput } from '../forms.ts'
import { keepPassingLink } from '../link.ts'
import { tellPerson } from '../mails.ts'
import { loadForTeam, OPEN, refuseRestricted } from './tend.ts'

/**
 * @throws Refused without the person's consent, NotFound on a site that is no centre, Invalid at `member` when it is none
 * of ours.
 */
export async function passOn(deps: Deps, viewer: Viewer, id: string, input: PassingInput, sent?: SentForm) {
  await transact(deps, async (tx) => {
    const found = await loadForTeam(tx, viewer, id)
    const { kind } = await getAssociation(tx)
    if (kind === 'association') throw new NotFound()
    if (found.agreed_at === null) throw new Refused('enquiries.refused.no_consent')
    if (!OPEN.includes(found.state)) throw new Refused('enquiries.refused.over')
    await refuseRestricted(tx, found)
    const member = await findAffiliation(tx, input.member)
    if (member?.partner_is !== 'member' || member.state !== 'active')
      throw new Invalid({ member: 'enquiries.error.member' })
    const title = member.partner_name
    await makeOnce(tx, deps, sent, () => askMember(tx, deps, viewer, { found, title, input }))
  })
}

type Passing = { found: enquiries.EnquiryRow; title: string; input: PassingInput }

async function askMember(tx: Tx, deps: Deps, viewer: Viewer, { found, title, input }: Passing): Promise<string> {
  const now = deps.clock.iso()
  const id = deps.newId()
  const said = { kind: 'passed_on' as const, body: input.word, about: input.member_email, title }
  const by = { affiliation_id: input.member, sent_by: viewer.personId, sent_at: now }
  await enquiries.insertEnquiryMessage(tx, { id, enquiry_id: found.id, ...said, ...by })
  const url = await keepPassingLink(tx, deps, id)
  await enqueueMail(tx, deps, {
    dedupe: `enquiry:${found.id}:${id}`,
    to: input.member_email,
    name: title,
    locale: (await getAssociation(tx)).locale,
    template: 'enquiries/passing',
    about: `enquiry:${found.id}`,
    params: { member: title, word: input.word, url },
  })
  const state = found.state === 'new' ? ('in_contact' as const) : found.state
  await enquiries.saveEnquiry(tx, found.id, { state, taken_by: found.taken_by ?? viewer.personId, updated_at: now })
  await record(tx, { type: 'enquiry.passed_on', at: now, actorId: viewer.personId, subject: found.id, details: {} })
  return id
}

export type Passed = { message: enquiries.EnquiryMessage; enquiry: enquiries.EnquiryRow }

/** @throws NotFound when the link is over, the person has gone or no longer agrees, or the site is no member any more. */
export async function findPassed(db: Tx | Deps['db'], deps: Deps, token: string): Promise<Passed> {
  const message = await enquiries.findPassingByToken(db, deps.secrets.hash(token), deps.clock.iso())
  const enquiry = message && (await enquiries.findEnquiry(db, message.enquiry_id))
  const member = message?.affiliation_id ? await findAffiliation(db, message.affiliation_id) : undefined
  if (!enquiry || member?.state !== 'active' || !mayRead(enquiry, message)) throw new NotFound('enquiries.link_over')
  await refuseRestricted(db, enquiry).catch(() => {
    throw new NotFound('enquiries.link_over')
  })
  return { message, enquiry }
}

/** While the person agrees and looks for something, or has found it with this member. */
const mayRead = ({ agreed_at, state }: enquiries.EnquiryRow, { accepted_at }: enquiries.EnquiryMessage): boolean =>
  agreed_at !== null && (OPEN.includes(state) || (state === 'placed' && accepted_at !== null))

/** The member will write: from now on its page shows who it is, and the person is told. */
export async function acceptPassed(deps: Deps, token: string): Promise<void> {
  await transact(deps, async (tx) => {
    const { message, enquiry } = await findPassed(tx, deps, token)
    const now = deps.clock.iso()
    if (!(await enquiries.acceptPassing(tx, message.id, now))) return
    const params = { member: message.title }
    await tellPerson(tx, deps, enquiry, { template: 'accepted', dedupe: `enquiry:${message.id}:accepted`, params })
    await enquiries.saveEnquiry(tx, enquiry.id, { updated_at: now })
    await record(tx, { type: 'enquiry.accepted', at: now, subject: enquiry.id, details: {} })
  })
}
