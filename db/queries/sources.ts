// SPDX-License-Identifier: AGPL-3.0-or-later
// Announces of offers, and which of them still count: not undone, by a source of ours.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
/** `isCentre`: another Mainforte centre, which has read the offer. */
export type AnnouncingSource = {
  uri: string
  name: string
  url: string
  trust: Row<'affiliations'>['trust']
  hops: number
  since: string
  isCentre: boolean
}

/** @returns false when this announce stands already. One that ended with our following counts again. */
export async function insertAnnounce(tx: Handle, row: NewRow<'offer_announces'>): Promise<boolean> {
  const result = await tx
    .insertInto('offer_announces')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('announce_id')
        .doUpdateSet((eb) => ({ undone_at: null, since: eb.ref('excluded.since') }))
        .where('offer_announces.undone_at', 'is not', null)
        .whereRef('offer_announces.announcer_uri', '=', 'excluded.announcer_uri'),
    )
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** One announce by its id, or all of its announcer about an offer; never another's. @returns the offers. */
export async function undoAnnounces(
  tx: Handle,
  announcerUri: string,
  which: { announceId: string } | { offerUri: string },
  at: string,
): Promise<string[]> {
  const standing = tx
    .updateTable('offer_announces')
    .set({ undone_at: at })
    .where('announcer_uri', '=', announcerUri)
    .where('undone_at', 'is', null)
  const chosen =
    'announceId' in which
      ? standing.where('announce_id', '=', which.announceId)
      : standing.where('offer_uri', '=', which.offerUri)
  return (await chosen.returning('offer_uri').execute()).map((row) => row.offer_uri)
}

/** All announces of up to `most` offers. @returns the offers. */
export async function undoAnnouncesOf(tx: Handle, announcerUri: string, at: string, most: number): Promise<string[]> {
  const standing = tx
    .selectFrom('offer_announces')
    .select('offer_uri')
    .distinct()
    .where('announcer_uri', '=', announcerUri)
    .where('undone_at', 'is', null)
    .limit(most)
  const offers = (await standing.execute()).map((row) => row.offer_uri)
  for (const offerUri of offers) await undoAnnounces(tx, announcerUri, { offerUri }, at)
  return offers
}

/** Call when the origin says that the offer is gone: its announces no longer count. */
export async function undoAnnouncesFrom(tx: Handle, origin: string, offerUri: string, at: string): Promise<void> {
  await tx
    .updateTable('offer_announces')
    .set({ undone_at: at })
    .where('offer_uri', '=', offerUri)
    .where('announcer_uri', '>=', `${origin}/`)
    .where('announcer_uri', '<', `${origin}0`)
    .where('undone_at', 'is', null)
    .execute()
}

/**
 * Deletes announces undone before the instant. One that stands is kept, whatever became of its offer: it shows which
 * source still announces it. @returns how many, at most `most`.
 */
export async function deleteAnnouncesBefore(db: Handle, instant: string, most: number): Promise<number> {
  const gone = await sql`
    delete from offer_announces where announce_id in (
      select announce_id from offer_announces
      where undone_at is not null and undone_at < ${instant} order by undone_at limit ${most})`.execute(db)
  return Number(gone.numAffectedRows ?? 0n)
}

/** Each once, the nearest to the association first. */
export async function listAnnouncingSources(db: Handle, offerUri: string): Promise<AnnouncingSource[]> {
  const rows = await announcing(db).where('announce.offer_uri', '=', offerUri).groupBy('source.partner_uri').execute()
  return rows.map(({ is_centre, ...row }) => ({ ...row, isCentre: is_centre === 1 }))
}

/** To be grouped by source. */
const announcing = (db: Handle) =>
  db
    .selectFrom('offer_announces as announce')
    // A cross join keeps this order: from the few offers asked for, not from all that a source announced.
    .crossJoin('affiliations as source')
    .whereRef('source.partner_uri', '=', 'announce.announcer_uri')
    .where('source.partner_is', '=', 'source')
    .where('source.state', '=', 'active')
    .leftJoin('fed_actors as actor', 'actor.uri', 'announce.announcer_uri')
    .select([
      'source.partner_uri as uri',
      'source.partner_name as name',
      'source.partner_url as url',
      'source.trust',
      sql<number>`min(announce.hops)`.as('hops'),
      sql<string>`min(announce.since)`.as('since'),
      sql<number>`coalesce(actor.role in ('centre', 'both'), 0)`.as('is_centre'),
    ])
    .where('announce.undone_at', 'is', null)
    .orderBy('hops')
    .orderBy('since')
    .orderBy('name')

export type Approver = Pick<AnnouncingSource, 'uri' | 'name' | 'url' | 'since'>

/** By offer, the nearest to its association first. */
export async function listApprovers(db: Handle, offerUris: readonly string[]): Promise<Map<string, Approver[]>> {
  const found = new Map<string, Approver[]>()
  if (offerUris.length === 0) return found
  const rows = await announcing(db)
    .select('announce.offer_uri')
    .where('announce.offer_uri', 'in', inList(offerUris))
    .where('actor.role', 'in', ['centre', 'both'])
    .groupBy(['announce.offer_uri', 'source.partner_uri'])
    .execute()
  for (const { offer_uri, uri, name, url, since } of rows)
    found.set(offer_uri, [...(found.get(offer_uri) ?? []), { uri, name, url, since }])
  return found
}

/** Newest first; only those that are still here. */
export async function listRelayedOffersOf(db: Handle, associationUri: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('moderation_items')
    .select('offer_uri')
    .where('association_uri', '=', associationUri)
    .where('is_direct', '=', 0)
    .where((eb) =>
      eb.or([eb('state', 'in', ['pending', 'in_review', 'accepted']), eb('accepted_revision', 'is not', null)]),
    )
    .orderBy('received_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => row.offer_uri)
}
