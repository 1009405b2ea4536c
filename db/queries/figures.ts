// SPDX-License-Identifier: AGPL-3.0-or-later
// Totals for the pages of figures: our own offers by channel, and members' offers by association and town.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { ANSWERED, type Answers, type Funnel, type OfferHours } from '../../server/model/counts.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type OwnCount = { offer_id: string; channel: string; reported: number } & Funnel & Answers & OfferHours

type Span = { from: string; until: string }
/** Offers whose name lies behind `after`, up to `upTo`, in the order of the names. */
type Range = { after: string; upTo: string }

/** A span that begins with a year ends with it, or today, so that it can be read by whole months. */
const isInMonths = ({ from }: Span) => from.endsWith('-01-01')
const monthOf = (day: string) => day.slice(0, 7)

/** Rows of each kind that one statement reads. */
const READ_AT_ONCE = 1000
/** Stands behind all names of offers. */
const LAST = '\u{10ffff}'

/**
 * Ranges of all offers of which something was counted, few enough for one statement each.
 * @param kinds with what the addresses of their offers begin with, which is no part of a name here.
 */
export async function* rangesOf(
  db: Handle,
  kinds: Partial<Record<Row<'month_counts'>['kind'], string>>,
): AsyncGenerator<Range> {
  for (let after = ''; after !== LAST;) {
    const ends = Object.entries(kinds).map(
      ([kind, home]) => sql`select (
        select substr(offer, ${home.length + 1}) from month_counts
        where kind = ${kind} and offer > ${home + after} and offer < ${home + LAST}
        order by offer limit 1 offset ${READ_AT_ONCE}) as name`,
    )
    const { rows } = await sql<{ name: string | null }>`
      select min(name) as name from (${sql.join(ends, sql` union all `)})`.execute(db)
    const upTo: string = rows[0]?.name ?? LAST
    yield { after, upTo }
    after = upTo
  }
}

/** The columns of answers, each as `made` writes it under its own name. */
const answers = (made: (name: RawBuilder<unknown>) => RawBuilder<unknown>) =>
  sql.join(ANSWERED.map((name) => sql`${made(sql.ref(name))} as ${sql.ref(name)}`))
export const ADDED = answers((name) => sql`sum(${name})`)
export const NONE = answers(() => sql`0`)
const ONES = answers((name) => name)

/** Each day of a span, with what a table has of that day for these offers. */
const daysOf = ({ from, until }: Span, table: string, named: RawBuilder<unknown>) => sql`(
    with recursive span (day) as (
      select ${from} union all select date(day, '+1 day') from span where day < ${until})
    select d.* from span cross join ${sql.table(table)} d on d.day = span.day and ${named})`

/**
 * Our own offers by channel, from listing to who came: what we counted, and what each centre reports.
 * @param home what the addresses of our offers begin with. @param offerId one offer, since its first day.
 */
export function listOwnCounts(db: Handle, home: string, offerId: string): Promise<OwnCount[]> {
  return addOwn(db, ownMonths(home, offerId))
}

/** All of our own offers in a span, as above; some at a time, in the order of their ids. */
export async function* readOwnCounts(db: Handle, home: string, span: Span): AsyncGenerator<OwnCount[]> {
  for await (const range of rangesOf(db, { counted: '', shown: home, reported: home }))
    yield await addOwn(db, isInMonths(span) ? ownMonths(home, { ...span, ...range }) : ownDays(home, span, range))
}

async function addOwn(db: Handle, counts: RawBuilder<unknown>): Promise<OwnCount[]> {
  const { rows } = await sql<OwnCount>`
    select offer_id, channel, max(reported) as reported, sum(listed) as listed, sum(viewed) as viewed,
      sum(begun) as begun, sum(applied) as applied, sum(accepted) as accepted, sum(came) as came,
      sum(minutes) as minutes, sum(minutes_of_many) as minutes_of_many, ${ADDED}
    from (${counts})
    group by offer_id, channel order by offer_id, channel <> 'own', viewed desc, listed desc, channel`.execute(db)
  return rows
}

function ownDays(home: string, span: Span, { after, upTo }: Range) {
  const named = sql`d.offer_uri > ${home + after} and d.offer_uri <= ${home + upTo}`
  const id = sql`substr(offer_uri, ${home.length + 1})`
  return sql`select c.offer_id, c.channel, 0 as reported, 0 as listed, c.views as viewed, c.apply_starts as begun,
      c.applications as applied, c.accepted, c.completed as came, 0 as minutes,
      0 as minutes_of_many, ${ONES}
    from (select distinct offer from month_counts where kind = 'counted' and offer > ${after} and offer <= ${upTo}) o
    cross join offer_counts c on c.offer_id = o.offer and c.day between ${span.from} and ${span.until}
    union all select h.offer_id, h.channel, 0, 0, 0, 0, 0, 0, 0, h.minutes, h.minutes_of_many, ${NONE}
    from (select distinct offer from month_counts where kind = 'counted' and offer > ${after} and offer <= ${upTo}) o
    cross join offer_hours h on h.offer_id = o.offer and h.day between ${span.from} and ${span.until}
    union all select ${id}, 'own', 0, impressions, 0, 0, 0, 0, 0, 0, 0, ${NONE} from ${daysOf(span, 'shown_counts', named)}
    union all select ${id}, reporter, 1, impressions, views, 0, 0, 0, 0, 0, 0, ${NONE}
    from ${daysOf(span, 'reported_counts', named)}`
}

/** Each kind is added up in the order of its key, so that nothing is sorted. */
function ownMonths(home: string, of: string | (Span & Range)) {
  const named = (start: string) =>
    typeof of === 'string'
      ? sql`offer = ${start + of}`
      : sql`offer > ${start + of.after} and offer <= ${start + of.upTo}
        and month between ${monthOf(of.from)} and ${monthOf(of.until)}`
  const id = sql`substr(offer, ${home.length + 1})`
  return sql`select offer as offer_id, teller as channel, 0 as reported, 0 as listed, sum(views) as viewed,
      sum(apply_starts) as begun, sum(applications) as applied, sum(accepted) as accepted, sum(completed) as came,
      sum(minutes) as minutes, sum(minutes_of_many) as minutes_of_many, ${ADDED}
    from month_counts where kind = 'counted' and ${named('')} group by offer, teller
    union all select ${id}, 'own', 0, sum(impressions), 0, 0, 0, 0, 0, 0, 0, ${NONE}
    from month_counts where kind = 'shown' and ${named(home)} group by offer, teller
    union all select ${id}, teller, 1, sum(impressions), sum(views), 0, 0, 0, 0, 0, 0, ${NONE}
    from month_counts where kind = 'reported' and ${named(home)} group by offer, teller`
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
} & Funnel &
  Answers

/**
 * What our visitors saw of members' offers, and what each association reports of the people we sent; some offers at a
 * time, so that a cell may come several times, with a part of its sums.
 * @param recent a day of which no cell lies on both sides.
 */
export async function* readMemberCells(
  db: Handle,
  me: string,
  span: Span,
  recent: string,
): AsyncGenerator<MemberCell[]> {
  for await (const range of rangesOf(db, { shown: '', reported: '' })) {
    const { rows } = await sql<MemberCell>`
      select o.association_uri as association, max(o.association_name) as name, o.place_code as place,
        max(o.place_name) as town, max(o.department) as department, c.is_recent, sum(c.listed) as listed,
        sum(c.viewed) as viewed, sum(c.begun) as begun, sum(c.applied) as applied, sum(c.accepted) as accepted,
        sum(c.came) as came, ${ADDED}
      from (${memberCounts(span, recent, range)}) c
      cross join counted_offers o on o.offer_uri = c.offer_uri
      where o.association_uri <> ${me} and (c.reporter is null or c.reporter = o.association_uri)
      group by o.association_uri, coalesce(o.place_code, o.place_name), c.is_recent`.execute(db)
    yield rows
  }
}

/** In a year: months that ended before the month of `recent`, and the days of what follows. */
function memberCounts({ from, until }: Span, recent: string, { after, upTo }: Range): RawBuilder<unknown> {
  const firstOfMonth = `${monthOf(recent)}-01`
  const days = { from: isInMonths({ from, until }) && firstOfMonth > from ? firstOfMonth : from, until }
  const before = sql`offer > ${after} and offer <= ${upTo}
    and month >= ${monthOf(from)} and month <= ${monthOf(until)} and month < ${monthOf(days.from)}`
  const named = sql`d.offer_uri > ${after} and d.offer_uri <= ${upTo}`
  return sql`
    select offer as offer_uri, null as reporter, 0 as is_recent, sum(impressions) as listed, sum(views) as viewed,
      0 as begun, 0 as applied, 0 as accepted, 0 as came, ${NONE}
    from month_counts where kind = 'shown' and ${before} group by offer, teller
    union all
    select offer, teller, 0, 0, sum(views), sum(apply_starts), sum(applications), sum(accepted), sum(completed), ${ADDED}
    from month_counts where kind = 'reported' and ${before} group by offer, teller
    union all
    select offer_uri, null, day >= ${recent}, sum(impressions), sum(views), 0, 0, 0, 0, ${NONE}
    from ${daysOf(days, 'shown_counts', named)} group by 1, 3
    union all
    select offer_uri, reporter, day >= ${recent}, 0, sum(views), sum(apply_starts), sum(applications), sum(accepted),
      sum(completed), ${ADDED}
    from ${daysOf(days, 'reported_counts', named)} group by 1, 2, 3`
}
