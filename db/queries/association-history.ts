// SPDX-License-Identifier: AGPL-3.0-or-later
// What happened between this centre and one association, from the table of events: decisions, trust, notes.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { KeyedList } from '../keyset.ts'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>
/** `item` and `title`: of the offer, '' when it is about the association; `note`: its words, '' when it is erased. */
export type HistoryLine = {
  /** The number of the event. */
  id: string
  at: string
  type: string
  details: Record<string, unknown>
  who: string
  item: string
  title: string
  note: string
}

/** Newest first, by the number of the event: of each offer only as many are looked at as are wanted in all. */
export function historyList(
  db: Handle,
  association: { uri: string; affiliation: string },
  types: readonly string[],
): KeyedList<HistoryLine> {
  const ofType = sql`+w.type in ${inList(types)}`
  const subjects = sql`(select ${association.affiliation} as id
    union all select id from moderation_items where association_uri = ${association.uri})`
  return {
    find: async (id) => (/^\d{1,15}$/.test(id) ? { section: 0, keys: [Number(id)] } : undefined),
    async place({ limit, after, before }) {
      const order = before ? sql`seq` : sql`seq desc`
      const beyond = before ? sql`and w.seq > ${before.keys[0]}` : after ? sql`and w.seq < ${after.keys[0]}` : sql``
      const { rows } = await sql<{ number: number }>`
        select e.seq as number from ${subjects} s cross join events e on e.seq in (
          select w.seq from events w where w.subject_id = s.id and ${ofType} ${beyond} order by ${order} limit ${limit})
        order by ${order} limit ${limit}`.execute(db)
      const placed = rows.map(({ number }) => ({ number, position: { section: 0, keys: [number] } }))
      return before ? placed.toReversed() : placed
    },
    read: (numbers) => lines(db, numbers),
  }
}

async function lines(db: Handle, numbers: readonly number[]): Promise<HistoryLine[]> {
  const rows = await db
    .selectFrom('events')
    .leftJoin('people', 'people.id', 'events.actor_id')
    .leftJoin('moderation_items', 'moderation_items.id', 'events.subject_id')
    .select(['events.seq', 'events.at', 'events.type', 'events.details'])
    .select(sql<string>`coalesce(trim(people.given_name || ' ' || people.family_name), '')`.as('who'))
    .select(sql<string>`coalesce(moderation_items.id, '')`.as('item'))
    .select(sql<string>`coalesce(moderation_items.title, '')`.as('title'))
    .select(
      sql<string>`coalesce((select n.body from team_notes n where n.id = events.details ->> '$.note'), '')`.as('note'),
    )
    .where('events.seq', 'in', inList(numbers))
    .orderBy('events.seq', 'desc')
    .execute()
  return rows.map(({ seq, details, ...row }) => ({
    ...row,
    id: String(seq),
    details: JSON.parse(details) as Record<string, unknown>,
  }))
}
