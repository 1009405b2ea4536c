// SPDX-License-Identifier: AGPL-3.0-or-later
// What the federation reads of relations and submissions; their own domains write them.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** A row of `affiliations` that people of ours agreed to: anybody can ask us, or follow us. */
export const IS_PARTNER = sql<boolean>`partner_is in ('centre', 'member', 'source') and state in ('asking', 'active')`

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

/** Partners behind this one whose relation a block has ended, and who have not asked again; in the order of addresses. */
export async function listPartnersLostToBlocks(db: Handle, after: string): Promise<string[]> {
  const rows = await db
    .selectFrom('affiliations')
    .select('partner_uri')
    .distinct()
    .where('state', '=', 'ended')
    .where('ended_why', '=', 'blocked')
    .where('partner_uri', '>', after)
    .orderBy('partner_uri')
    .execute()
  return rows.map((row) => row.partner_uri)
}

export async function findAffiliation(db: Handle, id: string): Promise<Row<'affiliations'> | undefined> {
  return db.selectFrom('affiliations').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Partners of live relations, whose actors are fetched at the start. */
export async function listPartnerUris(db: Handle): Promise<string[]> {
  const rows = await db
    .selectFrom('affiliations')
    .select('partner_uri')
    .distinct()
    .where('state', 'in', ['asking', 'requested', 'active'])
    .execute()
  return rows.map((row) => row.partner_uri)
}

export async function listSentSubmissions(db: Handle, offerId: string): Promise<Row<'submissions'>[]> {
  return db.selectFrom('submissions').selectAll().where('offer_id', '=', offerId).where('state', '=', 'sent').execute()
}

export async function findModerationItem(db: Handle, id: string): Promise<Row<'moderation_items'> | undefined> {
  return db.selectFrom('moderation_items').selectAll().where('id', '=', id).executeTakeFirst()
}
