// SPDX-License-Identifier: AGPL-3.0-or-later
// Turns events into queued activities, in the transaction that moves the cursor of the events.
import { findAffiliationWith } from '../db/queries/affiliations.ts'
import { findFact, getAssociation, saveFact } from '../db/queries/association.ts'
import {
  blankRemoved,
  findActivity,
  findActivityAbout,
  findFollow,
  removeFromCollection,
  saveObject,
} from '../db/queries/fed-activities.ts'
import {
  findAffiliation,
  findLiveAffiliation,
  findModerationItem,
  listLiveRelations,
  listPartnersLostToBlocks,
  listSentSubmissions,
} from '../db/queries/fed-relations.ts'
import { listFollowsUnder } from '../db/queries/known-peers.ts'
import { findPause } from '../db/queries/members.ts'
import { findLastMessage } from '../db/queries/offer-messages.ts'
import { deleteSentTotalsBefore } from '../db/queries/shared-counts.ts'
import { listRelayedOffersOf } from '../db/queries/sources.ts'
import { addDays } from '../server/base/days.ts'
import type { Row } from '../db/schema.ts'
import { consumer, type Consumer, type Handled } from '../server/consumers.ts'
import type { Deps } from '../server/deps.ts'
import type { Event, EventType } from '../server/model/events.ts'
import type { PublicOffer } from '../server/model/offer/content.ts'
import { domainOf } from '../server/model/host.ts'
import { needs } from '../server/model/relation.ts'
import { domainContains } from '../server/peers/rules.ts'
import { commentLines } from '../server/public-offer/comments.ts'
import { getPublicOffer, offerUri } from '../server/public-offer/public-offer.ts'
import { viaToken } from '../server/public-offer/via.ts'
import { sentLines } from '../server/statistics/commands/share.ts'
import { ROWS_AT_ONCE, type Tx } from '../server/web/transact.ts'
import type { Apex } from './apex.ts'
import { continueFanOut } from './fan-out.ts'
import type { OwnActor } from './own-actor.ts'
import type { PeerPolicy } from './policy.ts'
import * as activities from './translate/activities.ts'
import { toEvent } from './translate/offer.ts'
import type { ExactSums } from '../server/statistics/rules.ts'
import { documentIds, toAgreement, toDocument } from './translate/statistics.ts'
import {
  acceptFollow,
  askToFollow,
  dropFollow,
  follow,
  wasPublished,
  openPublisher,
  refuseFollow,
  sendAway,
  unfollow,
  type Publisher,
} from './publisher.ts'

type Parts = { deps: Deps; ownActor: OwnActor; apex: Apex; policy: PeerPolicy }
type Handler<T extends EventType> = (parts: Parts, tx: Tx, publisher: Publisher, event: Event<T>) => Promise<Handled>

type Published = 'offer.published' | 'offer.updated' | 'offer.standing_changed'
type Gone = 'moderation.refused' | 'moderation.suspended' | 'moderation.removed' | 'moderation.withdrawn'
type Rejected = 'moderation.changes_requested' | 'moderation.refused' | 'moderation.suspended' | 'moderation.removed'

/** Each event is handled once, even when the process is killed. */
export function createOutbox(parts: Parts): Consumer {
  const entries = Object.entries(HANDLERS) as [EventType, Handler<EventType>][]
  const handlers = entries.map(([type, handler]) => {
    const handle = async (tx: Tx, event: Event) => {
      const publisher = await openPublisher(parts, tx)
      return publisher && handler(parts, tx, publisher, event)
    }
    return [type, handle] as const
  })
  return consumer(parts.deps, 'federation', Object.fromEntries(handlers), {
    prepare: () => parts.apex.load(),
    goOn: () => continueFanOut(parts),
  })
}

export const HANDLERS: { readonly [T in EventType]?: Handler<T> } = {
  'association.updated': async (_parts, _tx, publisher) => {
    await publisher.send(
      activities.update(publisher.head(), publisher.ours.document, publisher.audience()),
      publisher.me,
    )
  },
  'offer.published': publishOffer,
  'offer.updated': publishOffer,
  'offer.standing_changed': publishOffer,
  'offer.submitted': async ({ deps }, tx, publisher, event) => {
    const offer = await getPublicOffer(tx, deps, event.subjectId)
    if (offer) await submit(deps, tx, publisher, { ...offer, id: event.subjectId }, event.details.centre)
  },
  'offer.withdrawn': withdraw,
  'offer.removed': removeOffer,
  'affiliation.requested': ask,
  'affiliation.accepted': async (_parts, tx, publisher, event) => {
    const partner = event.details.partner
    const theirs = await findFollow(tx, partner, publisher.me)
    if (theirs) await acceptFollow(publisher, tx, theirs, await findPause(tx, partner))
    // Without `offers` the partner could read our Follow as a request to join.
    await follow(publisher, tx, partner, 'offers')
  },
  'affiliation.paused': tellPause,
  'affiliation.resumed': tellPause,
  'affiliation.refused': async (_parts, tx, publisher, event) => {
    const theirs = await findFollow(tx, event.details.partner, publisher.me)
    const affiliation = await findAffiliation(tx, event.subjectId)
    if (theirs) await refuseFollow(publisher, tx, theirs, affiliation?.reason)
  },
  'affiliation.ended': async (_parts, tx, publisher, event) => {
    const partner = event.details.partner
    // Two sites may have several relations: follows that another relation needs stay.
    const others = await listLiveRelations(tx, partner)
    const affiliation = await findAffiliation(tx, event.subjectId)
    if (!others.some((one) => needs(one, 'ours')) && !(await isHome(tx, partner)))
      await unfollow(publisher, tx, partner, affiliation?.reason)
    if (!others.some((one) => needs(one, 'theirs'))) await sendAway(publisher, tx, partner, affiliation?.reason)
  },
  'moderation.announced': followHome,
  'moderation.accepted': acceptOffer,
  'moderation.changes_requested': (...all) => rejectOffer('changes_requested', ...all),
  'moderation.refused': async (...all) => {
    await rejectOffer('refused', ...all)
    await unfollowHome(...all)
  },
  // Its home is followed further, because another text may come.
  'moderation.suspended': async (...all) => {
    await unshare(...all)
    await rejectOffer('suspended', ...all)
  },
  'moderation.removed': async (...all) => {
    await unshare(...all)
    await rejectOffer('removed', ...all)
    await unfollowHome(...all)
  },
  'moderation.hidden': unshare,
  'moderation.shown': async (_parts, tx, publisher, event) =>
    share(tx, publisher, event, await findModerationItem(tx, event.subjectId)),
  'moderation.withdrawn': async (...all) => {
    await unshare(...all)
    await unfollowHome(...all)
  },
  'statistics.day_ended': sendTotals,
  'affiliation.exact_sums_agreed': sendExactSums,
  'affiliation.exact_sums_ended': sendExactSums,
  'peer.blocked': async ({ policy }, tx, publisher, event) => endFollows(policy, tx, publisher, event.details.host),
  'peer.unblocked': async (_parts, tx, publisher, event) => sendMissedEnds(tx, publisher, event),
}

/** An Accept says how the membership stands: as it is now, also when it was paused and resumed meanwhile. */
async function tellPause(
  _parts: Parts,
  tx: Tx,
  publisher: Publisher,
  event: Event<'affiliation.paused' | 'affiliation.resumed'>,
): Promise<void> {
  const { partner } = event.details
  const theirs = await findFollow(tx, partner, publisher.me)
  if (theirs?.state === 'accepted') await acceptFollow(publisher, tx, theirs, await findPause(tx, partner))
}

/** The relation with a centre or source begins with its Accept. */
async function ask(_parts: Parts, tx: Tx, publisher: Publisher, event: Event<'affiliation.requested'>): Promise<void> {
  const isSource = event.details.partner_is === 'source'
  await askToFollow(publisher, tx, event.details.partner, isSource ? 'offers' : undefined)
}

/** Updates then come from the home once, and not through each site that announced the offer. */
async function followHome(
  _parts: Parts,
  tx: Tx,
  publisher: Publisher,
  event: Event<'moderation.announced'>,
): Promise<void> {
  const home = event.details.association
  const known = await findFollow(tx, publisher.me, home)
  if (known?.state === 'asked' || !(await isHome(tx, home))) return
  await follow(publisher, tx, home, 'offers')
}

/** For an offer sent by a member the Follow stays: the end of the membership ends it. */
async function unfollowHome(_parts: Parts, tx: Tx, publisher: Publisher, event: Event<Gone>): Promise<void> {
  const home = event.details.association
  if ((await findModerationItem(tx, event.subjectId))?.is_direct === 1) return
  const others = await listLiveRelations(tx, home)
  if (!others.some((one) => needs(one, 'ours')) && !(await isHome(tx, home))) await unfollow(publisher, tx, home)
}

/** True when relayed offers of this actor are here. */
async function isHome(tx: Tx, actor: string): Promise<boolean> {
  return (await listRelayedOffersOf(tx, actor, 1)).length > 0
}

async function publishOffer({ deps }: Parts, tx: Tx, publisher: Publisher, event: Event<Published>): Promise<void> {
  const offer = await getPublicOffer(tx, deps, event.subjectId)
  if (!offer) return
  const build = (await wasPublished(publisher, tx, offer.uri)) ? activities.updateOffer : activities.create
  // The standing may change without a new revision; a peer then takes the later date.
  const dated = { ...offer, updated_at: event.at > offer.updated_at ? event.at : offer.updated_at }
  await publisher.send(
    build(publisher.head(), toEvent(dated, publisher.ours.eventContext), publisher.audience()),
    offer.uri,
  )
  if (event.type === 'offer.standing_changed') return
  for (const { centre_uri, revision } of await listSentSubmissions(tx, event.subjectId)) {
    if (revision === offer.revision) await submit(deps, tx, publisher, { ...offer, id: event.subjectId }, centre_uri)
  }
}

/** Once per revision and centre, because the events of the offer and of its submission both lead here. */
async function submit(
  deps: Deps,
  tx: Tx,
  publisher: Publisher,
  { id, uri, revision }: PublicOffer & { id: string },
  centre: string,
): Promise<void> {
  const affiliation = await findLiveAffiliation(tx, centre, 'centre')
  if (!affiliation) return
  const submission = await lastSubmission(tx, publisher, uri, centre)
  if (submission && !submission.isAnswered && submission.revision === revision) return
  const last = await findLastMessage(tx, { offer_uri: uri, partner_uri: centre })
  const words = last?.is_ours && last.revision === revision ? last.words : ''
  const activity = activities.offer(publisher.head(), uri, centre, revision, words)
  await publisher.send({ ...activity, terms: { via: viaToken(deps, affiliation.id, id) } }, uri)
}

async function withdraw({ deps }: Parts, tx: Tx, publisher: Publisher, event: Event<'offer.withdrawn'>): Promise<void> {
  const centre = event.details.centre
  const uri = offerUri(deps, event.subjectId)
  const submission = await lastSubmission(tx, publisher, uri, centre)
  if (submission) await publisher.send(activities.undoPrivately(publisher.head(), submission.id, centre), uri)
}

async function removeOffer(
  { deps, ownActor }: Parts,
  tx: Tx,
  publisher: Publisher,
  event: Event<'offer.removed'>,
): Promise<void> {
  const uri = offerUri(deps, event.subjectId)
  if (!(await wasPublished(publisher, tx, uri))) return
  const head = publisher.head()
  const body = JSON.stringify(activities.tombstone(uri, head.at))
  await saveObject(tx, { id: uri, type: 'Tombstone', owner: publisher.me, body, updated_at: head.at })
  await blankRemoved(tx, { id: uri, tombstone: body, collection: ownActor.addresses.outbox })
  await publisher.send(activities.remove(head, uri, publisher.audience()), uri)
}

async function acceptOffer(
  _parts: Parts,
  tx: Tx,
  publisher: Publisher,
  event: Event<'moderation.accepted'>,
): Promise<void> {
  const uri = event.details.offer
  const association = event.details.association
  const item = await findModerationItem(tx, event.subjectId)
  // Nobody waits for an answer about a relayed offer.
  const asked = item?.is_direct ? await askedBy(tx, uri, association) : undefined
  const revision = event.details.revision
  if (asked) await publisher.send(activities.accept(publisher.head(), asked, association, revision), uri)
  await share(tx, publisher, event, item)
}

/** Once, and not while its member is paused. */
async function share(
  tx: Tx,
  publisher: Publisher,
  { details: { offer: uri, association, revision } }: Event<'moderation.accepted' | 'moderation.shown'>,
  item: Awaited<ReturnType<typeof findModerationItem>>,
): Promise<void> {
  if ((await findPause(tx, association)) !== undefined || (await liveAnnounce(tx, publisher, uri))) return
  const hash = item?.accepted_hash
  const approval = item && hash ? { revision, content_hash: hash, hops: item.hops } : undefined
  await publisher.send(activities.announce(publisher.head(), uri, publisher.audience([association]), approval), uri)
}

async function rejectOffer(
  decision: 'changes_requested' | 'refused' | 'suspended' | 'removed',
  parts: Parts,
  tx: Tx,
  publisher: Publisher,
  event: Event<Rejected>,
): Promise<void> {
  const uri = event.details.offer
  const association = event.details.association
  const item = await findModerationItem(tx, event.subjectId)
  const asked = item?.is_direct ? await askedBy(tx, uri, association) : undefined
  if (!item || !asked) return
  const code = event.type === 'moderation.changes_requested' ? 'changes_requested' : event.details.reason
  const revision = event.details.revision ?? item.latest_revision
  const beside = decision === 'changes_requested' ? await commentsOn(parts, tx, item) : undefined
  const reason = { code, words: [item.note, beside?.words].filter(Boolean).join('\n\n'), revision }
  const activity = activities.reject(publisher.head(), asked, association, reason)
  const said = beside ? { question: item.note, comments: beside.comments } : {}
  await publisher.send({ ...activity, terms: { decision, ...said } }, uri)
}

/** Comments beside fields: as they are, and in words for software that reads nothing else. */
async function commentsOn({ deps }: Parts, tx: Tx, item: Row<'moderation_items'>) {
  const last = await findLastMessage(tx, { offer_uri: item.offer_uri, partner_uri: item.association_uri })
  const t = deps.i18n.for((await getAssociation(tx)).locale)
  const comments = commentLines(t, last?.is_ours ? last.comments : {})
  if (!last || comments.length === 0) return undefined
  const lines = comments.map(({ label, text }) => t('moderation.comment.line', { label, text }))
  return { comments: last.comments, words: lines.join('\n') }
}

async function unshare(
  _parts: Parts,
  tx: Tx,
  publisher: Publisher,
  event: Event<Gone | 'moderation.hidden'>,
): Promise<void> {
  const uri = event.details.offer
  const announced = await liveAnnounce(tx, publisher, uri)
  const item = await findModerationItem(tx, event.subjectId)
  const also = item ? [item.association_uri] : []
  if (announced)
    await publisher.send(activities.undoAnnounce(publisher.head(), announced, uri, publisher.audience(also)), uri)
}

/** Days; partners no longer accept totals that old. */
const KEPT_FOR = 70

/** One document at a time. For the partner alone, so it is in no collection and cannot be fetched. */
async function sendTotals(
  { deps, ownActor }: Parts,
  tx: Tx,
  publisher: Publisher,
  event: Event<'statistics.day_ended'>,
): Promise<Handled> {
  const [partner, day] = [event.details.partner, event.details.day]
  const { sending } = event.details
  const report = { origin: deps.config.publicUrl, actor: publisher.me, at: deps.clock.iso(), partner, day, sending }
  let document = 0
  while (await findActivity(tx, documentIds(report, document).activity)) document += 1
  const lines = await sentLines(tx, deps, { partner, day, document })
  if (lines.length > 0) {
    const activity = toDocument(report, document, lines, await exactSumsFor(tx, partner))
    await publisher.send(activity, `${report.origin}/st/${day} ${partner}`)
    await removeFromCollection(tx, ownActor.addresses.outbox, activity.id)
    return 'more'
  }
  return deleteSentTotalsBefore(tx, `${report.origin}/st/`, addDays(day, -KEPT_FOR), ROWS_AT_ONCE)
}

/** What each centre hears with every document of totals; undefined as long as nobody has decided. */
async function exactSumsFor(tx: Tx, partner: string): Promise<ExactSums | undefined> {
  const row = await findAffiliationWith(tx, partner, 'centre')
  if (row?.state !== 'active' || row.exact_sums_at === null) return undefined
  return { agreed: row.exact_sums === 1, at: row.exact_sums_at }
}

/** The centre hears of it at once, also when no day has anything to tell. */
async function sendExactSums(
  { deps, ownActor }: Parts,
  tx: Tx,
  publisher: Publisher,
  event: Event<'affiliation.exact_sums_agreed' | 'affiliation.exact_sums_ended'>,
): Promise<void> {
  const { partner } = event.details
  const exact = await exactSumsFor(tx, partner)
  if (!exact) return
  const { publicUrl: origin } = deps.config
  const activity = toAgreement({ origin, actor: publisher.me, at: deps.clock.iso(), partner }, event.seq, exact)
  await publisher.send(activity, `${origin}/st/sums ${partner}`)
  await removeFromCollection(tx, ownActor.addresses.outbox, activity.id)
}

/** The activity with which the association submitted the offer, or published it. */
async function askedBy(tx: Tx, uri: string, association: string): Promise<string | undefined> {
  const about = { objectId: uri, direction: 'in' as const, actor: association }
  const found =
    (await findActivityAbout(tx, { ...about, types: ['Offer'] })) ??
    (await findActivityAbout(tx, { ...about, types: ['Create', 'Update'] }))
  return found?.id
}

async function liveAnnounce(tx: Tx, publisher: Publisher, uri: string): Promise<string | undefined> {
  const about = { objectId: uri, direction: 'out' as const, actor: publisher.me }
  const announced = await findActivityAbout(tx, { ...about, types: ['Announce'] })
  if (!announced) return undefined
  const undone = await findActivityAbout(tx, { ...about, objectId: announced.id, types: ['Undo'] })
  return undone ? undefined : announced.id
}

async function lastSubmission(tx: Tx, publisher: Publisher, uri: string, centre: string) {
  const found = await findActivityAbout(tx, {
    objectId: uri,
    direction: 'out',
    actor: publisher.me,
    types: ['Offer'],
    target: centre,
  })
  if (!found) return undefined
  const undone = await findActivityAbout(tx, {
    objectId: found.id,
    direction: 'out',
    actor: publisher.me,
    types: ['Undo'],
  })
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

/** Without an activity, because nothing is sent to a blocked site. A block that was lifted meanwhile ends nothing. */
async function endFollows(policy: PeerPolicy, tx: Tx, publisher: Publisher, domain: string): Promise<Handled> {
  if (!(await policy.blockedAmong(tx, [domain])).has(domain)) return
  const follows = await listFollowsUnder(tx, publisher.me, domainOf(domain), ROWS_AT_ONCE)
  for (const row of follows) await dropFollow(publisher, tx, row, 'undone')
  return follows.length === ROWS_AT_ONCE ? 'more' : undefined
}

/** Partners that are told at a time, each with two activities at most. */
const TOLD_AT_ONCE = 50
/** The number of the event, and the last partner that was told. */
const TOLD = 'told of the end of a block'

/** Otherwise a site whose relation ended during its block would go on sending, and not know that it must ask again. */
async function sendMissedEnds(tx: Tx, publisher: Publisher, event: Event<'peer.unblocked'>): Promise<Handled> {
  const [seq, last = ''] = ((await findFact(tx, TOLD)) ?? '').split(' ')
  const lost = await listPartnersLostToBlocks(tx, seq === String(event.seq) ? last : '')
  const under = lost.filter((partner) => domainContains(event.details.host, new URL(partner).host))
  const now = under.slice(0, TOLD_AT_ONCE)
  for (const partner of now) await sendMissedEnd(tx, publisher, partner)
  if (now.length === under.length) return undefined
  await saveFact(tx, TOLD, `${event.seq} ${now.at(-1)}`)
  return 'more'
}

async function sendMissedEnd(tx: Tx, publisher: Publisher, partner: string): Promise<void> {
  const ours = await findFollow(tx, publisher.me, partner)
  const theirs = await findFollow(tx, partner, publisher.me)
  if (ours) await publisher.send(activities.undoFollow(publisher.head(), ours.activity_id, partner), partner)
  if (theirs) await publisher.send(activities.rejectFollow(publisher.head(), theirs), partner)
}
