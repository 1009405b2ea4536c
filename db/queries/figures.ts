// SPDX-License-Identifier: AGPL-3.0-or-later
// What the pages of figures show, added up: our own offers by channel, and members' offers by association and town.
import { sql, type Kysely } from 'kysely'
import type { Funnel } from '../../server/statistics/rules.ts'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>
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
