// SPDX-License-Identifier: AGPL-3.0-or-later
// Daily totals: what there is to send to partners, and what was sent.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** The sums for each partner as one text: the same text again means nothing new. */
export async function listSumsOfDay(db: Handle, day: string): Promise<{ partner: string; sums: string }[]> {
  const { rows } = await sql<{ partner: string; sums: string }>`
    select partner, group_concat(sums, ' ') as sums from (
      select channel as partner, 'a' || count(*) || '.' || sum(views) || '.' || sum(apply_starts) || '.'
        || sum(applications) || '.' || sum(accepted) as sums
      from offer_counts where day = ${day} and channel <> 'own' group by channel
      union all
      select o.association_uri, 'c' || count(*) || '.' || sum(s.impressions) || '.' || sum(s.views)
      from shown_counts s cross join counted_offers o on o.offer_uri = s.offer_uri
      where s.day = ${day} group by o.association_uri
      order by 1, 2)
    group by partner`.execute(db)
  return rows
}

export async function listOwnLines(db: Handle, day: string, centre: string): Promise<Row<'offer_counts'>[]> {
  return db
    .selectFrom('offer_counts')
    .selectAll()
    .where('day', '=', day)
    .where('channel', '=', centre)
    .orderBy('offer_id')
    .execute()
}

export async function listShownLines(db: Handle, day: string, association: string): Promise<Row<'shown_counts'>[]> {
  return db
    .selectFrom('shown_counts')
    .innerJoin('counted_offers', 'counted_offers.offer_uri', 'shown_counts.offer_uri')
    .selectAll('shown_counts')
    .where('day', '=', day)
    .where('association_uri', '=', association)
    .orderBy('shown_counts.offer_uri')
    .execute()
}

export async function listSharedDays(db: Handle, day: string): Promise<Map<string, Row<'shared_days'>>> {
  const rows = await db.selectFrom('shared_days').selectAll().where('day', '=', day).execute()
  return new Map(rows.map((row) => [row.partner_uri, row]))
}

/** @returns how many times the day has been sent to this partner, this time included. */
export async function saveSharedDay(tx: Handle, row: Omit<Row<'shared_days'>, 'sendings'>): Promise<number> {
  const saved = await tx
    .insertInto('shared_days')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['day', 'partner_uri'])
        .doUpdateSet({ sums: row.sums, sent_at: row.sent_at, sendings: sql`shared_days.sendings + 1` }),
    )
    .returning('sendings')
    .executeTakeFirstOrThrow()
  return saved.sendings
}

export async function deleteSharedDaysBefore(tx: Handle, day: string): Promise<void> {
  await tx.deleteFrom('shared_days').where('day', '<', day).execute()
}

/** `was_shown`: it is no longer shown by the centre, and was accepted there before. */
export async function listStandingAt(
  db: Handle,
  centre: string,
  offerIds: string[],
): Promise<{ offer_id: string; is_shown: number; was_shown: number; changed_at: string }[]> {
  const { rows } = await sql<{ offer_id: string; is_shown: number; was_shown: number; changed_at: string }>`
    select s.offer_id, s.accepted_revision is not null as is_shown, coalesce(s.decided_at, s.submitted_at) as changed_at,
      s.accepted_revision is null and exists (select 1 from events e where e.subject_id = s.offer_id
        and e.type = 'submission.decided' and e.details ->> 'decision' = 'accepted'
        and e.details ->> 'centre' = s.centre_uri) as was_shown
    from json_each(${JSON.stringify(offerIds)}) given
    cross join submissions s on s.offer_id = given.value and s.centre_uri = ${centre}`.execute(db)
  return rows
}

export async function listOffersOfMember(db: Handle, association: string, offers: string[]): Promise<string[]> {
  const { rows } = await sql<{ offer_uri: string }>`
    select i.offer_uri from json_each(${JSON.stringify(offers)}) given
    cross join moderation_items i on i.offer_uri = given.value
    where i.association_uri = ${association}`.execute(db)
  return rows.map((row) => row.offer_uri)
}

/** An actor with several relations comes once for each. */
export async function listActivePartners(
  db: Handle,
  partnerUri?: string,
): Promise<Pick<Row<'affiliations'>, 'partner_uri' | 'partner_is'>[]> {
  const active = db.selectFrom('affiliations').select(['partner_uri', 'partner_is']).where('state', '=', 'active')
  return (partnerUri === undefined ? active : active.where('partner_uri', '=', partnerUri)).execute()
}

/**
 * Deletes activities with totals of days before `day`, unless a delivery is left.
 * @param start what their ids begin with, before the day.
 */
export async function deleteSentTotalsBefore(tx: Handle, start: string, day: string): Promise<void> {
  await sql`delete from fed_activities where id >= ${start} and id < ${start + day} and direction = 'out'
    and not exists (select 1 from fed_deliveries d where d.activity_id = fed_activities.id)`.execute(tx)
}

/** The id stays, so that the report is handled once; its numbers are in their own table. */
export async function forgetReport(tx: Handle, activityId: string): Promise<void> {
  await tx
    .updateTable('fed_activities')
    .set({ body: '{}' })
    .where('id', '=', activityId)
    .where('direction', '=', 'in')
    .execute()
}
