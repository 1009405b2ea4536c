// SPDX-License-Identifier: AGPL-3.0-or-later
// What makes recording one's own hours quick: the time before, the week before, and a timer.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type Label = { fr?: string; en?: string }

/** A line that counts, or will; neither taken out nor taking another out. */
export const isLiving = sql<boolean>`+e.state in ('submitted', 'approved') and e.reverses_id is null
  and not exists (select 1 from hours_entries r where r.reverses_id = e.id)`

export type KnownLine = {
  id: string
  worked_on: string
  minutes: number
  category_id: string
  category_label: Label
  offer_id: string | null
  /** Null without an offer. */
  offer_title: Label | null
  /** Null also when it is archived. */
  project_id: string | null
  place: string
}
type Found = Omit<KnownLine, 'category_label' | 'offer_title'> & { label: string; title: string | null }
const read = ({ label, title, ...row }: Found): KnownLine => ({
  ...row,
  category_label: JSON.parse(label) as Label,
  offer_title: title === null ? null : (JSON.parse(title) as Label),
})

/** Of one person, whose category is still in use, the last day first; days included. */
export async function listKnownLines(
  db: Handle,
  personId: string,
  { from, until, limit }: { from: string; until: string; limit: number },
): Promise<KnownLine[]> {
  const { rows } = await sql<Found>`
    select e.id, e.worked_on, e.minutes, e.category_id, e.offer_id, c.label, o.content ->> 'title' as title,
      p.id as project_id, e.place
    from hours_entries e join hours_categories c on c.id = e.category_id left join offers o on o.id = e.offer_id
    left join hours_projects p on p.id = e.project_id and p.archived_at is null
    where e.person_id = ${personId} and e.worked_on between ${from} and ${until} and ${isLiving} and c.archived_at is null
    order by e.worked_on desc, e.id desc limit ${limit}`.execute(db)
  return rows.map(read)
}

/** The category of the person's newest line for an offer. */
export async function findOwnCategoryOf(db: Handle, personId: string, offerId: string): Promise<string | undefined> {
  const { rows } = await sql<{ category_id: string }>`
    select category_id from hours_entries where person_id = ${personId} and +offer_id = ${offerId}
    order by worked_on desc, id desc limit 1`.execute(db)
  return rows[0]?.category_id
}

/** `stopped_at` null while it runs; afterwards it is a draft. */
export type TimerRow = Row<'hours_timers'>

export async function findTimer(db: Handle, personId: string): Promise<TimerRow | undefined> {
  return db.selectFrom('hours_timers').selectAll().where('person_id', '=', personId).executeTakeFirst()
}

/** One that is there stays as it is. */
export async function insertTimer(tx: Handle, personId: string, at: string): Promise<void> {
  await tx
    .insertInto('hours_timers')
    .values({ person_id: personId, started_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Does nothing when none runs. */
export async function stopTimer(tx: Handle, personId: string, at: string): Promise<void> {
  await tx
    .updateTable('hours_timers')
    .set({ stopped_at: at })
    .where('person_id', '=', personId)
    .where('stopped_at', 'is', null)
    .execute()
}

/** @param startedAt of the timer that was shown, so that another one stays. */
export async function deleteTimer(tx: Handle, personId: string, startedAt: string): Promise<void> {
  await tx
    .deleteFrom('hours_timers')
    .where('person_id', '=', personId)
    .where('started_at', '=', startedAt)
    .where('stopped_at', 'is not', null)
    .execute()
}
