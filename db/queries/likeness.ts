// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers at a centre that look alike, by keys (server/moderation/rules/likeness.ts), and what was said about two of them.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type Verdict = Row<'moderation_verdicts'>['verdict']

export async function saveLikeness(tx: Handle, itemId: string, keys: readonly number[]): Promise<void> {
  await tx.deleteFrom('moderation_likeness').where('item_id', '=', itemId).execute()
  await sql`
    insert into moderation_likeness (key, item_id)
    select value, ${itemId} from json_each(${JSON.stringify(keys)})`.execute(tx)
  await tx.updateTable('moderation_items').set({ is_compared: 1 }).where('id', '=', itemId).execute()
}

/** Ids of items without keys: they came before there were any. */
export async function listUncompared(db: Handle, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select t.id from moderation_items t indexed by moderation_items_uncompared
    where t.is_compared = 0 order by t.id limit ${most}`.execute(db)
  return rows.map(({ id }) => id)
}

export type Alike = Pick<Row<'moderation_items'>, 'id' | 'title' | 'association_name' | 'association_uri' | 'state'> & {
  verdict: Verdict | null
  decided_at: string | null
  decider: string
}

/** Rows of the index that are looked at for one item: a title that many offers have says little. */
const MOST_LOOKED_AT = 200

/** Other offers that share a key and are not withdrawn, nor known to be others; those said to be the same come first. */
export async function listAlike(db: Handle, itemId: string, keys: readonly number[], most: number): Promise<Alike[]> {
  const { rows } = await sql<Alike>`
    with found as (
      select distinct l.item_id as id from (
        select item_id from moderation_likeness where key in ${inList(keys)} and item_id <> ${itemId}
        limit ${MOST_LOOKED_AT}) l)
    select i.id, i.title, i.association_name, i.association_uri, i.state, v.verdict, v.decided_at,
      coalesce(trim(p.given_name || ' ' || p.family_name), '') as decider
    from found cross join moderation_items i on i.id = found.id
    left join moderation_verdicts v on v.first_id = min(i.id, ${itemId}) and v.second_id = max(i.id, ${itemId})
    left join people p on p.id = v.decided_by
    where i.state <> 'withdrawn' and coalesce(v.verdict, '') <> 'different'
    order by v.verdict is null, i.received_at limit ${most}`.execute(db)
  return rows
}

/** The last word counts. */
export async function saveVerdict(
  tx: Handle,
  [one, other]: readonly [string, string],
  said: Pick<Row<'moderation_verdicts'>, 'verdict' | 'decided_by' | 'decided_at'>,
): Promise<void> {
  const [first_id = one, second_id = other] = [one, other].toSorted()
  await tx
    .insertInto('moderation_verdicts')
    .values({ first_id, second_id, ...said })
    .onConflict((conflict) => conflict.columns(['first_id', 'second_id']).doUpdateSet(said))
    .execute()
}
