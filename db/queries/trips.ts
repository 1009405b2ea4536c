// SPDX-License-Identifier: AGPL-3.0-or-later
// Kilometres, which are never part of a sum of hours.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import { countUpTo, inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import type { Part } from '../../server/model/rights.ts'
import type { NewRow, Row, Tables } from '../schema.ts'
import { ofChoice, type Choice } from './hours-figures.ts'
import { within, type Scope } from './hours-reach.ts'

type Handle = Kysely<Tables>
type State = Row<'trips'>['state']
export type TripRow = Row<'trips'> & {
  given_name: string
  family_name: string
  restricted_at: string | null
  reversed_by: string | null
  project_name: string | null
  /** Thousandths of the currency for a kilometre on that day; null when there was no rate. */
  mills_per_km: number | null
}
export type TripRateRow = Row<'trip_rates'>

const rateOf = (day: string) =>
  sql<number | null>`(select r.mills_per_km from trip_rates r where r.valid_from <= ${sql.ref(day)}
    order by r.valid_from desc limit 1)`

/** Cents, rounded once a line, half up and away from zero. */
const centsOf = sql`(case when t.metres < 0 then -1 else 1 end) * ((abs(t.metres) * rate + 5000) / 10000)`

function trips(db: Handle, scope: Scope) {
  const query = db
    .selectFrom('trips as trip')
    .innerJoin('people', 'people.id', 'trip.person_id')
    .leftJoin('hours_projects as project', 'project.id', 'trip.project_id')
    .selectAll('trip')
    .select('project.name as project_name')
    .select(['people.given_name', 'people.family_name', 'people.restricted_at'])
    .select(rateOf('trip.travelled_on').as('mills_per_km'))
    .select((eb) =>
      eb
        .selectFrom('trips as reversing')
        .select('reversing.id')
        .whereRef('reversing.reverses_id', '=', 'trip.id')
        .as('reversed_by'),
    )
  return scope === 'everyone' ? query : query.where(within(scope, 'trip'))
}

export async function findTrip(db: Handle, id: string, scope: Scope): Promise<TripRow | undefined> {
  return trips(db, scope).where('trip.id', '=', id).executeTakeFirst()
}

type TripFilter = Choice & { state?: State; personId?: string }

function linesFrom({ state, personId, projectId, teamId }: TripFilter) {
  // The plus leaves the index to the person, and to the people of a team.
  const isOfFew = personId !== undefined || teamId !== undefined
  const inState = isOfFew ? sql`+t.state = ${state}` : sql`t.state = ${state}`
  // A person, or a team, has fewer lines than a project.
  const ofProject = isOfFew ? sql`+t.project_id = ${projectId}` : sql`t.project_id = ${projectId}`
  const lines =
    teamId === undefined ? sql`trips t` : sql`team_members m cross join trips t on t.person_id = m.person_id`
  return sql`from ${lines} where ${state === undefined ? sql`true` : inState}
      and ${personId === undefined ? sql`true` : sql`t.person_id = ${personId}`}
      and ${projectId === undefined ? sql`true` : ofProject}
      and ${teamId === undefined ? sql`true` : sql`m.team_id = ${teamId}`}`
}

/** Newest day first; of one person, in one state, for one project, of the people of one team, several of these at once, or all. */
export function tripsList(db: Handle, filter: TripFilter): KeyedList<TripRow> {
  const section: Section = {
    table: 'trips',
    from: linesFrom(filter),
    holds: sql`true`,
    order: [
      { by: sql`t.travelled_on`, isDown: true },
      { by: sql`t.id`, isDown: true },
    ],
  }
  return keyedList(db, [section], async (numbers) => {
    const number = sql<number>`trip.rowid`
    const rows = await trips(db, 'everyone').select(number.as('number')).where(number, 'in', inList(numbers)).execute()
    return inOrder(numbers, rows)
  })
}

export function countWaitingTrips(db: Handle, most: number, choice?: Choice): Promise<number> {
  return countUpTo(db, [linesFrom({ ...choice, state: 'submitted' })], most)
}

/** Whether kilometres for the project, or of somebody of the team, wait for an answer. */
export async function hasWaitingTrips(db: Handle, { kind, id }: Part): Promise<boolean> {
  const { rows } =
    kind === 'project'
      ? await sql`select 1 from trips where project_id = ${id} and state = 'submitted' limit 1`.execute(db)
      : await sql`select 1 from team_members m cross join trips t on t.person_id = m.person_id
          where m.team_id = ${id} and +t.state = 'submitted' limit 1`.execute(db)
  return rows.length > 0
}

/** Of a person on one day, waiting or approved and not taken out. */
export async function hasTwinTrip(db: Handle, personId: string, day: string, metres: number): Promise<boolean> {
  const { rows } = await sql`select 1 from trips t where person_id = ${personId} and travelled_on = ${day}
    and metres = ${metres} and +state in ('submitted', 'approved')
    and not exists (select 1 from trips r where r.reverses_id = t.id) limit 1`.execute(db)
  return rows.length > 0
}

export async function findTripByForm(db: Handle, formId: string): Promise<{ id: string } | undefined> {
  return db.selectFrom('trips').select('id').where('form_id', '=', formId).executeTakeFirst()
}

export async function insertTrip(tx: Handle, trip: NewRow<'trips'>): Promise<void> {
  await tx.insertInto('trips').values(trip).execute()
}

/** The rest of a line never changes. @returns false when it is no longer in the state `from`. */
export async function saveTripState(
  tx: Handle,
  id: string,
  from: State,
  change: Pick<Row<'trips'>, 'state'> & Partial<Pick<Row<'trips'>, 'decided_at' | 'decided_by' | 'return_reason'>>,
): Promise<boolean> {
  const result = await tx
    .updateTable('trips')
    .set(change)
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** @returns false when it is withdrawn, taken out, or takes another out. */
export async function saveTripCorrection(
  tx: Handle,
  id: string,
  change: Pick<Row<'trips'>, 'way' | 'project_id'>,
): Promise<boolean> {
  const result = await tx
    .updateTable('trips')
    .set(change)
    .where('id', '=', id)
    .where('state', 'in', ['submitted', 'returned', 'approved'])
    .where('reverses_id', 'is', null)
    .where(sql<boolean>`not exists (select 1 from trips r where r.reverses_id = trips.id)`)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export type TripCorrection = {
  trip_id: string
  way: string
  project_name: string | null
  corrected_at: string
  by_name: string | null
}

export async function insertTripCorrection(tx: Handle, row: NewRow<'trip_corrections'>): Promise<void> {
  await tx.insertInto('trip_corrections').values(row).execute()
}

/** What stood in these lines before each correction, oldest first. */
export async function listTripCorrections(db: Handle, tripIds: readonly string[]): Promise<TripCorrection[]> {
  const { rows } = await sql<TripCorrection>`
    select c.trip_id, c.way, p.name as project_name, c.corrected_at,
      (select trim(w.given_name || ' ' || w.family_name) from people w where w.id = c.corrected_by) as by_name
    from trip_corrections c left join hours_projects p on p.id = c.project_id
    where c.trip_id in ${inList(tripIds)} order by c.corrected_at, c.id`.execute(db)
  return rows
}

export type TripSum = { choice: Row<'trips'>['choice']; metres: number; cents: number; unpriced: number }

/**
 * Approved kilometres of a year, with lines that take others out, of one person, of one project or team or both, or all.
 * `unpriced`: lines on days without a rate.
 */
export async function sumTrips(
  db: Handle,
  year: number,
  { personId, choice }: { personId?: string; choice?: Choice } = {},
): Promise<TripSum[]> {
  const { rows } = await sql<TripSum>`
    select choice, sum(metres) as metres, coalesce(sum(${centsOf}), 0) as cents,
      count(*) filter (where rate is null) as unpriced
    from (select t.choice, t.metres, ${rateOf('t.travelled_on')} as rate from trips t
      where +t.state = 'approved' and t.travelled_on between ${`${year}-01-01`} and ${`${year}-12-31`}
        and ${personId === undefined ? sql`true` : sql`t.person_id = ${personId}`} and ${ofChoice(choice)}) t
    group by choice order by choice`.execute(db)
  return rows
}

export type ProjectTripSum = { name: string | null; metres: number; cents: number }

/** The same by project, in the order of their names, those without one at the end (`name` null). */
export async function sumTripsByProject(db: Handle, year: number, choice?: Choice): Promise<ProjectTripSum[]> {
  const { rows } = await sql<ProjectTripSum>`
    select p.name, sum(t.metres) as metres, coalesce(sum(${centsOf}), 0) as cents
    from (select t.project_id, t.metres, ${rateOf('t.travelled_on')} as rate from trips t
      where +t.state = 'approved' and t.travelled_on between ${`${year}-01-01`} and ${`${year}-12-31`}
        and ${ofChoice(choice)}) t
      left join hours_projects p on p.id = t.project_id
    group by t.project_id order by p.name_key is null, p.name_key`.execute(db)
  return rows
}

export type TripYear = { year: number; lines: number; before: number | null; after: number | null }
type Rates = readonly Pick<TripRateRow, 'valid_from' | 'mills_per_km'>[]

/**
 * What approved kilometres of a year come to under two sets of rates: how many lines get another value, and the sums in
 * cents, null without any value.
 */
export async function compareTripRates(db: Handle, year: number, [before, after]: [Rates, Rates]): Promise<TripYear> {
  const rateIn = (rates: Rates) => sql`(select r.value ->> 'mills_per_km' from json_each(${JSON.stringify(rates)}) r
    where r.value ->> 'valid_from' <= trips.travelled_on order by r.value ->> 'valid_from' desc limit 1)`
  const sumOf = (which: 'old' | 'new') => sql<number | null>`(select sum(${centsOf})
    from (select metres, ${sql.ref(which)} as rate from priced) t)`
  const { rows } = await sql<Omit<TripYear, 'year'>>`
    with priced as materialized (select metres, ${rateIn(before)} as old, ${rateIn(after)} as new from trips
      where +state = 'approved' and travelled_on between ${`${year}-01-01`} and ${`${year}-12-31`})
    select (select count(*) from priced where old is not new) as lines, ${sumOf('old')} as before,
      ${sumOf('new')} as after`.execute(db)
  return { year, ...rows[0]! }
}

/** Years from that day on with approved kilometres. */
export async function listTripYears(db: Handle, from: string): Promise<number[]> {
  const { rows } = await sql<{ year: number }>`
    select distinct cast(substr(travelled_on, 1, 4) as integer) as year from trips
    where +state = 'approved' and travelled_on >= ${from} order by year`.execute(db)
  return rows.map(({ year }) => year)
}

export function listTripRates(db: Handle): Promise<TripRateRow[]> {
  return db.selectFrom('trip_rates').selectAll().orderBy('valid_from', 'desc').execute()
}

/** Another rate of the same day is replaced. */
export async function saveTripRate(tx: Handle, rate: NewRow<'trip_rates'>): Promise<void> {
  const { mills_per_km, source, created_by, created_at } = rate
  await tx
    .insertInto('trip_rates')
    .values(rate)
    .onConflict((conflict) =>
      conflict.column('valid_from').doUpdateSet({ mills_per_km, source, created_by: created_by ?? null, created_at }),
    )
    .execute()
}

export async function deleteTripRate(tx: Handle, validFrom: string): Promise<void> {
  await tx.deleteFrom('trip_rates').where('valid_from', '=', validFrom).execute()
}
