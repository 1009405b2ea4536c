// SPDX-License-Identifier: AGPL-3.0-or-later
// Counts of offers by day, and the months that they add up to; never a person. Only these functions write offer_counts,
// offer_hours, shown_counts, reported_counts and month_counts. Call them inside a transaction.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { ANSWERED, SMALLEST, type Line as ReportedLine } from '../../server/model/counts.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type Kind = Row<'month_counts'>['kind']

const SUMS = {
  counted: ['views', 'apply_starts', 'applications', 'accepted', 'completed', ...ANSWERED],
  shown: ['impressions', 'views'],
  reported: ['impressions', 'views', 'apply_starts', 'applications', 'accepted', 'completed', ...ANSWERED],
} as const
export type Counted = (typeof SUMS.counted)[number]
type Sum = (typeof SUMS.reported)[number]

/** `day`: YYYY-MM-DD; `channel`: 'own', or the centre a visitor came from. */
export type OwnCount = { day: string; offerId: string; channel: string } & Partial<Record<Counted, number>>
/** `offer`: the address of an offer, ours or a member's. */
export type ShownCount = { day: string; offer: string; impressions: number; views: number }
export type ReportedCount = ReportedLine

/** Two statements, whatever the number of counts. */
export async function addCounted(tx: Handle, counts: readonly OwnCount[]): Promise<void> {
  const given = linesOf(
    'counted',
    counts.map(({ offerId, channel, ...rest }) => ({ ...rest, offer: offerId, teller: channel })),
  )
  await addToMonths(tx, 'counted', given)
  await sql`insert into offer_counts (day, offer_id, channel, ${columns('counted')})
    select value ->> 0, value ->> 1, value ->> 2, ${given.sums} from ${given.lines} where true
    on conflict (offer_id, day, channel) do update set ${adding('counted')}`.execute(tx)
}

export async function addShown(tx: Handle, counts: readonly ShownCount[]): Promise<void> {
  const given = linesOf(
    'shown',
    counts.map((count) => ({ ...count, teller: '' })),
  )
  await addToMonths(tx, 'shown', given)
  await sql`insert into shown_counts (day, offer_uri, ${columns('shown')})
    select value ->> 0, value ->> 1, ${given.sums} from ${given.lines} where true
    on conflict (day, offer_uri) do update set ${adding('shown')}`.execute(tx)
  await noteOffers(tx, [...new Set(counts.map(({ offer }) => offer))])
}

/** Replaces the same document, and earlier lines for the same offers and days. */
export async function replaceReport(
  tx: Handle,
  report: { reporter: string; document: string; at: string; lines: readonly ReportedCount[] },
): Promise<void> {
  const { reporter, document, at } = report
  // Of several lines for one offer and day the last counts.
  const last = new Map(report.lines.map((line) => [`${line.day} ${line.offer}`, { ...line, teller: reporter }]))
  const given = linesOf('reported', [...last.values()])
  const offers = await takeFromMonths(tx, report, given)
  await tx.deleteFrom('reported_counts').where('reporter', '=', reporter).where('document', '=', document).execute()
  await addToMonths(tx, 'reported', given)
  await sql`insert into reported_counts (day, offer_uri, reporter, document, received_at, ${columns('reported')})
    select value ->> 0, value ->> 1, value ->> 2, ${document}, ${at}, ${given.sums} from ${given.lines} where true
    on conflict (day, offer_uri, reporter) do update set document = excluded.document,
      received_at = excluded.received_at, ${each('reported', (name) => sql`${name} = excluded.${name}`)}`.execute(tx)
  await sql`delete from month_counts where kind = 'reported' and teller = ${reporter} and days = 0
    and offer in (select value from json_each(${JSON.stringify(offers)}))`.execute(tx)
}

/** `minutes`: of approved hours done that day; those that are taken out again are less than 0. */
export type HoursCount = { day: string; offerId: string; channel: string; minutes: number }

/**
 * Five statements, whatever the number of counts. Call it once the lines of hours are written: it looks at how many people
 * gave hours that day.
 */
export async function addHours(tx: Handle, counts: readonly HoursCount[]): Promise<void> {
  const given = JSON.stringify(counts.map((one) => [one.offerId, one.day, one.channel, one.minutes]))
  const before = new Map((await listHours(tx, given)).map((row) => [keyOf(row), row]))
  await sql`insert into offer_hours (offer_id, day, channel, minutes)
    select value ->> 0, value ->> 1, value ->> 2, sum(value ->> 3) from json_each(${given}) where true group by 1, 2, 3
    on conflict (offer_id, day, channel) do update set minutes = minutes + excluded.minutes`.execute(tx)
  await sql`update offer_hours
    set minutes_of_many = case when ${PEOPLE_OF_DAY} >= ${sql.lit(SMALLEST)} then minutes else 0 end
    where (offer_id, day, channel) in (select value ->> 0, value ->> 1, value ->> 2 from json_each(${given}))`.execute(
    tx,
  )
  const added = (await listHours(tx, given)).map((row) => {
    const { minutes = 0, minutes_of_many = 0 } = before.get(keyOf(row)) ?? {}
    const more = [row.minutes - minutes, row.minutes_of_many - minutes_of_many]
    return [row.offer_id, row.channel, row.day.slice(0, 7), ...more]
  })
  await sql`insert into month_counts (kind, offer, teller, month, days, minutes, minutes_of_many)
    select 'counted', value ->> 0, value ->> 1, value ->> 2, 0, sum(value ->> 3), sum(value ->> 4)
    from json_each(${JSON.stringify(added)}) where true group by 2, 3, 4
    on conflict (kind, offer, teller, month) do update
    set minutes = minutes + excluded.minutes, minutes_of_many = minutes_of_many + excluded.minutes_of_many`.execute(tx)
}

type HoursRow = Row<'offer_hours'>
const keyOf = ({ offer_id, day, channel }: HoursRow) => `${day} ${offer_id} ${channel}`

async function listHours(tx: Handle, given: string): Promise<HoursRow[]> {
  const { rows } = await sql<HoursRow>`
    select h.* from (select distinct value ->> 0 as offer, value ->> 1 as day, value ->> 2 as channel from json_each(${given})) g
    cross join offer_hours h on h.offer_id = g.offer and h.day = g.day and h.channel = g.channel`.execute(tx)
  return rows
}

/** Who gave some, of a row of offer_hours; without helpers whose names are not known and people who were erased. */
const PEOPLE_OF_DAY = sql`(select count(*) from (
  select 1 from hours_entries e where e.offer_id = offer_hours.offer_id and e.worked_on = offer_hours.day
    and e.channel = offer_hours.channel group by e.person_id having sum(e.minutes) > 0))`

/** Stores whose these offers are and where; an offer that is not listed now keeps what was known. */
export async function noteOffers(tx: Handle, offers: string[]): Promise<void> {
  await sql`insert into counted_offers
      (offer_uri, association_uri, association_name, place_code, place_name, department, cause)
    select l.offer_uri, l.association_uri, l.association_name, s.places ->> '$[0][2]',
      coalesce(s.places ->> '$[0][5]', ''), s.places ->> '$[0][3]', l.cause
    from json_each(${JSON.stringify(offers)}) given
    cross join listings l on l.offer_uri = given.value
    left join listing_state s on s.id = l.id
    where true
    on conflict (offer_uri) do update set association_name = excluded.association_name,
      place_code = excluded.place_code, place_name = excluded.place_name, department = excluded.department, cause = excluded.cause`.execute(
    tx,
  )
}

type Given = {
  /** Rows of `[day, offer, teller, sums…]`, each offer, day and teller once. */
  lines: RawBuilder<unknown>
  sums: RawBuilder<unknown>
}
type Line = { day: string; offer: string; teller: string } & Partial<Record<Sum, number>>

function linesOf(kind: Kind, lines: readonly Line[]): Given {
  const all = new Map<string, [string, string, string, ...number[]]>()
  for (const line of lines) {
    const key = `${line.day} ${line.offer} ${line.teller}`
    const [, , , ...before] = all.get(key) ?? []
    const sums = SUMS[kind].map((name, at) => (before[at] ?? 0) + (line[name] ?? 0))
    all.set(key, [line.day, line.offer, line.teller, ...sums])
  }
  return {
    lines: sql`json_each(${JSON.stringify([...all.values()])})`,
    sums: sql.join(SUMS[kind].map((_name, at) => sql`value ->> ${sql.lit(at + 3)}`)),
  }
}

const each = (kind: Kind, made: (name: RawBuilder<unknown>) => RawBuilder<unknown>) =>
  sql.join(SUMS[kind].map((name) => made(sql.ref(name))))
const columns = (kind: Kind) => each(kind, (name) => name)
const adding = (kind: Kind) => each(kind, (name) => sql`${name} = ${name} + excluded.${name}`)

/** True when the row of that day, offer and teller exists. Reported rows were subtracted before. */
const IS_THERE: Record<Kind, RawBuilder<unknown>> = {
  counted: sql`exists (
    select 1 from offer_counts where offer_id = value ->> 1 and day = value ->> 0 and channel = value ->> 2)`,
  shown: sql`exists (select 1 from shown_counts where day = value ->> 0 and offer_uri = value ->> 1)`,
  reported: sql`false`,
}

/** Call before the days are written: `days` of a month is its number of day rows. */
async function addToMonths(tx: Handle, kind: Kind, { lines, sums }: Given): Promise<void> {
  await sql`insert into month_counts (kind, offer, teller, month, days, ${columns(kind)})
    select ${kind}, value ->> 1, value ->> 2, substr(value ->> 0, 1, 7), not ${IS_THERE[kind]}, ${sums}
    from ${lines} where true
    on conflict (kind, offer, teller, month) do update set days = days + excluded.days, ${adding(kind)}`.execute(tx)
}

/** Subtracts the lines of the same document, and those for the same offers and days. @returns the offers. */
async function takeFromMonths(
  tx: Handle,
  { reporter, document }: { reporter: string; document: string },
  { lines }: Given,
): Promise<string[]> {
  const { rows } = await sql<{ offer: string }>`
    update month_counts as m
    set days = m.days - g.days, ${each('reported', (name) => sql`${name} = m.${name} - g.${name}`)}
    from (
      select 'reported' as kind, d.offer_uri as offer, d.reporter as teller, substr(d.day, 1, 7) as month,
        count(*) as days, ${each('reported', (name) => sql`sum(d.${name}) as ${name}`)}
      from (
        select day, offer_uri from reported_counts where reporter = ${reporter} and document = ${document}
        union select value ->> 0, value ->> 1 from ${lines}) k
      cross join reported_counts d on d.day = k.day and d.offer_uri = k.offer_uri and d.reporter = ${reporter}
      group by 2, 4) g
    where m.kind = g.kind and m.offer = g.offer and m.teller = g.teller and m.month = g.month
    returning offer`.execute(tx)
  return [...new Set(rows.map(({ offer }) => offer))]
}
