// SPDX-License-Identifier: AGPL-3.0-or-later
// A year, month by month, with the cause and town of each offer: our own offers, and members' at a centre.
import { sql, type Kysely } from 'kysely'
import type { Answers, Funnel, OfferHours } from '../../server/model/counts.ts'
import { ADDED, NONE, rangesOf } from './figures.ts'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type Place = { cause: string; town: string; department: string | null }
/** `title`: null for an offer that is erased. `department`: its name. */
export type OwnMonth = { offer_id: string; month: string; title: string | null } & Place & Funnel & Answers & OfferHours

const spanOf = (year: number) => ({ first: `${year}-01`, last: `${year}-12` })

/** Some offers at a time, in the order of their ids. @param home what the addresses of our offers begin with. */
export async function* readOwnYear(db: Handle, home: string, year: number): AsyncGenerator<OwnMonth[]> {
  const { first, last } = spanOf(year)
  const id = sql`substr(offer, ${home.length + 1})`
  for await (const { after, upTo } of rangesOf(db, { counted: '', shown: home, reported: home })) {
    const { rows } = await sql<OwnMonth>`
      select c.offer_id, c.month, o.content ->> '$.title' as title,
        coalesce(o.content ->> '$.causes[0]', '') as cause, coalesce(o.content ->> '$.places[0].name', '') as town,
        o.content ->> '$.places[0].department' as department, sum(listed) as listed, sum(viewed) as viewed,
        sum(begun) as begun, sum(applied) as applied, sum(accepted) as accepted, sum(came) as came, sum(minutes) as minutes,
        sum(minutes_of_many) as minutes_of_many, ${ADDED}
      from (
        select offer as offer_id, month, 0 as listed, sum(views) as viewed, sum(apply_starts) as begun,
          sum(applications) as applied, sum(accepted) as accepted, sum(completed) as came,
          sum(minutes) as minutes, sum(minutes_of_many) as minutes_of_many, ${ADDED}
        from month_counts where kind = 'counted' and offer > ${after} and offer <= ${upTo}
          and month between ${first} and ${last} group by offer, month
        union all
        select ${id}, month, sum(impressions), sum(case kind when 'reported' then views else 0 end), 0, 0, 0, 0,
          0, 0, ${NONE}
        from month_counts where kind in ('shown', 'reported') and offer > ${home + after} and offer <= ${home + upTo}
          and month between ${first} and ${last} group by kind, offer, month) c
      left join offers o on o.id = c.offer_id
      group by c.offer_id, c.month order by c.offer_id, c.month`.execute(db)
    yield rows
  }
}

/**
 * `offers`: how many were shown that month and in no month of that year before it. `place`: code of the town, null for
 * one that is in no list. `department`: its code.
 */
export type MemberMonth = {
  association: string
  name: string
  month: string
  place: string | null
  offers: number
} & Place &
  Funnel &
  Answers

/** Some offers at a time, so that a line may come several times, with a part of its sums. @param me our own address. */
export async function* readMemberYear(db: Handle, me: string, year: number): AsyncGenerator<MemberMonth[]> {
  const { first, last } = spanOf(year)
  for await (const { after, upTo } of rangesOf(db, { shown: '', reported: '' })) {
    const { rows } = await sql<MemberMonth>`
      select o.association_uri as association, max(o.association_name) as name, c.month, o.cause, o.place_code as place,
        max(o.place_name) as town, max(o.department) as department, count(distinct c.shown) as offers, sum(c.listed) as listed,
        sum(c.viewed) as viewed, sum(c.begun) as begun, sum(c.applied) as applied, sum(c.accepted) as accepted,
        sum(c.came) as came, ${ADDED}
      from (
        select offer, null as shown, null as reporter, month, impressions as listed, views as viewed, 0 as begun,
          0 as applied, 0 as accepted, 0 as came, ${NONE}
        from month_counts where kind = 'shown' and offer > ${after} and offer <= ${upTo}
          and month between ${first} and ${last}
        union all
        select offer, offer, null, min(month), 0, 0, 0, 0, 0, 0, ${NONE}
        from month_counts where kind = 'shown' and offer > ${after} and offer <= ${upTo}
          and month between ${first} and ${last} group by offer
        union all
        select offer, null, teller, month, 0, views, apply_starts, applications, accepted, completed,
          answered_1, answered_3, answered_7, answered_14, answered_later
        from month_counts where kind = 'reported' and offer > ${after} and offer <= ${upTo}
          and month between ${first} and ${last}) c
      cross join counted_offers o on o.offer_uri = c.offer
      where o.association_uri <> ${me} and (c.reporter is null or c.reporter = o.association_uri)
      group by o.association_uri, c.month, o.cause, coalesce(o.place_code, o.place_name)`.execute(db)
    yield rows
  }
}
