// SPDX-License-Identifier: AGPL-3.0-or-later
// While a centre has a new revision to answer, it shows the accepted one.
import { cut } from '../../base/cut.ts'
import { findAffiliationWith } from '../../../db/queries/affiliations.ts'
import { record } from '../../../db/queries/events.ts'
import { findOffer, listPublicOffers, type OfferRow } from '../../../db/queries/offers.ts'
import { addMessage, findLastMessage } from '../../../db/queries/offer-messages.ts'
import * as submissions from '../../../db/queries/submissions.ts'
import type { Deps } from '../../deps.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { OFFERS_AT_ONCE, transact, type Handle, type Tx } from '../../web/transact.ts'
import type { Comments } from '../../model/offer/comments.ts'
import { offerUri } from '../../public-offer/public-offer.ts'
import type { Viewer } from '../../model/viewer.ts'
import { isVisible, isScheduled } from '../../model/offer/standing.ts'
import { begin, missingIn } from './change.ts'
import { gets } from './routing.ts'

type Sent = { offerId: string; centreUri: string; revision: number; now: string }

/** Writes only the row, for changes whose own event is sent to every centre. */
async function sendTo(tx: Tx, { offerId, centreUri, revision, now }: Sent): Promise<void> {
  await submissions.saveSubmission(tx, {
    offer_id: offerId,
    centre_uri: centreUri,
    state: 'sent',
    revision,
    submitted_at: now,
  })
}

/** Does nothing for an offer that is not public, or neither online nor scheduled. */
export async function submitToCentre(tx: Tx, deps: Deps, offerId: string, centreUri: string): Promise<void> {
  const offer = await findOffer(tx, offerId)
  if (offer) await submit(tx, deps, offer, centreUri)
}

async function submit(tx: Tx, deps: Deps, offer: OfferRow, centreUri: string): Promise<void> {
  const now = deps.clock.iso()
  const isShown = isVisible(offer, now) || isScheduled(offer, now)
  if (offer.state !== 'published' || offer.visibility !== 'public' || !isShown) return
  await sendTo(tx, { offerId: offer.id, centreUri, revision: offer.revision, now })
  await record(tx, { type: 'offer.submitted', at: now, subject: offer.id, details: { centre: centreUri } })
}

/** @param after the offer before the first of this batch; the others follow in batches of their own. */
export async function submitOffersTo(tx: Tx, deps: Deps, centreUri: string, after = ''): Promise<void> {
  const centre = (await submissions.listActiveCentres(tx)).find(({ uri }) => uri === centreUri)
  if (!centre) return
  const offers = await listPublicOffers(tx, after, OFFERS_AT_ONCE)
  for (const offer of offers) {
    const known = await submissions.findSubmission(tx, offer.id, centreUri)
    const isThere = known !== undefined && known.state !== 'withdrawn' && known.revision === offer.revision
    if (!isThere && (await gets(tx, deps, centre, offer))) await submit(tx, deps, offer, centreUri)
  }
  const last = offers.at(OFFERS_AT_ONCE - 1)
  if (!last) return
  const details = { centre: centreUri, after: last.id }
  await record(tx, { type: 'offers.submitting', at: deps.clock.iso(), details })
}

/** @throws NotFound when the centre is not active; Refused when the offer is not public or something is missing. */
export async function proposeToCentre(deps: Deps, viewer: Viewer, offerId: string, centreUri: string): Promise<void> {
  await transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, offerId)
    const { offer } = change
    const centre = await findAffiliationWith(tx, centreUri, 'centre')
    if (centre?.state !== 'active') throw new NotFound()
    if (offer.state !== 'published' || offer.visibility !== 'public') throw new Refused('offers.refused.propose')
    if ((await missingIn(tx, change)).length > 0) throw new Refused('offers.refused.incomplete')
    const row = await submissions.findSubmission(tx, offerId, centreUri)
    if (row?.state === 'sent' || row?.state === 'accepted') return
    await refuseThird(tx, offerId, centreUri)
    await submitToCentre(tx, deps, offerId, centreUri)
  })
}

const ASKS: readonly submissions.SubmissionRow['state'][] = ['changes_requested', 'refused', 'suspended']

/** The centres that wait for an answer, or may get one. */
export async function listAsking(db: Handle, offerId: string): Promise<submissions.SubmissionLine[]> {
  return (await submissions.listSubmissions(db, offerId)).filter(({ state }) => ASKS.includes(state))
}

/** A text that was refused may be proposed once more as it is; after a second no it has to change. */
async function refuseThird(tx: Tx, offerId: string, centreUri: string): Promise<void> {
  if ((await submissions.listRefusedTwice(tx, offerId)).includes(centreUri)) throw new Refused('offers.refused.twice')
}

/** Writes the answer down; the activity that takes it along is that of the submission. */
export async function noteAnswer(
  tx: Tx,
  deps: Deps,
  {
    centreUri,
    ...said
  }: { offerId: string; centreUri: string; revision: number; words: string; personId: string | null },
): Promise<void> {
  await addMessage(tx, {
    id: deps.newId(),
    offer_uri: offerUri(deps, said.offerId),
    partner_uri: centreUri,
    is_ours: 1,
    person_id: said.personId,
    at: deps.clock.iso(),
    revision: said.revision,
    words: said.words,
  })
}

/** The offer goes back to the centre as it is, with our words. @throws Refused when the centre asks nothing. */
export async function answerCentre(
  deps: Deps,
  viewer: Viewer,
  offerId: string,
  { centre, words }: { centre: string; words: string },
): Promise<void> {
  await transact(deps, async (tx) => {
    const { offer } = await begin(tx, deps, viewer, offerId)
    if (!(await listAsking(tx, offerId)).some(({ centre_uri }) => centre_uri === centre))
      throw new Refused('offers.refused.answer')
    await refuseThird(tx, offerId, centre)
    await noteAnswer(tx, deps, {
      offerId,
      centreUri: centre,
      revision: offer.revision,
      words,
      personId: viewer.personId,
    })
    await submitToCentre(tx, deps, offerId, centre)
  })
}

/** The offer stays online here and at the other centres. */
export async function withdrawFromCentre(
  deps: Deps,
  viewer: Viewer,
  offerId: string,
  centreUri: string,
): Promise<void> {
  await transact(deps, async (tx) => {
    const { offer, now } = await begin(tx, deps, viewer, offerId)
    const row = await submissions.findSubmission(tx, offerId, centreUri)
    if (!row) throw new NotFound()
    if (row.state === 'withdrawn') return
    await submissions.updateSubmission(tx, row, { state: 'withdrawn', accepted_revision: null, decided_at: now })
    const details = { centre: centreUri }
    await record(tx, { type: 'offer.withdrawn', at: now, actorId: viewer.personId, subject: offer.id, details })
  })
}

/** For an offer that ends: its own event is sent to every partner, so there is no event for each centre. */
export async function withdrawEverywhere(tx: Tx, offerId: string, now: string): Promise<void> {
  for (const row of await submissions.listSubmissions(tx, offerId)) {
    if (row.state === 'withdrawn') continue
    await submissions.updateSubmission(tx, row, { state: 'withdrawn', accepted_revision: null, decided_at: now })
  }
}

/** A material change is submitted again, and so is one that a centre asked for; a small one is shown there at once. */
export async function carryOn(
  tx: Tx,
  offerId: string,
  { revision, material, now }: { revision: number; material: boolean; now: string },
): Promise<void> {
  for (const row of await submissions.listSubmissions(tx, offerId)) {
    if (row.state === 'withdrawn' || row.state === 'removed') continue
    if (row.state === 'accepted' && !material) {
      await submissions.updateSubmission(tx, row, { revision, accepted_revision: revision })
    } else await sendTo(tx, { offerId, centreUri: row.centre_uri, revision, now })
  }
}

/** `reasonCode` and `note` are text of another site, cut to their limits. */
export type Decision = {
  offerId: string
  centreUri: string
  decision: 'accepted' | 'changes_requested' | 'refused' | 'suspended' | 'removed'
  /** The last one sent when the centre gives none. */
  revision?: number | null
  reasonCode?: string | null
  note?: string | null
  /** Beside fields, when the centre asks. */
  comments?: Comments
}

/** An answer to an older revision changes only what is online there. The same answer twice changes nothing. */
export async function recordDecision(tx: Tx, deps: Deps, decided: Decision): Promise<void> {
  const { offerId, centreUri, decision } = decided
  const row = await submissions.findSubmission(tx, offerId, centreUri)
  if (!row || row.state === 'withdrawn') return
  const revision = Math.min(decided.revision ?? row.revision, row.revision)
  const isLatest = revision === row.revision
  const isOffline = decision === 'suspended' || decision === 'removed'
  // What is no longer shown counts for every revision; a refusal of an older revision does not count any more.
  if (!isLatest && (decision === 'refused' || decision === 'changes_requested')) return
  const next = {
    state: isLatest || isOffline ? decision : row.state,
    accepted_revision: acceptedAfter(row, decision, revision),
    reason_code: decision === 'accepted' ? null : (decided.reasonCode?.slice(0, 60) ?? null),
    note: decision === 'accepted' ? '' : cut(decided.note ?? '', 1000),
  }
  const thread = { offer_uri: offerUri(deps, offerId), partner_uri: centreUri }
  const comments = decision === 'changes_requested' ? (decided.comments ?? {}) : {}
  const last = decision === 'changes_requested' ? await findLastMessage(tx, thread) : undefined
  const saysTheSame = !last || JSON.stringify(last.comments) === JSON.stringify(comments)
  const isKnown = saysTheSame && (Object.keys(next) as (keyof typeof next)[]).every((key) => next[key] === row[key])
  if (isKnown) return
  const now = deps.clock.iso()
  await submissions.updateSubmission(tx, row, { ...next, decided_at: now })
  if (decision === 'changes_requested')
    await addMessage(tx, {
      ...thread,
      id: deps.newId(),
      is_ours: 0,
      person_id: null,
      at: now,
      revision,
      words: next.note,
      comments,
    })
  const details = { centre: centreUri, decision, revision }
  await record(tx, { type: 'submission.decided', at: now, subject: offerId, details })
}

function acceptedAfter(
  row: submissions.SubmissionRow,
  decision: Decision['decision'],
  revision: number,
): number | null {
  if (decision === 'suspended' || decision === 'removed') return null
  return decision === 'accepted' ? Math.max(revision, row.accepted_revision ?? 0) : row.accepted_revision
}
