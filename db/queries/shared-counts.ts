// SPDX-License-Identifier: AGPL-3.0-or-later
// Totals between instances: what was shown here, what partners report, what was told them (product/offers §7.6).
import { sql, type Kysely } from 'kysely'
import type { Funnel, Line } from '../../server/statistics/rules.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
/** What was counted of one offer (its address) on one day since the last writing. */
export type ShownCount = { day: string; offer: string; impressions: number; views: number }

/** Adds to the days, and notes whose the offers are and where: two statements, whatever their number. */
export async function addShown(tx: Handle, counts: ShownCount[]): Promise<void> {
  const given = JSON.stringify(counts)
  await sql`insert into shown_counts (day, offer_uri, impressions, views)
    select value ->> 'day', value ->> 'offer', value ->> 'impressions', value ->> 'views'
    from json_each(${given}) where true
    on conflict (day, offer_uri) do update
    set impressions = impressions + excluded.impressions, views = views + excluded.views`.execute(tx)
  await noteOffers(tx, [...new Set(counts.map(({ offer }) => offer))])
}

/** Whose these offers are and where, from how they are listed now; one that is not listed keeps what was known. */
export async function noteOffers(tx: Handle, offers: string[]): Promise<void> {
  await sql`insert into counted_offers
      (offer_uri, association_uri, association_name, place_code, place_name, department)
    select l.offer_uri, l.association_uri, l.association_name, p.place_code, coalesce(p.name, ''), p.department
    from json_each(${JSON.stringify(offers)}) given
    cross join listings l on l.offer_uri = given.value
    left join listing_places p on p.listing_id = l.id and p.position = 0
    where true
    on conflict (offer_uri) do update set association_name = excluded.association_name,
      place_code = excluded.place_code, place_name = excluded.place_name, department = excluded.department`.execute(tx)
}

/** What there is to tell each partner of one day, as one text of sums: the same text, nothing new. */
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

/** Our own offers' totals of a day that came through this centre. */
export async function listOwnLines(db: Handle, day: string, centre: string): Promise<Row<'offer_counts'>[]> {
  return db
    .selectFrom('offer_counts')
    .selectAll()
    .where('day', '=', day)
    .where('channel', '=', centre)
    .orderBy('offer_id')
    .execute()
}

/** What our visitors saw on a day of this association's offers. */
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

/** @returns how many times the day has been told to this partner, this time included. */
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

/** How the submissions of these offers to one centre stand, and whether each was ever accepted there. */
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

/** Those of these offers that this association gave us to read over. */
export async function listOffersOfMember(db: Handle, association: string, offers: string[]): Promise<string[]> {
  const { rows } = await sql<{ offer_uri: string }>`
    select i.offer_uri from json_each(${JSON.stringify(offers)}) given
    cross join moderation_items i on i.offer_uri = given.value
    where i.association_uri = ${association}`.execute(db)
  return rows.map((row) => row.offer_uri)
}

/** Puts what a partner says in place of what the same document said before, and of the same offers and days. */
export async function replaceReport(
  tx: Handle,
  report: { reporter: string; document: string; at: string; lines: Line[] },
): Promise<void> {
  const { reporter, document, at, lines } = report
  await tx.deleteFrom('reported_counts').where('reporter', '=', reporter).where('document', '=', document).execute()
  await sql`insert into reported_counts (day, offer_uri, reporter, document, received_at,
      impressions, views, apply_starts, applications, accepted)
    select value ->> 'day', value ->> 'offer', ${reporter}, ${document}, ${at}, value ->> 'impressions',
      value ->> 'views', value ->> 'apply_starts', value ->> 'applications', value ->> 'accepted'
    from json_each(${JSON.stringify(lines)}) where true
    on conflict (day, offer_uri, reporter) do update set document = excluded.document,
      received_at = excluded.received_at, impressions = excluded.impressions, views = excluded.views,
      apply_starts = excluded.apply_starts, applications = excluded.applications, accepted = excluded.accepted`.execute(
    tx,
  )
}

export type OwnCount = { offer_id: string; channel: string; reported: number } & Funnel

/**
 * The way from the list to a place, of our own offers by channel: what we counted, and what each centre says.
 * @param home what the addresses of our offers begin with. @param of one offer since its first day, or all of a span.
 */
export async function listOwnCounts(
  db: Handle,
  home: string,
  of: { offerId: string } | { from: string; until: string },
): Promise<OwnCount[]> {
  const one = 'offerId' in of
  const counted = one ? sql`offer_id = ${of.offerId}` : sql`day between ${of.from} and ${of.until}`
  const named = one
    ? sql`offer_uri = ${home + of.offerId}`
    : sql`day between ${of.from} and ${of.until} and substr(offer_uri, 1, ${home.length}) = ${home}`
  const id = sql`substr(offer_uri, ${home.length + 1})`
  const { rows } = await sql<OwnCount>`
    select offer_id, channel, max(reported) as reported, sum(listed) as listed, sum(viewed) as viewed,
      sum(begun) as begun, sum(applied) as applied, sum(accepted) as accepted
    from (
      select offer_id, channel, 0 as reported, 0 as listed, views as viewed, apply_starts as begun,
        applications as applied, accepted from offer_counts where ${counted}
      union all select ${id}, 'own', 0, impressions, 0, 0, 0, 0 from shown_counts where ${named}
      union all select ${id}, reporter, 1, impressions, views, 0, 0, 0 from reported_counts where ${named})
    group by offer_id, channel order by offer_id, channel <> 'own', viewed desc, listed desc, channel`.execute(db)
  return rows
}

/** Titles of our offers by id, whatever became of them. */
export async function listTitles(db: Handle, ids: string[]): Promise<Map<string, { fr?: string; en?: string }>> {
  const { rows } = await sql<{ id: string; title: string }>`
    select o.id, o.content ->> 'title' as title
    from json_each(${JSON.stringify(ids)}) given cross join offers o on o.id = given.value`.execute(db)
  return new Map(rows.map(({ id, title }) => [id, JSON.parse(title) as { fr?: string; en?: string }]))
}

/** One association in one town in one stretch of time. */
export type MemberCell = {
  association: string
  name: string
  place: string | null
  town: string
  department: string | null
  is_recent: number
} & Funnel

/**
 * Members' totals in a span of days: what our visitors saw, and what each association says of those we sent.
 * @param recent a day of which no cell lies on both sides.
 */
export async function listMemberCells(
  db: Handle,
  me: string,
  span: { from: string; until: string },
  recent: string,
): Promise<MemberCell[]> {
  const within = sql`day between ${span.from} and ${span.until}`
  const { rows } = await sql<MemberCell>`
    select o.association_uri as association, max(o.association_name) as name, o.place_code as place,
      max(o.place_name) as town, max(o.department) as department, c.is_recent, sum(c.listed) as listed,
      sum(c.viewed) as viewed, sum(c.begun) as begun, sum(c.applied) as applied, sum(c.accepted) as accepted
    from (
      select offer_uri, null as reporter, day >= ${recent} as is_recent, sum(impressions) as listed,
        sum(views) as viewed, 0 as begun, 0 as applied, 0 as accepted
      from shown_counts where ${within} group by 1, 3
      union all
      select offer_uri, reporter, day >= ${recent}, 0, sum(views), sum(apply_starts), sum(applications), sum(accepted)
      from reported_counts where ${within} group by 1, 2, 3) c
    cross join counted_offers o on o.offer_uri = c.offer_uri
    where o.association_uri <> ${me} and (c.reporter is null or c.reporter = o.association_uri)
    group by o.association_uri, coalesce(o.place_code, o.place_name), c.is_recent
    order by max(o.association_name) collate nocase, o.association_uri`.execute(db)
  return rows
}

/** Who is in a living relation with us, and what they are to us; one that is both comes twice. */
export async function listActivePartners(
  db: Handle,
  partnerUri?: string,
): Promise<Pick<Row<'affiliations'>, 'partner_uri' | 'partner_is'>[]> {
  const active = db.selectFrom('affiliations').select(['partner_uri', 'partner_is']).where('state', '=', 'active')
  return (partnerUri === undefined ? active : active.where('partner_uri', '=', partnerUri)).execute()
}
