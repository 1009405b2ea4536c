// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { OfferContent, TextMap } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import { inList } from '../in-list.ts'
import { seatsTaken } from './applications.ts'
import { inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import { nameKey } from '../plain.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'
import { listAnswersAbout, type CentreAnswer } from './submissions.ts'

type Handle = Kysely<Tables>
export type OfferRow = Omit<Row<'offers'>, 'content'> & { content: OfferContent }

const read = (row: Row<'offers'>): OfferRow => ({ ...row, content: completeContent(JSON.parse(row.content)) })
export const toColumns = <T extends { content?: OfferContent }>({ content, ...rest }: T) => ({
  ...rest,
  ...(content && { content: JSON.stringify(content), search_key: searchKeyOf(content) }),
})

/** By what the team looks for an offer: its titles and its towns. */
const searchKeyOf = ({ title, places }: OfferContent) =>
  nameKey(...Object.values(title), ...places.map(({ name }) => name))

export async function findOffer(db: Handle, id: string): Promise<OfferRow | undefined> {
  const row = await db.selectFrom('offers').selectAll().where('id', '=', id).executeTakeFirst()
  return row && read(row)
}

export async function insertOffer(
  tx: Handle,
  offer: Omit<NewRow<'offers'>, 'content'> & { content: OfferContent },
): Promise<void> {
  await tx
    .insertInto('offers')
    .values(toColumns(offer) as NewRow<'offers'>)
    .execute()
}

/** Keeps `version`, so that a form that is open can still be saved. */
export async function touchOffer(
  tx: Handle,
  id: string,
  changes: Pick<Changes<'offers'>, 'updated_at' | 'reminded_until' | 'first_listed_at'>,
): Promise<void> {
  await tx.updateTable('offers').set(changes).where('id', '=', id).execute()
}

/** `live` and `over`: published offers before and after their end; `answers`: a centre asks or has refused. */
export type OfferFilter = 'live' | 'answers' | 'draft' | 'paused' | 'over' | 'closed' | 'all'

/** The plus leaves the index to the order. */
function isOf(filter: OfferFilter, now: string): RawBuilder<unknown> {
  if (filter === 'all') return sql`+t.state <> 'archived'`
  if (filter === 'draft' || filter === 'paused') return sql`+t.state = ${filter}`
  if (filter === 'answers')
    return sql`+t.state = 'published' and exists (select 1 from submissions s
      where s.offer_id = t.id and s.state in ('changes_requested', 'refused', 'suspended'))`
  if (filter === 'closed') return sql`+t.state in ('closed', 'cancelled')`
  return sql`+t.state = 'published' and t.publish_until ${filter === 'live' ? sql`>` : sql`<=`} ${now}`
}

/** `centres`: what each centre answered. `views`: of the page here, and at the centres that tell us. */
export type OfferLine = OfferRow & {
  /** Seats that are taken or held. */
  taken: number
  waiting: number
  views: number
  applications: number
  centres: CentreAnswer[]
}

export const SORTS = ['updated', 'end', 'centre'] as const
/** `sort`: what changed last first; what ends next first; or what a centre asks or refused first. */
export type OfferSort = (typeof SORTS)[number]
export type OffersAsked = { filter: OfferFilter; q?: string; sort?: OfferSort }

/** Every word must begin a word of a title or of a town. */
function isAbout(q: string): RawBuilder<unknown> {
  const words = nameKey(q).split(' ').filter(Boolean)
  if (q.trim() !== '' && words.length === 0) return sql`false`
  return sql.join([sql`true`, ...words.map((word) => sql`' ' || t.search_key like ${`% ${word}%`}`)], sql` and `)
}

const byUpdate: Section['order'] = [
  { by: sql`t.updated_at`, isDown: true },
  { by: sql`t.id`, isDown: true },
]
const byEnd = (isDown: boolean): Section['order'] => [
  { by: sql`t.publish_until`, isDown },
  { by: sql`t.id`, isDown },
]

/** In the order of the page: what centres say that asks for something, what waits for them, what is settled. */
const CENTRE_STATES = ['suspended', 'refused', 'changes_requested', 'removed', 'sent', 'accepted'] as const
const answered = (state: string) =>
  sql`exists (select 1 from submissions s where s.offer_id = t.id and s.state = ${state})`

/** The parts of the list, one behind the other: where each begins, and its order. */
function partsOf(sort: OfferSort, now: string): { holds: RawBuilder<unknown>; order: Section['order'] }[] {
  if (sort === 'updated') return [{ holds: sql`true`, order: byUpdate }]
  if (sort === 'end')
    return [
      { holds: sql`t.publish_until > ${now}`, order: byEnd(false) },
      { holds: sql`t.publish_until <= ${now}`, order: byEnd(true) },
      { holds: sql`t.publish_until is null`, order: [{ by: sql`t.id`, isDown: true }] },
    ]
  const none = (before: readonly string[]) => before.map((state) => sql`not ${answered(state)}`)
  return [...CENTRE_STATES, ''].map((state, rank) => ({
    holds: sql.join([...(state ? [answered(state)] : []), ...none(CENTRE_STATES.slice(0, rank))], sql` and `),
    order: byUpdate,
  }))
}

/**
 * Own offers, each with its counts and what centres say.
 * @param at.now ISO instant. @param at.home what the addresses of our offers begin with: centres count by address.
 */
export function offersList(
  db: Handle,
  { filter, q = '', sort = 'updated' }: OffersAsked,
  { now, home }: { now: string; home: string },
): KeyedList<OfferLine> {
  const sections = partsOf(sort, now).map(({ holds, order }): Section => ({
    table: 'offers',
    from: sql`from offers t where ${isOf(filter, now)} and ${isAbout(q)} and ${holds}`,
    holds,
    order,
  }))
  return keyedList(db, sections, (numbers) => readLines(db, numbers, home))
}

async function readLines(db: Handle, numbers: readonly number[], home: string): Promise<OfferLine[]> {
  const number = sql<number>`offers.rowid`
  const applied = (states: RawBuilder<unknown>) => sql<number>`(
    select count(*) from applications a where a.offer_id = offers.id and a.state in (${states}))`
  // Months hold the same sums as their days.
  const summed = (column: 'views' | 'applications', kind: 'counted' | 'reported') => sql<number>`(
    select coalesce(sum(${sql.ref(column)}), 0) from month_counts
    where kind = ${kind} and offer = ${kind === 'reported' ? home : ''} || offers.id)`
  const rows = await db
    .selectFrom('offers')
    .selectAll()
    .select([
      number.as('number'),
      seatsTaken.as('taken'),
      applied(sql`'submitted', 'in_review'`).as('waiting'),
      sql<number>`${summed('views', 'counted')} + ${summed('views', 'reported')}`.as('views'),
      summed('applications', 'counted').as('applications'),
    ])
    .where(number, 'in', inList(numbers))
    .execute()
  const centres = await listAnswersAbout(
    db,
    rows.map(({ id }) => id),
  )
  return inOrder(numbers, rows).map((row) => ({ ...row, ...read(row), centres: centres.get(row.id) ?? [] }))
}

/** Published or paused ones, the nearest end first. */
export async function listOffersEndingBefore(db: Handle, instant: string): Promise<Pick<OfferRow, 'id'>[]> {
  return db
    .selectFrom('offers')
    .select('id')
    .where('state', 'in', ['published', 'paused'])
    .where('publish_until', '<=', instant)
    .orderBy('publish_until')
    .execute()
}

export async function listOffersClosedBefore(
  db: Handle,
  state: 'closed' | 'cancelled',
  instant: string,
): Promise<Pick<OfferRow, 'id' | 'reopen_on'>[]> {
  return db
    .selectFrom('offers')
    .select(['id', 'reopen_on'])
    .where('state', '=', state)
    .where('closed_at', '<=', instant)
    .execute()
}

export async function listOffersToReopen(db: Handle, today: string): Promise<Pick<OfferRow, 'id'>[]> {
  return db
    .selectFrom('offers')
    .select('id')
    .where('state', '=', 'closed')
    .where('reopen_on', '<=', today)
    .where((eb) => eb.or([eb('reminded_until', 'is', null), eb('reminded_until', 'not like', 'reopen/%')]))
    .execute()
}

/** Drafts that nobody has changed since `before`, but somebody has since `after`, and of which nobody was reminded. */
export async function listDraftsLeft(db: Handle, after: string, before: string): Promise<Pick<OfferRow, 'id'>[]> {
  return db
    .selectFrom('offers')
    .select('id')
    .where('state', '=', 'draft')
    .where('updated_at', '>', after)
    .where('updated_at', '<=', before)
    .where('reminded_until', 'is', null)
    .execute()
}

/** Published ones that everybody may see: the next `most` whose id comes after `after`. A new centre gets them to read. */
export async function listPublicOffers(db: Handle, after: string, most: number): Promise<OfferRow[]> {
  const rows = await db
    .selectFrom('offers')
    .selectAll()
    // By id, because sorting all that are published would take as long as writing a batch.
    .where(sql<string>`+state`, '=', 'published')
    .where('visibility', '=', 'public')
    .where('id', '>', after)
    .orderBy('id')
    .limit(most)
    .execute()
  return rows.map(read)
}

/** Newest first, to propose the causes and activities that this association usually chooses. */
export async function listRecentContents(db: Handle, limit: number): Promise<OfferContent[]> {
  const rows = await db
    .selectFrom('offers')
    .select('content')
    .where('state', '<>', 'draft')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => completeContent(JSON.parse(row.content)))
}

/** Online, paused or closed ones, what changed last first. */
export async function listLinkableOffers(db: Handle, limit: number): Promise<{ id: string; title: TextMap }[]> {
  const { rows } = await sql<{ id: string; title: string }>`
    select t.id, t.content ->> 'title' as title from offers t indexed by offers_updated
    where +t.state in ('published', 'paused', 'closed') order by t.updated_at desc, t.id desc limit ${limit}`.execute(
    db,
  )
  return rows.map(({ id, title }) => ({ id, title: JSON.parse(title) as TextMap }))
}

export async function countOpenApplications(db: Handle, offerId: string): Promise<number> {
  const row = await db
    .selectFrom('applications')
    .select(sql<number>`count(*)`.as('count'))
    .where('offer_id', '=', offerId)
    .where('state', 'in', ['submitted', 'in_review'])
    .executeTakeFirstOrThrow()
  return row.count
}

export type Waiting = { drafts: number; ending: number; applications: number; hours: number }

/** @param soon published offers that end before this instant are counted as ending. */
export async function countWaiting(db: Handle, now: string, soon: string): Promise<Waiting> {
  const count = sql<number>`count(*)`.as('count')
  const [drafts, ending, applications, hours] = await Promise.all([
    db.selectFrom('offers').select(count).where('state', '=', 'draft').executeTakeFirstOrThrow(),
    db
      .selectFrom('offers')
      .select(count)
      .where('state', '=', 'published')
      .where('publish_until', '>', now)
      .where('publish_until', '<=', soon)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('applications')
      .select(count)
      .where('state', 'in', ['submitted', 'in_review'])
      .executeTakeFirstOrThrow(),
    db.selectFrom('hours_entries').select(count).where('state', '=', 'submitted').executeTakeFirstOrThrow(),
  ])
  return { drafts: drafts.count, ending: ending.count, applications: applications.count, hours: hours.count }
}
