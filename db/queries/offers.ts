// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import { inList } from '../in-list.ts'
import { inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type OfferRow = Omit<Row<'offers'>, 'content'> & { content: OfferContent }

const read = (row: Row<'offers'>): OfferRow => ({ ...row, content: completeContent(JSON.parse(row.content)) })
export const toColumns = <T extends { content?: OfferContent }>({ content, ...rest }: T) => ({
  ...rest,
  ...(content && { content: JSON.stringify(content) }),
})

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
  changes: Pick<Changes<'offers'>, 'updated_at' | 'reminded_until'>,
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
      where s.offer_id = t.id and s.state in ('changes_requested', 'refused'))`
  if (filter === 'closed') return sql`+t.state in ('closed', 'cancelled')`
  return sql`+t.state = 'published' and t.publish_until ${filter === 'live' ? sql`>` : sql`<=`} ${now}`
}

export type OfferLine = OfferRow & { accepted: number; waiting: number; views: number; applications: number }

/** What changed last first, each with its counts. */
export function offersList(db: Handle, filter: OfferFilter, now: string): KeyedList<OfferLine> {
  const section: Section = {
    table: 'offers',
    from: sql`from offers t where ${isOf(filter, now)}`,
    holds: sql`true`,
    order: [
      { by: sql`t.updated_at`, isDown: true },
      { by: sql`t.id`, isDown: true },
    ],
  }
  return keyedList(db, [section], async (numbers) => {
    const number = sql<number>`offers.rowid`
    const applied = (states: RawBuilder<unknown>) => sql<number>`(
      select count(*) from applications a where a.offer_id = offers.id and a.state in (${states}))`
    // Months hold the same sums as their days.
    const counted = (column: 'views' | 'applications') => sql<number>`(
      select coalesce(sum(${sql.ref(column)}), 0) from month_counts where kind = 'counted' and offer = offers.id)`
    const rows = await db
      .selectFrom('offers')
      .selectAll()
      .select([
        number.as('number'),
        applied(sql`'accepted'`).as('accepted'),
        applied(sql`'submitted', 'in_review'`).as('waiting'),
        counted('views').as('views'),
        counted('applications').as('applications'),
      ])
      .where(number, 'in', inList(numbers))
      .execute()
    return inOrder(numbers, rows).map((row) => ({ ...row, ...read(row) }))
  })
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
