// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of sites: one row for each host that a peer, an actor or a delivery has. Whoever writes or deletes one of
// those calls these in the same transaction, so that lists of sites are paged and searched without reading the three.
import { sql, type Kysely } from 'kysely'
import { domainOf } from '../../server/model/host.ts'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** Call with the rows that were written; hosts that are listed already stay as they are. */
export async function listHostsOf(tx: Handle, written: readonly { host: string }[]): Promise<void> {
  const rows = [...new Set(written.map(({ host }) => host))].map((host) => [host, domainOf(host).key])
  if (rows.length === 0) return
  await sql`
    insert into fed_hosts (host, domain_key) select value ->> 0, value ->> 1 from json_each(${JSON.stringify(rows)})
    where true on conflict (host) do nothing`.execute(tx)
}

/** Call with the rows that were deleted: hosts of which nothing is left are listed no more. */
export async function unlistHostsOf(tx: Handle, rows: readonly { host: string }[]): Promise<void> {
  const gone = [...new Set(rows.map(({ host }) => host))]
  if (gone.length === 0) return
  await sql`
    delete from fed_hosts where host in (select value from json_each(${JSON.stringify(gone)}))
      and not exists (select 1 from fed_peers p where p.host = fed_hosts.host)
      and not exists (select 1 from fed_actors a where a.host = fed_hosts.host)
      and not exists (select 1 from fed_deliveries d where d.host = fed_hosts.host)`.execute(tx)
}
