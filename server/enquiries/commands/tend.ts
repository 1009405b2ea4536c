// SPDX-License-Identifier: AGPL-3.0-or-later
// What the team does with somebody who offers their help.
import * as enquiries from '../../../db/queries/enquiries.ts'
import { record } from '../../../db/queries/events.ts'
import { findListing } from '../../../db/queries/listings.ts'
import { findPerson } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { writeErased } from '../../privacy/erase.ts'
import type { END_REASONS } from '../../model/enquiry.ts'
import { fullName } from '../../model/person.ts'
import { markOfNote } from '../../model/team-note.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import { pickText, type Locale } from '../../text/i18n.ts'
import { Conflict, Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { keepLink } from '../link.ts'
import { tellPerson } from '../mails.ts'
import { withdrawIn } from './own.ts'

/** Waits for something. */
export const OPEN: readonly string[] = ['new', 'in_contact']

/** @throws NotFound also before the mailbox is confirmed: the team must not see it. */
export async function loadForTeam(tx: Tx | Deps['db'], viewer: Viewer, id: string): Promise<enquiries.EnquiryRow> {
  if (!hasRight(viewer, 'offers')) throw new Forbidden()
  const found = await enquiries.findEnquiry(tx, id)
  if (!found || found.state === 'unconfirmed') throw new NotFound()
  return found
}

/** Shows colleagues who takes care of it, or that nobody does any more. */
export async function takeEnquiry(deps: Deps, viewer: Viewer, id: string, isLeft: boolean): Promise<void> {
  await transact(deps, async (tx) => {
    const found = await loadForTeam(tx, viewer, id)
    const taken_by = isLeft ? null : viewer.personId
    if (taken_by === found.taken_by || (isLeft && found.taken_by !== viewer.personId)) return
    await enquiries.saveEnquiry(tx, id, { taken_by })
    const what = taken_by ? 'enquiry.taken' : 'enquiry.left'
    await record(tx, { type: what, at: deps.clock.iso(), actorId: viewer.personId, subject: id, details: {} })
  })
}

/**
 * For the team only; it is in the person's data all the same.
 * @param note.was mark of the note that the form showed. @throws Conflict when a colleague wrote another one meanwhile.
 */
export async function noteEnquiry(
  deps: Deps,
  viewer: Viewer,
  id: string,
  { team_note, was }: { team_note: string; was: string },
): Promise<void> {
  await transact(deps, async (tx) => {
    const found = await loadForTeam(tx, viewer, id)
    if (was !== markOfNote(found.team_note) && found.team_note !== team_note) throw new Conflict()
    await enquiries.saveEnquiry(tx, id, { team_note })
  })
}

type Move = { state: 'in_contact' | 'placed' | 'ended'; reason: (typeof END_REASONS)[number] | '' }

/** Also from an end back to the desk. With an end, the twelve months of what is kept begin again. */
export async function moveEnquiry(deps: Deps, viewer: Viewer, id: string, { state, reason }: Move): Promise<void> {
  await transact(deps, async (tx) => {
    const found = await loadForTeam(tx, viewer, id)
    const end_reason = state === 'ended' ? reason : ''
    if (found.state === state && found.end_reason === end_reason) return
    const now = deps.clock.iso()
    const ends = OPEN.includes(found.state) && !OPEN.includes(state)
    await enquiries.saveEnquiry(tx, id, { state, end_reason, updated_at: now, ...(ends && { seen_at: now }) })
    if (ends && found.email !== '') await keepLink(tx, deps, id, true)
    const details = { from: found.state, to: state }
    await record(tx, { type: 'enquiry.moved', at: now, actorId: viewer.personId, subject: id, details })
  })
}

/** What somebody says by telephone: they agree no more to being passed on. */
export async function endConsent(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const found = await loadForTeam(tx, viewer, id)
    if (found.agreed_at === null) return
    const now = deps.clock.iso()
    await enquiries.saveEnquiry(tx, id, { agreed_at: null, agreed_text: '', updated_at: now })
    await record(tx, { type: 'enquiry.changed', at: now, actorId: viewer.personId, subject: id, details: {} })
  })
}

/** What somebody says by telephone: everything is deleted at once, as on their own page. */
export async function removeEnquiry(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const found = await loadForTeam(tx, viewer, id)
    await withdrawIn(tx, deps, found, viewer.personId)
  })
  await writeErased(deps)
}

/** Whoever asked that their data is not used is neither proposed anything nor passed on. @throws Refused. */
export async function refuseRestricted(db: Tx | Deps['db'], { person_id }: Pick<enquiries.EnquiryRow, 'person_id'>) {
  const person = person_id === null ? undefined : await findPerson(db, person_id)
  if (person?.restricted_at) throw new Refused('people.refused.restricted')
}

type Said = { kind: 'answer' | 'proposal'; body: string; about: string; title: string }

/** By mail, and on the person's page. @throws Invalid at `body` for somebody without an address. */
export async function answerEnquiry(
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: string,
  sent?: SentForm,
): Promise<void> {
  await say(deps, viewer, id, sent, async () => ({ kind: 'answer', body, about: '', title: '' }))
}

/**
 * @param offer public id. @throws Invalid at `offer` when it is not online, or was proposed before.
 */
export async function proposeOffer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  offer: string,
  sent?: SentForm,
): Promise<void> {
  await say(deps, viewer, id, sent, async (tx, found) => {
    await refuseRestricted(tx, found)
    const listing = await findListing(tx, offer)
    if (!listing) throw new Invalid({ offer: 'enquiries.error.offer' })
    if (await enquiries.wasProposed(tx, id, offer)) throw new Invalid({ offer: 'enquiries.error.proposed' })
    const title = pickText(listing.content.title, found.locale as Locale).text
    return { kind: 'proposal', body: '', about: offer, title }
  })
}

type Make = (tx: Tx, found: enquiries.EnquiryRow) => Promise<Said>

async function say(deps: Deps, viewer: Viewer, id: string, sent: SentForm | undefined, make: Make): Promise<void> {
  await transact(deps, async (tx) => {
    const found = await loadForTeam(tx, viewer, id)
    await makeOnce(tx, deps, sent, async () => {
      const said = await make(tx, found)
      if (found.email === '')
        throw new Invalid({ [said.kind === 'answer' ? 'body' : 'offer']: 'enquiries.error.no_mail' })
      return sendSaid(tx, deps, viewer, found, said)
    })
  })
}

async function sendSaid(tx: Tx, deps: Deps, viewer: Viewer, found: enquiries.EnquiryRow, said: Said): Promise<string> {
  const now = deps.clock.iso()
  const messageId = deps.newId()
  const message = { id: messageId, enquiry_id: found.id, ...said, sent_by: viewer.personId, sent_at: now }
  await enquiries.insertEnquiryMessage(tx, message)
  const writer = viewer.personId ? await findPerson(tx, viewer.personId) : undefined
  await tellPerson(tx, deps, found, {
    template: said.kind,
    dedupe: `enquiry:${found.id}:${messageId}`,
    params: {
      title: said.title,
      word: said.body,
      writer: writer ? fullName(writer) : '',
      offer: `${deps.config.publicUrl}/offers/${said.about}`,
    },
    ...(writer?.email && { replyTo: { name: fullName(writer), address: writer.email } }),
  })
  // Whoever answers takes care of it, unless a colleague does already.
  const taken_by = found.taken_by ?? viewer.personId
  const state = found.state === 'new' ? ('in_contact' as const) : found.state
  await enquiries.saveEnquiry(tx, found.id, { state, taken_by, updated_at: now })
  const type = said.kind === 'answer' ? ('enquiry.answered' as const) : ('enquiry.proposed' as const)
  await record(tx, { type, at: now, actorId: viewer.personId, subject: found.id, details: {} })
  return messageId
}
