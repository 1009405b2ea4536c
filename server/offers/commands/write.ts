// SPDX-License-Identifier: AGPL-3.0-or-later
// Each text of a published offer is stored as a revision that never changes.
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { listFurtherContacts, saveFurtherContacts } from '../../../db/queries/offer-contacts.ts'
import { insertRevision } from '../../../db/queries/offer-changes.ts'
import { insertOffer, type OfferRow } from '../../../db/queries/offers.ts'
import { findSubmission, type SubmissionLine } from '../../../db/queries/submissions.ts'
import { holdMove } from '../../applications/commands/changed.ts'
import { dateIn } from '../../base/clock.ts'
import { cut } from '../../base/cut.ts'
import { addDays, startOfDay } from '../../base/days.ts'
import type { Deps } from '../../deps.ts'
import { Conflict, Forbidden, Invalid, NotFound } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { changedFields, contentHash, isMaterial } from '../../model/offer/material.ts'
import type { OfferContent } from '../../model/offer/content.ts'
import { withoutDates } from '../../model/offer/copy.ts'
import { FIELDS } from '../../model/offer/fields.ts'
import { eventDayFault, untilItIsOver } from '../../model/offer/event-days.ts'
import { canWrite } from '../../model/offer/rules.ts'
import { daysOf, type AskedWindow } from '../../model/offer/window.ts'
import { copyFiles } from '../copy-files.ts'
import { asFaults, decide, begin, finish, missingIn, save, type Change } from './change.ts'
import { carryOn, listAsking, noteAnswer, submitToCentre } from './submissions.ts'
import { endTyped } from './typed.ts'

export type OfferInput = {
  content: OfferContent
  contactId: string | null
  /** Who else receives the applications, in the order in which they are tried. */
  furtherContacts?: readonly string[]
  visibility: OfferRow['visibility']
  /** What accepted people alone read: an exact address, a code to enter. Without it, it stays as it is. */
  acceptedNote?: string
  asked: AskedWindow
  /** Of a new offer: the model it began with. */
  templateId?: string | undefined
}

/** The same form sent twice makes one draft. @returns its id. */
export async function createDraft(deps: Deps, viewer: Viewer, input: OfferInput, sent?: SentForm): Promise<string> {
  if (!canWrite(viewer)) throw new Forbidden()
  return transact(deps, async (tx) => {
    await endTyped(tx, deps, viewer, { offerId: '', formId: sent?.key ?? '' })
    return makeOnce(tx, deps, sent, () => insertDraft(tx, deps, viewer, input))
  })
}

/** Inside a transaction: a draft with its event. */
export async function insertDraft(tx: Tx, deps: Deps, viewer: Viewer, input: OfferInput): Promise<string> {
  if (!canWrite(viewer)) throw new Forbidden()
  const now = deps.clock.iso()
  const id = deps.newId()
  const association = await getAssociation(tx)
  if (association.kind === 'centre') throw new NotFound()
  await insertOffer(tx, {
    id,
    state: 'draft',
    ...columnsOf(input),
    ...instantsOf(input.asked, association.time_zone),
    template_id: input.templateId ?? null,
    created_by: viewer.personId,
    created_at: now,
    updated_at: now,
  })
  if (input.furtherContacts?.length) await saveFurtherContacts(tx, id, input.furtherContacts)
  const details = input.templateId ? { template: input.templateId } : {}
  await record(tx, { type: 'offer.created', at: now, actorId: viewer.personId, subject: id, details })
  return id
}

function columnsOf({ content, contactId, visibility, acceptedNote }: OfferInput) {
  return {
    content,
    capacity: content.capacity || null,
    contact_id: contactId,
    visibility,
    ...(acceptedNote !== undefined && { accepted_note: acceptedNote }),
  }
}

function instantsOf({ firstDay, lastDay }: AskedWindow, timeZone: string) {
  return {
    publish_from: firstDay && startOfDay(firstDay, timeZone),
    publish_until: lastDay && startOfDay(addDays(lastDay, 1), timeZone),
  }
}

/** `tells`: accepted people will get a mail, because days, hours or place are others. */
export type Edited = { changed: boolean; tells?: boolean; answered?: boolean }

/** @throws Conflict for another `version` than that of the form; Invalid when a published offer lacks something. */
export async function editOffer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  input: OfferInput & { version: number; formId?: string; answer?: string },
): Promise<Edited> {
  return transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, id)
    if (change.offer.version !== input.version) throw new Conflict('offers.refused.stale')
    await endTyped(tx, deps, viewer, { offerId: id, formId: input.formId ?? '' })
    const { pictures, sheet } = change.offer.content
    const content = { ...input.content, pictures, sheet }
    if (change.offer.state === 'draft') return editDraft(change, { ...input, content })
    const asking = await listAsking(tx, id)
    const edited = await editPublished(change, { ...input, content })
    return { ...edited, ...(input.answer && { answered: await takeAlong(change, asking, input.answer) }) }
  })
}

/** Another text with the same contacts, days and visibility. */
export async function editContent(change: Change, content: OfferContent): Promise<Edited> {
  const { offer, tx } = change
  if (offer.state !== 'draft') {
    const furtherContacts = await listFurtherContacts(tx, offer.id)
    const same = { contactId: offer.contact_id, furtherContacts, visibility: offer.visibility, asked: NO_DAYS }
    return editPublished(change, { ...same, content })
  }
  const step = await decide(change, 'edit')
  if (!step) return { changed: false }
  await save(change, { content })
  await finish(change, step.fact)
  return { changed: true }
}

/** The answer goes to each centre that asks, with the new text or with the one it has. */
async function takeAlong(
  { tx, deps, viewer, offer }: Change,
  asking: SubmissionLine[],
  words: string,
): Promise<boolean> {
  const waiting = asking.filter(({ state }) => state === 'changes_requested')
  for (const { centre_uri: centreUri } of waiting) {
    const sent = await findSubmission(tx, offer.id, centreUri)
    const revision = sent?.revision ?? offer.revision
    await noteAnswer(tx, deps, { offerId: offer.id, centreUri, revision, words, personId: viewer.personId })
    if (sent?.state !== 'sent') await submitToCentre(tx, deps, offer.id, centreUri)
  }
  return waiting.length > 0
}

async function editDraft(change: Change, input: OfferInput): Promise<Edited> {
  const step = await decide(change, 'edit')
  if (!step) return { changed: false }
  await save(change, { ...columnsOf(input), ...instantsOf(input.asked, change.association.time_zone) })
  await saveFurtherContacts(change.tx, change.offer.id, input.furtherContacts ?? [])
  await finish(change, step.fact)
  return { changed: true }
}

async function editPublished(change: Change, input: OfferInput): Promise<Edited> {
  const { offer, viewer, tx, now } = change
  // The visibility cannot change after the publication, because partners already have the offer.
  const further = input.furtherContacts ?? []
  const next = { content: input.content, contact_id: input.contactId, visibility: offer.visibility, further }
  const missing = await missingIn(tx, change, next)
  if (missing.length > 0) throw new Invalid(asFaults(missing))
  const window = movedWindow(change, input.asked, input.content)
  if (offer.state !== 'closed' && window.publish_until <= now) {
    const day = eventDayFault(input.content, dateIn(change.association.time_zone, new Date(now)))
    throw new Invalid(
      day?.is === 'past' ? { [day.field]: 'offers.error.event_past' } : { publish_until: 'offers.error.until_past' },
    )
  }
  const step = await decide(change, 'edit', { offer: next, until: window.publish_until })
  if (!step) return { changed: false }

  const isNewText = changedFields(offer.content, input.content).length > 0
  const isNewWindow = window.publish_from !== offer.publish_from || window.publish_until !== offer.publish_until
  const isSameTeam =
    input.contactId === offer.contact_id && String(further) === String(await listFurtherContacts(tx, offer.id))
  const isNewNote = (input.acceptedNote ?? offer.accepted_note) !== offer.accepted_note
  if (!isNewText && !isNewWindow && !isNewNote && isSameTeam) return { changed: false }

  const content_hash = contentHash(input.content)
  const revision = offer.revision + (isNewText ? 1 : 0)
  const material = isNewText && isMaterial(offer.content, input.content)
  await save(change, { ...columnsOf({ ...input, visibility: offer.visibility }), ...window, content_hash, revision })
  await saveFurtherContacts(tx, offer.id, further)
  if (isNewText) {
    await insertRevision(tx, {
      offer_id: offer.id,
      revision,
      content: input.content,
      content_hash,
      material: material ? 1 : 0,
      created_by: viewer.personId,
      created_at: now,
    })
    await carryOn(tx, offer.id, { revision, material, now })
  }
  // That a note is gone says nothing of the day.
  const tellsNote = isNewNote && input.acceptedNote !== ''
  const tells = await holdMove(tx, change.deps, offer, { content: input.content, tellsNote, at: change.at })
  await finish(change, step.fact, { revision, material })
  return { changed: true, tells }
}

/** A day that did not change keeps its stored instant. */
function movedWindow({ offer, association, now }: Change, { firstDay, lastDay }: AskedWindow, content: OfferContent) {
  // A closed offer gets its dates when it is opened again.
  if (offer.state === 'closed') return { publish_from: offer.publish_from!, publish_until: offer.publish_until! }
  const zone = association.time_zone
  const stored = { from: offer.publish_from!, until: offer.publish_until! }
  const days = daysOf(stored, zone)
  const canMoveStart = stored.from > now && firstDay !== null && firstDay !== days.firstDay
  const first = canMoveStart ? startOfDay(firstDay, zone) : stored.from
  const until = lastDay === null || lastDay === days.lastDay ? stored.until : startOfDay(addDays(lastDay, 1), zone)
  return {
    publish_from: canMoveStart && first < now ? now : first,
    publish_until: untilItIsOver(until, content, zone),
  }
}

/** @returns the id of the new draft, with all texts and without dates. */
export async function copyOffer(deps: Deps, viewer: Viewer, id: string, sent?: SentForm): Promise<string> {
  return transact(deps, (tx) => makeOnce(tx, deps, sent, () => insertCopy(tx, deps, viewer, id)))
}

async function insertCopy(tx: Tx, deps: Deps, viewer: Viewer, id: string): Promise<string> {
  const copyId = deps.newId()
  const change = await begin(tx, deps, viewer, id)
  const step = await decide(change, 'copy')
  if (!step) return copyId
  const { offer, now } = change
  const files = await copyFiles(tx, deps, offer.content, copyId)
  const content = { ...withoutDates(offer.content), ...files.content, title: asCopy(offer.content.title) }
  await insertOffer(tx, {
    id: copyId,
    state: 'draft',
    ...columnsOf({
      content,
      contactId: offer.contact_id,
      visibility: offer.visibility,
      acceptedNote: offer.accepted_note,
      asked: NO_DAYS,
    }),
    copied_from: offer.id,
    created_by: viewer.personId,
    created_at: now,
    updated_at: now,
  })
  await saveFurtherContacts(tx, copyId, await listFurtherContacts(tx, offer.id))
  await files.insert()
  const details = { copied_from: offer.id }
  await record(tx, { type: 'offer.created', at: now, actorId: viewer.personId, subject: copyId, details })
  return copyId
}

/** In a list the copy is told from what it was made from; a copy of a copy has the mark once. */
function asCopy(title: OfferContent['title']): OfferContent['title'] {
  const marks = { fr: ' (copie)', en: ' (copy)' }
  const entries = Object.entries(title).map(([language, text]) => {
    const mark = marks[language as 'fr']
    return [language, text && !text.endsWith(mark) ? cut(text, FIELDS.title.longest - mark.length) + mark : text]
  })
  return Object.fromEntries(entries) as OfferContent['title']
}

const NO_DAYS: AskedWindow = { firstDay: null, lastDay: null }
