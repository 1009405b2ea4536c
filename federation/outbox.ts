// SPDX-License-Identifier: AGPL-3.0-or-later
// What happened here becomes what we say to others: events → activities → queue, in the transaction of the cursor.
import { findActivityAbout, findFollow, removeFromCollection, saveObject } from '../db/queries/fed-activities.ts'
import {
  findAffiliation,
  findLiveAffiliation,
  findModerationItem,
  listLiveRelations,
  listPartnersLostToBlocks,
  listSentSubmissions,
} from '../db/queries/fed-relations.ts'
import { listFollows } from '../db/queries/peers.ts'
import { deleteToldBefore } from '../db/queries/shared-counts.ts'
import { listRelayedOffersOf } from '../db/queries/sources.ts'
import { addDays } from '../server/base/days.ts'
import { consumer, type Consumer } from '../server/consumers.ts'
import type { Deps } from '../server/deps.ts'
import { getPublicOffer, offerUri } from '../server/public-offer/public-offer.ts'
import { viaToken } from '../server/public-offer/via.ts'
import { needs } from '../server/model/relation.ts'
import type { Event, EventType } from '../server/model/events.ts'
import { covers } from '../server/peers/rules.ts'
import { toldLines } from '../server/statistics/commands/share.ts'
import type { Tx } from '../server/web/transact.ts'
import type { ApexDoor } from './apex.ts'
import type { OurselvesDoor } from './ourselves.ts'
import type { PeerPolicy } from './policy.ts'
import * as activities from './translate/activities.ts'
import { toEvent } from './translate/offer.ts'
import { toDocuments } from './translate/statistics.ts'
import {
  acceptFollow,
  askToFollow,
  dropFollow,
  follow,
  isKnownToTheWorld,
  openVoice,
  refuseFollow,
  sendAway,
  unfollow,
  type Voice,
} from './voice.ts'

type Parts = { deps: Deps; ourselves: OurselvesDoor; apexDoor: ApexDoor; policy: PeerPolicy }
type Said<T extends EventType> = (parts: Parts, tx: Tx, voice: Voice, event: Event<T>) => Promise<void>

/** An offer is here and others hear of it; it is here no more; its association is told that we do not show it. */
type Shown = 'offer.published' | 'offer.updated' | 'offer.standing_changed'
type Gone = 'moderation.refused' | 'moderation.removed' | 'moderation.withdrawn'
type Rejected = 'moderation.changes_requested' | 'moderation.refused' | 'moderation.removed'

/** Reads the events under its own cursor; each is said once, whatever happens to the process. */
export function createOutbox(parts: Parts): Consumer {
  const entries = Object.entries(SAYINGS) as [EventType, Said<EventType>][]
  const handlers = entries.map(([type, say]) => {
    const handle = async (tx: Tx, event: Event) => {
      const voice = await openVoice(parts, tx)
      if (voice) await say(parts, tx, voice, event)
    }
    return [type, handle] as const
  })
  return consumer(parts.deps, 'federation', Object.fromEntries(handlers), () => parts.apexDoor.load())
}

const SAYINGS: { readonly [T in EventType]?: Said<T> } = {
  'association.updated': async (_parts, _tx, voice) => {
    await voice.say(activities.update(voice.head(), voice.ours.document, voice.audience()), voice.me)
  },
  'offer.published': publishOffer,
  'offer.updated': publishOffer,
  'offer.standing_changed': publishOffer,
  'offer.submitted': async ({ deps }, tx, voice, event) =>
    submit(deps, tx, voice, event.subjectId, event.details.centre),
  'offer.withdrawn': withdraw,
  'offer.removed': removeOffer,
  'affiliation.requested': ask,
  'affiliation.accepted': async (_parts, tx, voice, event) => {
    const partner = event.details.partner
    const theirs = await findFollow(tx, partner, voice.me)
    if (theirs) await acceptFollow(voice, tx, theirs)
    // It must not be taken for a wish of ours to join.
    await follow(voice, tx, partner, 'offers')
  },
  'affiliation.refused': async (_parts, tx, voice, event) => {
    const theirs = await findFollow(tx, event.details.partner, voice.me)
    const affiliation = await findAffiliation(tx, event.subjectId)
    if (theirs) await refuseFollow(voice, tx, theirs, affiliation?.reason)
  },
  'affiliation.ended': async (_parts, tx, voice, event) => {
    const partner = event.details.partner
    // Two sites can be several things to each other: one relation ends, the follows that another needs stay.
    const others = await listLiveRelations(tx, partner)
    const affiliation = await findAffiliation(tx, event.subjectId)
    if (!others.some((one) => needs(one, 'ours')) && !(await isHome(tx, partner)))
      await unfollow(voice, tx, partner, affiliation?.reason)
    if (!others.some((one) => needs(one, 'theirs'))) await sendAway(voice, tx, partner, affiliation?.reason)
  },
  'moderation.announced': listenToHome,
  'moderation.accepted': acceptOffer,
  'moderation.changes_requested': (...all) => rejectOffer('changes_requested', ...all),
  'moderation.refused': async (...all) => {
    await rejectOffer('refused', ...all)
    await listenNoMore(...all)
  },
  'moderation.removed': async (...all) => {
    await unshare(...all)
    await rejectOffer('removed', ...all)
    await listenNoMore(...all)
  },
  'moderation.withdrawn': async (...all) => {
    await unshare(...all)
    await listenNoMore(...all)
  },
  'statistics.day_ended': tellTotals,
  'peer.blocked': async ({ policy }, tx, voice) => endFollows(policy, tx, voice),
  'peer.unblocked': async (_parts, tx, voice, event) => tellSilentEnds(tx, voice, event.details.host),
}

/** To join a centre, or to hear of the offers of a source: its Accept begins the one or the other. */
async function ask(_parts: Parts, tx: Tx, voice: Voice, event: Event<'affiliation.requested'>): Promise<void> {
  const isSource = event.details.partner_is === 'source'
  await askToFollow(voice, tx, event.details.partner, isSource ? 'offers' : undefined)
}

/**
 * An offer came through others: its updates are heard from its home. One Follow for all its offers, whoever announced
 * them; each change then comes once, without anybody in between having to be awake or to have decided.
 */
async function listenToHome(_parts: Parts, tx: Tx, voice: Voice, event: Event<'moderation.announced'>): Promise<void> {
  const home = event.details.association
  const known = await findFollow(tx, voice.me, home)
  if (known?.state === 'asked' || !(await isHome(tx, home))) return
  await follow(voice, tx, home, 'offers')
}

/** Of what a member sent us itself, the end of the membership says it, with its reason. */
async function listenNoMore(_parts: Parts, tx: Tx, voice: Voice, event: Event<Gone>): Promise<void> {
  const home = event.details.association
  if ((await findModerationItem(tx, event.subjectId))?.is_direct === 1) return
  const others = await listLiveRelations(tx, home)
  if (!others.some((one) => needs(one, 'ours')) && !(await isHome(tx, home))) await unfollow(voice, tx, home)
}

/** Offers of this actor are here that it did not send us itself. */
async function isHome(tx: Tx, actor: string): Promise<boolean> {
  return (await listRelayedOffersOf(tx, actor, 1)).length > 0
}

/** The whole offer to everybody who follows, and to the centres that are to decide on this revision. */
async function publishOffer({ deps }: Parts, tx: Tx, voice: Voice, event: Event<Shown>): Promise<void> {
  const offer = await getPublicOffer(tx, deps, event.subjectId)
  if (!offer) return
  const say = (await isKnownToTheWorld(voice, tx, offer.uri)) ? activities.update : activities.create
  // How open an offer is may change without its text; a peer takes the newer of two equal revisions by this date.
  const dated = { ...offer, updated_at: event.at > offer.updated_at ? event.at : offer.updated_at }
  await voice.say(say(voice.head(), toEvent(dated, voice.ours.publisher), voice.audience()), offer.uri)
  if (event.type === 'offer.standing_changed') return
  for (const { centre_uri, revision } of await listSentSubmissions(tx, event.subjectId)) {
    if (revision === offer.revision) await submit(deps, tx, voice, event.subjectId, centre_uri)
  }
}

/** Once for each revision and centre: the offer's own events and the submission's say the same. */
async function submit(deps: Deps, tx: Tx, voice: Voice, offerId: string, centre: string): Promise<void> {
  const offer = await getPublicOffer(tx, deps, offerId)
  const affiliation = await findLiveAffiliation(tx, centre, 'centre')
  if (!offer || !affiliation) return
  const said = await lastSubmission(tx, voice, offer.uri, centre)
  if (said && !said.isAnswered && said.revision === offer.revision) return
  const activity = activities.offer(voice.head(), offer.uri, centre, offer.revision)
  await voice.say({ ...activity, terms: { via: viaToken(deps, affiliation.id, offerId) } }, offer.uri)
}

async function withdraw({ deps }: Parts, tx: Tx, voice: Voice, event: Event<'offer.withdrawn'>): Promise<void> {
  const centre = event.details.centre
  const uri = offerUri(deps, event.subjectId)
  const said = await lastSubmission(tx, voice, uri, centre)
  if (said) await voice.say(activities.undoPrivately(voice.head(), said.id, centre), uri)
}

async function removeOffer({ deps }: Parts, tx: Tx, voice: Voice, event: Event<'offer.removed'>): Promise<void> {
  const uri = offerUri(deps, event.subjectId)
  if (!(await isKnownToTheWorld(voice, tx, uri))) return
  const head = voice.head()
  const body = JSON.stringify(activities.tombstone(uri, head.at))
  await saveObject(tx, { id: uri, type: 'Tombstone', owner: voice.me, body, updated_at: head.at })
  await voice.say(activities.remove(head, uri, voice.audience()), uri)
}

async function acceptOffer(_parts: Parts, tx: Tx, voice: Voice, event: Event<'moderation.accepted'>): Promise<void> {
  const uri = event.details.offer
  const association = event.details.association
  const item = await findModerationItem(tx, event.subjectId)
  // Of an offer that came through others nobody waits for our answer.
  const asked = item?.is_direct ? await askedBy(tx, uri, association) : undefined
  const revision = event.details.revision
  if (asked) await voice.say(activities.accept(voice.head(), asked, association, revision), uri)
  if (!(await liveAnnounce(tx, voice, uri))) {
    const hash = item?.accepted_hash
    const approval = item && hash ? { revision, content_hash: hash, hops: item.hops } : undefined
    await voice.say(activities.announce(voice.head(), uri, voice.audience([association]), approval), uri)
  }
}

async function rejectOffer(
  decision: 'changes_requested' | 'refused' | 'removed',
  _parts: Parts,
  tx: Tx,
  voice: Voice,
  event: Event<Rejected>,
): Promise<void> {
  const uri = event.details.offer
  const association = event.details.association
  const item = await findModerationItem(tx, event.subjectId)
  const asked = item?.is_direct ? await askedBy(tx, uri, association) : undefined
  if (!item || !asked) return
  const code = event.type === 'moderation.changes_requested' ? 'changes_requested' : event.details.reason
  const revision = event.details.revision ?? item.latest_revision
  const reason = { code, words: item?.note ?? '', revision }
  const activity = activities.reject(voice.head(), asked, association, reason)
  await voice.say({ ...activity, terms: { decision } }, uri)
}

async function unshare(_parts: Parts, tx: Tx, voice: Voice, event: Event<Gone>): Promise<void> {
  const uri = event.details.offer
  const announced = await liveAnnounce(tx, voice, uri)
  const item = await findModerationItem(tx, event.subjectId)
  const also = item ? [item.association_uri] : []
  if (announced) await voice.say(activities.undoAnnounce(voice.head(), announced, uri, voice.audience(also)), uri)
}

/** Days for which what was told stays to be looked at; nobody believes it any more by then. */
const KEPT_FOR = 70

/** For the partner alone: it stands in no collection, and nobody can ask for it. */
async function tellTotals(
  { deps, ourselves }: Parts,
  tx: Tx,
  voice: Voice,
  event: Event<'statistics.day_ended'>,
): Promise<void> {
  const [partner, day] = [event.details.partner, event.details.day]
  const { sending } = event.details
  const telling = { origin: deps.config.publicUrl, actor: voice.me, at: deps.clock.iso(), partner, day, sending }
  for (const activity of toDocuments(telling, await toldLines(tx, deps, partner, day))) {
    await voice.say(activity, `${telling.origin}/st/${day} ${partner}`)
    await removeFromCollection(tx, ourselves.addresses.outbox, activity.id)
  }
  await deleteToldBefore(tx, `${telling.origin}/st/`, addDays(day, -KEPT_FOR))
}

/** The activity with which the association submitted the offer, or published it. */
async function askedBy(tx: Tx, uri: string, association: string): Promise<string | undefined> {
  const about = { objectId: uri, direction: 'in' as const, actor: association }
  const found =
    (await findActivityAbout(tx, { ...about, types: ['Offer'] })) ??
    (await findActivityAbout(tx, { ...about, types: ['Create', 'Update'] }))
  return found?.id
}

/** Our Announce of the offer if it still stands. */
async function liveAnnounce(tx: Tx, voice: Voice, uri: string): Promise<string | undefined> {
  const about = { objectId: uri, direction: 'out' as const, actor: voice.me }
  const announced = await findActivityAbout(tx, { ...about, types: ['Announce'] })
  if (!announced) return undefined
  const undone = await findActivityAbout(tx, { ...about, objectId: announced.id, types: ['Undo'] })
  return undone ? undefined : announced.id
}

/** The last time we sent this offer to the centre, unless we took it back. */
async function lastSubmission(tx: Tx, voice: Voice, uri: string, centre: string) {
  const found = await findActivityAbout(tx, {
    objectId: uri,
    direction: 'out',
    actor: voice.me,
    types: ['Offer'],
    target: centre,
  })
  if (!found) return undefined
  const undone = await findActivityAbout(tx, { objectId: found.id, direction: 'out', actor: voice.me, types: ['Undo'] })
  if (undone) return undefined
  const answer = await findActivityAbout(tx, {
    objectId: found.id,
    direction: 'in',
    actor: centre,
    types: ['Accept', 'Reject'],
  })
  const { revision } = JSON.parse(found.meta ?? '{}') as { revision?: number }
  return { id: found.id, revision, isAnswered: answer !== undefined }
}

/** Nobody of a blocked site follows us, nor we them. They are not told: nothing is said to them. */
async function endFollows(policy: PeerPolicy, tx: Tx, voice: Voice): Promise<void> {
  const follows = await listFollows(tx, voice.me)
  const blocked = await policy.blockedAmong(
    tx,
    follows.map(({ host }) => host),
  )
  for (const { host, ...row } of follows) if (blocked.has(host)) await dropFollow(voice, tx, row, 'undone')
}

/**
 * While a site was blocked it did not hear that we are partners no more: it hears it now. Otherwise it would go on
 * sending offers that nobody reads, and could not know that it has to ask again.
 */
async function tellSilentEnds(tx: Tx, voice: Voice, domain: string): Promise<void> {
  for (const partner of await listPartnersLostToBlocks(tx)) {
    if (!covers(domain, new URL(partner).host)) continue
    const ours = await findFollow(tx, voice.me, partner)
    const theirs = await findFollow(tx, partner, voice.me)
    if (ours) await voice.say(activities.undoFollow(voice.head(), ours.activity_id, partner), partner)
    if (theirs) await voice.say(activities.reject(voice.head(), theirs.activity_id, partner), partner)
  }
}
