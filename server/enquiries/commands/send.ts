// SPDX-License-Identifier: AGPL-3.0-or-later
// The team sees it once the mailbox is confirmed. Only the mail says that the mailbox wrote before; the page never does.
import { getAssociation } from '../../../db/queries/association.ts'
import * as enquiries from '../../../db/queries/enquiries.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import { findKnown } from '../../people/commands/add.ts'
import { NotFound } from '../../web/errors.ts'
import { emailKey } from '../../web/fields.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { EnquiryInput } from '../forms.ts'
import { keepLink } from '../link.ts'
import { tellPerson, tellTeam } from '../mails.ts'
import { placeOf } from '../place.ts'

type Setting = {
  locale: string
  /** What stood beside the box that agrees to being passed on. */
  wording: string
}

/** @returns the id of what was kept, of before for a mailbox that wrote already. */
export async function sendEnquiry(deps: Deps, input: EnquiryInput, setting: Setting, sent?: SentForm): Promise<string> {
  return transact(deps, (tx) => makeOnce(tx, deps, sent, () => keep(tx, deps, input, setting)))
}

async function keep(tx: Tx, deps: Deps, input: EnquiryInput, setting: Setting): Promise<string> {
  const now = deps.clock.iso()
  const row = await rowOf(tx, deps, input, setting)
  const twin = await enquiries.findTwinEnquiry(tx, row)
  if (twin && twin.state !== 'unconfirmed') {
    const dedupe = `enquiry:${twin.id}:known:${now.slice(0, 10)}`
    await tellPerson(tx, deps, twin, { template: 'known', dedupe })
    return twin.id
  }
  // Sent again before it was confirmed: what was typed last counts.
  if (twin) await enquiries.deleteEnquiry(tx, twin.id)
  await enquiries.insertEnquiry(tx, row)
  await record(tx, { type: 'enquiry.created', at: now, subject: row.id, details: {} })
  if (row.email === '') await arriveIn(tx, deps, row.id)
  else {
    await keepLink(tx, deps, row.id, false)
    await tellPerson(tx, deps, (await enquiries.findEnquiry(tx, row.id))!, {
      template: 'confirm',
      dedupe: `enquiry:${row.id}:confirm`,
    })
  }
  return row.id
}

async function rowOf(tx: Tx, deps: Deps, input: EnquiryInput, { locale, wording }: Setting) {
  const now = deps.clock.iso()
  const { place, agreed, call_back, topic: _, form_id: __, ...rest } = input
  return {
    id: deps.newId(),
    state: 'unconfirmed' as const,
    ...rest,
    ...placeOf(deps, place, (await getAssociation(tx)).country),
    email_key: emailKey(input.email),
    locale,
    call_back: call_back ? (1 as const) : (0 as const),
    agreed_at: agreed ? now : null,
    agreed_text: agreed ? wording : '',
    created_at: now,
    seen_at: now,
    updated_at: now,
  }
}

/** @returns false when it was confirmed before. @throws NotFound when the link is over. */
export async function confirmEnquiry(deps: Deps, token: string): Promise<boolean> {
  return transact(deps, async (tx) => {
    const found = await enquiries.findEnquiryByToken(tx, deps.secrets.hash(token), deps.clock.iso())
    if (!found) throw new NotFound('enquiries.link_over')
    if (found.state !== 'unconfirmed') return false
    await arriveIn(tx, deps, found.id)
    await keepLink(tx, deps, found.id, true)
    await tellPerson(tx, deps, found, { template: 'received', dedupe: `enquiry:${found.id}:received` })
    return true
  })
}

/** From now on the team sees it. */
async function arriveIn(tx: Tx, deps: Deps, id: string): Promise<void> {
  const now = deps.clock.iso()
  const enquiry = (await enquiries.findEnquiry(tx, id))!
  const known = enquiry.email === '' ? undefined : await findKnown(tx, enquiry)
  const instants = { confirmed_at: now, seen_at: now, updated_at: now }
  await enquiries.saveEnquiry(tx, id, { state: 'new', person_id: known?.id ?? null, ...instants })
  await record(tx, { type: 'enquiry.confirmed', at: now, subject: id, details: {} })
  await tellTeam(tx, deps, enquiry)
}
