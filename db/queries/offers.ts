// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
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

/** `live` and `over`: published offers before and after their end. */
export type OfferFilter = 'live' | 'draft' | 'paused' | 'over' | 'closed' | 'all'

function filtered(db: Handle, filter: OfferFilter, now: string) {
  const query = db.selectFrom('offers')
  if (filter === 'all') return query.where('offers.state', '<>', 'archived')
  if (filter === 'draft' || filter === 'paused') return query.where('offers.state', '=', filter)
  if (filter === 'closed') return query.where('offers.state', 'in', ['closed', 'cancelled'])
  return query.where('offers.state', '=', 'published').where('publish_until', filter === 'live' ? '>' : '<=', now)
}

export type OfferLine = OfferRow & { accepted: number; waiting: number; views: number; applications: number }

/** Last changed first. */
export async function listOffers(
  db: Handle,
  filter: OfferFilter,
  now: string,
  page: { limit: number; offset: number },
): Promise<OfferLine[]> {
  const rows = await filtered(db, filter, now)
    .selectAll('offers')
    .select((eb) => [
      eb
        .selectFrom('applications')
        .select(sql<number>`count(*)`.as('n'))
        .whereRef('applications.offer_id', '=', 'offers.id')
        .where('applications.state', '=', 'accepted')
        .$asScalar()
        .as('accepted'),
      eb
        .selectFrom('applications')
        .select(sql<number>`count(*)`.as('n'))
        .whereRef('applications.offer_id', '=', 'offers.id')
        .where('applications.state', 'in', ['submitted', 'in_review'])
        .$asScalar()
        .as('waiting'),
      eb
        .selectFrom('offer_counts')
        .select(sql<number>`coalesce(sum(views), 0)`.as('n'))
        .whereRef('offer_counts.offer_id', '=', 'offers.id')
        .$asScalar()
        .as('views'),
      eb
        .selectFrom('offer_counts')
        .select(sql<number>`coalesce(sum(applications), 0)`.as('n'))
        .whereRef('offer_counts.offer_id', '=', 'offers.id')
        .$asScalar()
        .as('applications'),
    ])
    .orderBy('offers.updated_at', 'desc')
    .orderBy('offers.id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map((row) => ({
    ...read(row),
    accepted: row.accepted ?? 0,
    waiting: row.waiting ?? 0,
    views: row.views ?? 0,
    applications: row.applications ?? 0,
  }))
}

export async function countOffers(db: Handle, filter: OfferFilter, now: string): Promise<number> {
  const row = await filtered(db, filter, now)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}

/** Published or paused ones, the nearest end first. */
export async function listOffersEndingBefore(db: Handle, instant: string): Promise<OfferRow[]> {
  const rows = await db
    .selectFrom('offers')
    .selectAll()
    .where('state', 'in', ['published', 'paused'])
    .where('publish_until', '<=', instant)
    .orderBy('publish_until')
    .execute()
  return rows.map(read)
}

export async function listOffersClosedBefore(
  db: Handle,
  state: 'closed' | 'cancelled',
  instant: string,
): Promise<OfferRow[]> {
  const rows = await db
    .selectFrom('offers')
    .selectAll()
    .where('state', '=', state)
    .where('closed_at', '<=', instant)
    .execute()
  return rows.map(read)
}

export async function listOffersToReopen(db: Handle, today: string): Promise<OfferRow[]> {
  const rows = await db
    .selectFrom('offers')
    .selectAll()
    .where('state', '=', 'closed')
    .where('reopen_on', '<=', today)
    .where((eb) => eb.or([eb('reminded_until', 'is', null), eb('reminded_until', 'not like', 'reopen/%')]))
    .execute()
  return rows.map(read)
}

/** Published ones that everybody may see: a new centre gets them to read. */
export async function listPublicOffers(db: Handle): Promise<OfferRow[]> {
  const rows = await db
    .selectFrom('offers')
    .selectAll()
    .where('state', '=', 'published')
    .where('visibility', '=', 'public')
    .orderBy('published_at')
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
