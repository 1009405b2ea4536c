// SPDX-License-Identifier: AGPL-3.0-or-later
// What the federation must know of relations and submissions; it only reads them, their own domains write them.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** Of a row of `affiliations`: people of ours have agreed on something. Anybody can ask us, or follow. */
export const IS_PARTNER = sql<boolean>`partner_is in ('centre', 'member', 'source') and state in ('asking', 'active')`

/** The relation with a partner that is one of these to us, if it has not ended. */
export async function findLiveAffiliation(
  db: Handle,
  partnerUri: string,
  partnerIs?: Row<'affiliations'>['partner_is'],
): Promise<Row<'affiliations'> | undefined> {
  let query = db
    .selectFrom('affiliations')
    .selectAll()
    .where('partner_uri', '=', partnerUri)
    .where('state', 'in', ['asking', 'requested', 'active'])
  if (partnerIs) query = query.where('partner_is', '=', partnerIs)
  return query.limit(1).executeTakeFirst()
}

/** What else an actor is to us, of what has not ended. */
export function listLiveRelations(
  db: Handle,
  partnerUri: string,
): Promise<Pick<Row<'affiliations'>, 'partner_is' | 'state'>[]> {
  return db
    .selectFrom('affiliations')
    .select(['partner_is', 'state'])
    .where('partner_uri', '=', partnerUri)
    .where('state', 'in', ['asking', 'requested', 'active'])
    .execute()
}

/** Those whose relation with us a block has ended, and no one has asked again. */
export async function listPartnersLostToBlocks(db: Handle): Promise<string[]> {
  const rows = await db
    .selectFrom('affiliations')
    .select('partner_uri')
    .distinct()
    .where('state', '=', 'ended')
    .where('ended_why', '=', 'blocked')
    .execute()
  return rows.map((row) => row.partner_uri)
}

export async function findAffiliation(db: Handle, id: string): Promise<Row<'affiliations'> | undefined> {
  return db.selectFrom('affiliations').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Everybody we have a relation with: their actors, for a sign of life at start. */
export async function listPartnerUris(db: Handle): Promise<string[]> {
  const rows = await db
    .selectFrom('affiliations')
    .select('partner_uri')
    .distinct()
    .where('state', 'in', ['asking', 'requested', 'active'])
    .execute()
  return rows.map((row) => row.partner_uri)
}

/** The submissions of an offer that wait for an answer. */
export async function listSentSubmissions(db: Handle, offerId: string): Promise<Row<'submissions'>[]> {
  return db.selectFrom('submissions').selectAll().where('offer_id', '=', offerId).where('state', '=', 'sent').execute()
}

export async function findModerationItem(db: Handle, id: string): Promise<Row<'moderation_items'> | undefined> {
  return db.selectFrom('moderation_items').selectAll().where('id', '=', id).executeTakeFirst()
}
