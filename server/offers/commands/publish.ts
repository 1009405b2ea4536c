// SPDX-License-Identifier: AGPL-3.0-or-later
import { insertFirstRevision } from '../../../db/queries/offer-changes.ts'
import type { OfferRow } from '../../../db/queries/offers.ts'
import { addDays, startOfDay } from '../../base/days.ts'
import type { Deps } from '../../deps.ts'
import { Conflict, Invalid } from '../../web/errors.ts'
import { later, SECOND } from '../../base/clock.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { contentHash } from '../../model/offer/material.ts'
import { untilItIsOver } from '../../model/offer/event-days.ts'
import { daysOf, renewedWindow, windowFor, type Window } from '../../model/offer/window.ts'
import { receiversOf } from './routing.ts'
import { asFaults, decide, begin, finish, missingToPublish, save, type Change } from './change.ts'

/** A second press may take as long. */
const SECOND_PRESS = 10 * SECOND

/**
 * Publishes a draft as revision 1; a public offer is sent to every active centre.
 * @param input.version when given, the draft must still have this version.
 * @param input.centres addresses of the centres that get it; by default those whose territory holds its towns.
 * @returns the offer as it was.
 * @throws Invalid with what is missing, field by field; Conflict for another version.
 */
export async function publishOffer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  input: { version?: number | undefined; centres?: readonly string[] | undefined } = {},
): Promise<OfferRow> {
  return transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, id)
    const { offer, now } = change
    if (offer.state === 'draft') {
      if (input.version !== undefined && input.version !== offer.version) throw new Conflict('offers.refused.stale')
      const missing = await missingToPublish(tx, change, now)
      if (missing.length > 0) throw new Invalid(asFaults(missing))
    }
    await publishIn(change, askedOf(change), input.centres)
    return offer
  })
}

/** Inside a transaction, for a text that lacks nothing. @param chosen addresses of centres, as for `publishOffer`. */
export async function publishIn(change: Change, window: Window, chosen?: readonly string[]): Promise<void> {
  const { deps, offer, viewer, tx, now } = change
  const step = await decide(change, 'publish', { until: window.until })
  if (!step) return
  const revision = offer.revision + 1
  const content_hash = contentHash(offer.content)
  await save(change, {
    state: step.to,
    revision,
    content_hash,
    publish_from: window.from,
    publish_until: window.until,
    published_at: now,
  })
  const text = { offer_id: offer.id, revision, content: offer.content, content_hash }
  // The event of the publication is also sent to the centres, so they need no events of their own.
  const centres = offer.visibility === 'public' ? await receiversOf(tx, deps, offer, chosen) : []
  await insertFirstRevision(tx, { ...text, created_by: viewer.personId, created_at: now }, centres)
  await finish(change, step.fact, { revision })
}

function askedOf({ offer, association, now }: Change): Window {
  const zone = association.time_zone
  const dayOf = (instant: string | null, which: 'firstDay' | 'lastDay') =>
    instant && daysOf({ from: instant, until: instant }, zone)[which]
  const asked = { firstDay: dayOf(offer.publish_from, 'firstDay'), lastDay: dayOf(offer.publish_until, 'lastDay') }
  const window = windowFor(asked, association.publication_days, zone, now)
  return { ...window, until: untilItIsOver(window.until, offer.content, zone) }
}

/** Also for paused, expired and closed offers. @param input.lastDay another last day than the usual one. */
export async function renewOffer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  input: { lastDay?: string | null } = {},
): Promise<void> {
  await transact(deps, (tx) => renewIn(tx, deps, viewer, id, input))
}

export async function renewIn(
  tx: Tx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  input: { lastDay?: string | null } = {},
): Promise<void> {
  const change = await begin(tx, deps, viewer, id)
  const window = nextWindow(change, input.lastDay ?? null)
  const step = await decide(change, 'renew', { until: window?.until ?? null })
  if (!step || !window) return
  // Pressed twice.
  const { renewed_at, publish_until, state } = change.offer
  const wasNow = renewed_at !== null && later(renewed_at, SECOND_PRESS) >= change.now
  if (wasNow && state === step.to && publish_until === window.until) return
  await save(change, {
    state: step.to,
    publish_from: window.from,
    publish_until: window.until,
    renewed_at: change.now,
    closed_at: null,
    closed_reason: null,
    reopen_on: null,
    reminded_until: null,
  })
  await finish(change, step.fact)
}

/** Null for an offer that was never published. */
export function nextWindow(
  { offer, association, now }: Pick<Change, 'offer' | 'association' | 'now'>,
  lastDay: string | null,
): Window | null {
  if (offer.publish_from === null || offer.publish_until === null) return null
  const next = renewedWindow({ from: offer.publish_from, until: offer.publish_until }, association.time_zone, now)
  const zone = association.time_zone
  const until = lastDay === null ? next.until : startOfDay(addDays(lastDay, 1), zone)
  return { ...next, until: untilItIsOver(until, offer.content, zone) }
}

/** The offer is hidden from lists and closed to applications, until it is resumed. */
export async function pauseOffer(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await turn(deps, viewer, id, 'pause')
}

export async function resumeOffer(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await turn(deps, viewer, id, 'resume')
}

async function turn(deps: Deps, viewer: Viewer, id: string, action: 'pause' | 'resume'): Promise<void> {
  await transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, id)
    const step = await decide(change, action)
    if (!step) return
    await save(change, { state: step.to })
    await finish(change, step.fact)
  })
}
