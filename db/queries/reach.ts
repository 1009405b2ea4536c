// SPDX-License-Identifier: AGPL-3.0-or-later
// How our messages reach a centre: what an association has to know when its offer is not there.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

export type Reach = {
  uri: string
  state: Row<'fed_peers'>['state']
  /** Since when its site has not answered. */
  failing_since: string | null
  /** Since when nothing is sent there, because somebody here said so. */
  paused_at: string | null
  /** Messages about this offer that were given up, and since when others wait. */
  failed: number
  waiting_since: string | null
}

/** Of these centres, by address; one whose site we know nothing of is left out. */
export async function readReach(
  db: Kysely<Tables>,
  centres: readonly string[],
  offerUri: string,
): Promise<Map<string, Reach>> {
  const about = (state: string) => sql`from fed_deliveries d
    where d.host = a.host and d.state = ${state} and +d.order_key = ${offerUri}`
  const { rows } = await sql<Reach>`
    select a.uri, coalesce(p.state, 'ok') as state, p.first_failed_at as failing_since, p.paused_at,
      (select count(*) ${about('failed')}) as failed, (select min(d.created_at) ${about('waiting')}) as waiting_since
    from json_each(${JSON.stringify(centres)}) c cross join fed_actors a on a.uri = c.value
    left join fed_peers p on p.host = a.host`.execute(db)
  return new Map(rows.map((row) => [row.uri, row]))
}
