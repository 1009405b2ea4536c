// SPDX-License-Identifier: AGPL-3.0-or-later
// Totals for the pages of figures: our own offers by channel, and members' offers by association and town.
import { sql, type Kysely } from 'kysely'
import type { Funnel } from '../../server/model/counts.ts'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type OwnCount = { offer_id: string; channel: string; reported: number } & Funnel

type Span = { from: string; until: string }

/** A span that begins with a year ends with it, or today, so that it can be read by whole months. */
const isInMonths = ({ from }: Span) => from.endsWith('-01-01')
const monthOf = (day: string) => day.slice(0, 7)

/**
 * Our own offers by channel, from listing to acceptance: what we counted, and what each centre reports.
 * @param home what the addresses of our offers begin with. @param of one offer since its first day, or all of a span.
 */
export async function listOwnCounts(db: Handle, home: string, of: { offerId: string } | Span): Promise<OwnCount[]> {
  const counts =
    'offerId' in of ? ownMonths(home, of.offerId) : isInMonths(of) ? ownMonths(home, of) : ownDays(home, of)
  const { rows } = await sql<OwnCount>`
    select offer_id, channel, max(reported) as reported, sum(listed) as listed, sum(viewed) as viewed,
      sum(begun) as begun, sum(applied) as applied, sum(accepted) as accepted
    from (${counts})
    group by offer_id, channel order by offer_id, channel <> 'own', viewed desc, listed desc, channel`.execute(db)
  return rows
}

function ownDays(home: string, { from, until }: Span) {
  const within = sql`day between ${from} and ${until}`
  const named = sql`${within} and substr(offer_uri, 1, ${home.length}) = ${home}`
  const id = sql`substr(offer_uri, ${home.length + 1})`
  return sql`select offer_id, channel, 0 as reported, 0 as listed, views as viewed, apply_starts as begun,
      applications as applied, accepted from offer_counts where ${within}
    union all select ${id}, 'own', 0, impressions, 0, 0, 0, 0 from shown_counts where ${named}
    union all select ${id}, reporter, 1, impressions, views, 0, 0, 0 from reported_counts where ${named}`
}

/** Each kind is added up in the order of its key, so that nothing is sorted. */
function ownMonths(home: string, of: string | Span) {
  const one = typeof of === 'string'
  const within = one ? sql`1` : sql`month between ${monthOf(of.from)} and ${monthOf(of.until)}`
  const counted = one ? sql`offer = ${of}` : within
  const named = one ? sql`offer = ${home + of}` : sql`${within} and substr(offer, 1, ${home.length}) = ${home}`
  const id = sql`substr(offer, ${home.length + 1})`
  return sql`select offer as offer_id, teller as channel, 0 as reported, 0 as listed, sum(views) as viewed,
      sum(apply_starts) as begun, sum(applications) as applied, sum(accepted) as accepted
    from month_counts where kind = 'counted' and ${counted} group by offer, teller
    union all select ${id}, 'own', 0, sum(impressions), 0, 0, 0, 0
    from month_counts where kind = 'shown' and ${named} group by offer, teller
    union all select ${id}, teller, 1, sum(impressions), sum(views), 0, 0, 0
    from month_counts where kind = 'reported' and ${named} group by offer, teller`
}

export async function listTitles(db: Handle, ids: string[]): Promise<Map<string, { fr?: string; en?: string }>> {
  const { rows } = await sql<{ id: string; title: string }>`
    select o.id, o.content ->> 'title' as title
    from json_each(${JSON.stringify(ids)}) given cross join offers o on o.id = given.value`.execute(db)
  return new Map(rows.map(({ id, title }) => [id, JSON.parse(title) as { fr?: string; en?: string }]))
}

export type MemberCell = {
  association: string
  name: string
  place: string | null
  town: string
  department: string | null
  is_recent: number
} & Funnel

/**
 * What our visitors saw of members' offers, and what each association reports of the people we sent.
 * @param recent a day of which no cell lies on both sides.
 */
export async function listMemberCells(
  db: Handle,
  me: string,
  { from, until }: Span,
  recent: string,
): Promise<MemberCell[]> {
  // In a year: months that ended before the month of `recent`, and the days of what follows.
  const firstOfMonth = `${monthOf(recent)}-01`
  const days = isInMonths({ from, until }) && firstOfMonth > from ? firstOfMonth : from
  const before = sql`month >= ${monthOf(from)} and month <= ${monthOf(until)} and month < ${monthOf(days)}`
  const within = sql`day between ${days} and ${until}`
  const { rows } = await sql<MemberCell>`
    select o.association_uri as association, max(o.association_name) as name, o.place_code as place,
      max(o.place_name) as town, max(o.department) as department, c.is_recent, sum(c.listed) as listed,
      sum(c.viewed) as viewed, sum(c.begun) as begun, sum(c.applied) as applied, sum(c.accepted) as accepted
    from (
      select offer as offer_uri, null as reporter, 0 as is_recent, sum(impressions) as listed, sum(views) as viewed,
        0 as begun, 0 as applied, 0 as accepted
      from month_counts where kind = 'shown' and ${before} group by offer, teller
      union all
      select offer, teller, 0, 0, sum(views), sum(apply_starts), sum(applications), sum(accepted)
      from month_counts where kind = 'reported' and ${before} group by offer, teller
      union all
      select offer_uri, null, day >= ${recent}, sum(impressions), sum(views), 0, 0, 0
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
