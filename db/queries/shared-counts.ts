// SPDX-License-Identifier: AGPL-3.0-or-later
// Daily totals: what there is to send to partners, and what was sent.
import { sql, type Kysely } from 'kysely'
import { ANSWERED, answersIn } from '../../server/model/counts.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** Rows that one statement reads. */
const READ_AT_ONCE = 2000
/** What was counted of a partner's channel, or of an association's offers, in some of the rows of a day. */
export type PartOfDay = { partner: string; kind: 'a' | 'c'; sums: number[] }

/** Nothing without any: the sums of a day without them are as they were before these were counted. */
function laterOf(row: Row<'offer_counts'>): number[] {
  const came = row.completed !== 0 ? [row.completed] : []
  return came.length > 0 || answersIn(row) > 0 ? [...ANSWERED.map((name) => row[name]), ...came] : []
}

/** Of our own offers by centre (`a`), then of others' by association (`c`); a partner may come in several parts. */
export async function* readPartsOfDay(db: Handle, day: string): AsyncGenerator<PartOfDay[]> {
  type Key = { channel: string; offer_id: string }
  for (let last: Key | undefined = { channel: '', offer_id: '' }; last;) {
    const { rows }: { rows: Row<'offer_counts'>[] } = await sql<Row<'offer_counts'>>`
      select * from offer_counts where day = ${day} and (channel, offer_id) > (${last.channel}, ${last.offer_id})
      order by channel, offer_id limit ${READ_AT_ONCE}`.execute(db)
    yield rows
      .filter(({ channel }) => channel !== 'own')
      .map((row) => ({
        partner: row.channel,
        kind: 'a' as const,
        sums: [1, row.views, row.apply_starts, row.applications, row.accepted, ...laterOf(row)],
      }))
    last = rows.length === READ_AT_ONCE ? rows.at(-1) : undefined
  }
  type Shown = { offer: string; partner: string | null; impressions: number; views: number }
  for (let after: string | undefined = ''; after !== undefined;) {
    const { rows }: { rows: Shown[] } = await sql<Shown>`
      select s.offer_uri as offer, o.association_uri as partner, s.impressions, s.views
      from shown_counts s left join counted_offers o on o.offer_uri = s.offer_uri
      where s.day = ${day} and s.offer_uri > ${after} order by s.offer_uri limit ${READ_AT_ONCE}`.execute(db)
    yield rows.flatMap(({ partner, impressions, views }) =>
      partner === null ? [] : [{ partner, kind: 'c' as const, sums: [1, impressions, views] }],
    )
    after = rows.length === READ_AT_ONCE ? rows.at(-1)?.offer : undefined
  }
}

/** Some of the lines of a day, in the order of the offers. */
type Page = { limit: number; offset: number }

export async function listOwnLines(
  db: Handle,
  day: string,
  centre: string,
  { limit, offset }: Page,
): Promise<Row<'offer_counts'>[]> {
  return db
    .selectFrom('offer_counts')
    .selectAll()
    .where('day', '=', day)
    .where('channel', '=', centre)
    .orderBy('offer_id')
    .limit(limit)
    .offset(offset)
    .execute()
}

export async function listShownLines(
  db: Handle,
  day: string,
  association: string,
  { limit, offset }: Page,
): Promise<Row<'shown_counts'>[]> {
  const { rows } = await sql<Row<'shown_counts'>>`
    select s.* from counted_offers o indexed by counted_offers_association
    cross join shown_counts s on s.day = ${day} and s.offer_uri = o.offer_uri
    where o.association_uri = ${association} order by o.offer_uri limit ${limit} offset ${offset}`.execute(db)
  return rows
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
 * Deletes activities with totals of days before `day`, unless a delivery is left; the oldest `most` at most.
 * @param start what their ids begin with, before the day.
 */
export async function deleteSentTotalsBefore(tx: Handle, start: string, day: string, most: number): Promise<void> {
  await sql`delete from fed_activities where id in (
    select a.id from fed_activities a where a.id >= ${start} and a.id < ${start + day} and a.direction = 'out'
      and not exists (select 1 from fed_deliveries d where d.activity_id = a.id)
    order by a.id limit ${most})`.execute(tx)
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
